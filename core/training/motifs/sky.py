"""Motifs of the sky: galaxy."""

from __future__ import annotations

import numpy as np

from core.training.motifs.drawing import (
    WHITE,
    Layers,
    Rng,
    Sprite,
    blob,
    hsv,
    hue_near,
    inside,
    lit,
    mix,
    noise,
    pose,
    smooth,
)


def galaxy(rng: Rng) -> Sprite:
    """Two to four ragged arms of light about a glowing core, dust between them, stars around."""
    place = pose(rng, warp=0.04, stretch=0.2)
    radius = place.radius + 1e-3
    sense = rng.choice([-1, 1])
    arms, winding = int(rng.choice([2, 2, 3, 4])), rng.uniform(2.2, 3.4)
    ragged = noise(rng, 6, 2)
    turn = arms * (sense * place.angle - winding * np.log(radius + 0.12)) + 0.9 * ragged
    crest = 0.5 + 0.5 * np.cos(turn)
    # Dust lies along the inner edge of an arm.
    dust = smooth(0.5, 1.0, 0.5 + 0.5 * np.cos(turn + 1.5))
    reach = smooth(1.02, 0.45, radius * (1 + 0.12 * noise(rng, 4)))
    hue = hue_near(rng, (0.6, 0.64, 0.85))
    night = hsv(hue + rng.normal(0, 0.06), rng.uniform(0.5, 0.9), rng.uniform(0.05, 0.2))
    arm = hsv(hue, rng.uniform(0.45, 0.85), rng.uniform(0.85, 1))
    clouds = hsv(hue + rng.choice([0.25, -0.2, 0.1]), rng.uniform(0.6, 0.9), 1.0)
    glow = hsv(hue_near(rng, (0.11, 0.08, 0.14)), rng.uniform(0.25, 0.6), 1.0)
    rgb = lit(night, 0.75 + 0.5 * noise(rng, 3, 2))
    rgb = mix(rgb, arm * 0.5, 0.4 * reach)
    light = 1.25 * crest**1.3 * reach * np.clip(1 + 0.7 * noise(rng, 12, 2), 0.4, 1.6)
    rgb = mix(rgb, arm, np.clip(light, 0, 1))
    rgb = mix(rgb, clouds, np.clip(light * smooth(0.05, 0.6, noise(rng, 10)), 0, 1) * 0.8)
    rgb = mix(rgb, night * 0.3, 0.8 * dust * reach * smooth(0.1, 0.3, radius))
    rgb = mix(rgb, WHITE, 0.6 * smooth(0.75, 1.3, light))
    size = rng.uniform(0.17, 0.24)
    rgb = mix(rgb, glow, blob(place, size * 1.5) * 0.85)
    rgb = mix(rgb, WHITE * 0.5 + glow * 0.5, blob(place, size * 0.75))
    for _ in range(int(rng.integers(5, 10))):
        x, y = rng.uniform(-0.75, 0.75, 2)
        spot = place.seen_from(x, y, rng.uniform(0.05, 0.11))
        # Rays of a lens: a round spot would be a bubble.
        cross = np.exp(-np.abs(spot.x) * 3 - np.abs(spot.y)) + np.exp(
            -np.abs(spot.x) - np.abs(spot.y) * 3
        )
        rgb = mix(rgb, WHITE, np.clip(cross, 0, 1))
    layers = Layers()
    layers.add(rgb, inside(radius - 0.95, rng.choice([2, 6, 14])))
    return layers.sprite()
