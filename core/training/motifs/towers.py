"""Motifs of masonry: tower, bridge."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from core.training.motifs.drawing import (
    INK,
    PIXEL,
    WHITE,
    Array,
    Layers,
    Place,
    Rng,
    Sprite,
    hsv,
    hue_near,
    inside,
    line_at,
    lit,
    mix,
    noise,
    palette,
    pose,
    smooth,
)


def _masonry(place: Place, courses: float, stone: Array, joint: Array) -> Array:
    """Large blocks in running bond, each of its own tone."""
    y = place.y * courses
    row = np.floor(y)
    x = place.x * courses * 0.62 + row * 0.5
    cell = np.floor(x)
    chance = np.mod(np.sin(cell * 12.9898 + row * 78.233) * 43758.5, 1)
    edge = np.maximum(np.abs(y - row - 0.5), (np.abs(x - cell - 0.5) - 0.5) / 0.62 + 0.5)
    return mix(lit(stone, 0.78 + 0.34 * chance), joint, 0.6 * smooth(0.37, 0.45, edge))


def _box(x: Array, y: Array, half: float, top: float, bottom: float) -> Array:
    """Distance of an upright rectangle about x = 0."""
    return np.maximum(np.abs(x) - half, np.maximum(top - y, y - bottom))


def _slit(x: Array, y: Array, half: float, top: float, bottom: float) -> Array:
    """Distance of a round-headed opening."""
    head = np.hypot(x, y - top - half) - half
    return np.where(y < top + half, head, np.maximum(np.abs(x) - half, y - bottom))


def _keep(
    layers: Layers, rng: Rng, place: Place, half: float, top: float, rgb: Array, ink: Array
) -> None:
    """One tower about x = 0 from `top` down to y = 0.95: shaft, corbels, battlements, openings."""
    x, y = place.x, place.y
    round_light = 0.35 + 0.85 * np.clip(1 - ((x + 0.3 * half) / (1.3 * half)) ** 2, 0, 1)
    stone = lit(rgb, round_light)
    shaft = _box(x, y, half * 0.78, top + 0.3, 0.95)
    shaft = np.maximum(shaft - 0.16 * np.clip(y - 0.45, 0, 1), y - 0.95)
    layers.add(stone, inside(shaft))
    layers.tint(ink, line_at(shaft, 0.028))
    # The overhanging crown: merlons with deep gaps, a row of small arches below.
    count = int(rng.choice([3, 4] if half > 0.42 else [3]))
    crown = _box(x, y, half, top + 0.22, top + 0.46)
    layers.tint(ink, 0.7 * inside(_box(x, y, half, top + 0.4, top + 0.62), 6))
    gap = np.abs(np.mod((x / half + 1) / 2 * (count - 0.5), 1) - 0.25) - 0.27
    merlons = np.maximum(gap * 2 * half / count, _box(x, y, half, top, top + 0.3))
    crown = np.minimum(crown, merlons)
    layers.add(lit(rgb, 1.2 * round_light), inside(crown))
    layers.tint(ink, line_at(crown, 0.028))
    corbel = np.abs(np.mod((x / half + 1) * count, 1) - 0.5) * half / count
    arches = np.maximum(corbel - 0.3 * half / count, np.abs(y - top - 0.46) - 0.055)
    layers.tint(ink * 0.8, inside(arches))
    opening = half * rng.uniform(0.2, 0.26)
    levels = (top + 0.62, top + 1.05) if top < -0.6 else (top + 0.62,)
    for index, level in enumerate(levels):
        # One or three: a pair over a gate would be a face.
        sides = (-0.45, 0.0, 0.45) if half > 0.5 and index == 0 else (0.0,)
        for side in sides:
            size = opening if len(sides) == 1 else opening * 0.6
            slit = _slit(x - side * half, y, size, level, level + 0.3)
            layers.tint(np.clip(rgb * 1.3, 0, 1), inside(slit - 0.045) * inside(shaft))
            layers.tint(INK, inside(slit) * inside(shaft))


def tower(rng: Rng) -> Sprite:
    """A castle's tower with battlements and arched windows; alone or with a lower neighbour."""
    place = pose(rng, turn=0.08, warp=0.012, stretch=0.08)
    light, dark, second, _, _ = palette(rng, hue_near(rng, (0.09, 0.6, 0.04)), 0.06)
    ink = dark * 0.3
    rgb = _masonry(place, rng.uniform(3, 5), mix(light, second, 0.3), ink)
    rgb = lit(rgb, 1 + 0.15 * noise(rng, 10, 2))
    layers = Layers()
    side = float(rng.choice([-1, 1]))
    kind = rng.random()
    if kind < 0.4:
        _keep(layers, rng, place, rng.uniform(0.6, 0.72), -0.95, rgb, ink)
        door = _slit(place.x, place.y, 0.2, 0.5, 1.2)
        layers.tint(np.clip(rgb * 1.3, 0, 1), inside(door - 0.06))
        layers.tint(INK, inside(door))
    elif kind < 0.75:
        half = rng.uniform(0.48, 0.55)
        lower = place.seen_from(side * (0.93 - half * 0.85), 0)
        _keep(layers, rng, lower, half * 0.85, rng.uniform(-0.35, -0.1), rgb * 0.85, ink)
        _keep(layers, rng, place.seen_from(-side * 0.36, 0), half, -0.95, rgb, ink)
    else:
        wall = _box(place.x, place.y, 0.6, 0.0, 0.95)
        gaps = np.maximum(np.abs(np.mod(place.x * 4, 1) - 0.5) * 0.5 - 0.13, -0.18 - place.y)
        wall = np.minimum(wall, np.maximum(gaps, place.y - 0.1))
        layers.add(rgb * 0.9, inside(np.maximum(wall, np.abs(place.x) - 0.6)))
        gate = _slit(place.x, place.y, 0.24, 0.3, 1.2)
        layers.tint(np.clip(rgb * 1.3, 0, 1), inside(gate - 0.07))
        layers.tint(INK, inside(gate))
        for x in (-0.56, 0.56):
            _keep(layers, rng, place.seen_from(x, 0), 0.38, -0.8, rgb, ink)
    return layers.sprite()


def bridge(rng: Rng) -> Sprite:
    """A deck that rises to its middle, two or three arches on stout piers, water below."""
    place = pose(rng, turn=0.08, warp=0.012, stretch=0.08)
    x, y = place.x, place.y
    light, dark, second, _, _ = palette(rng, hue_near(rng, (0.08, 0.05, 0.6)), 0.07)
    pale, ink = np.clip(light * 1.2, 0, 1), dark * 0.3
    hue = hue_near(rng, (0.55, 0.5, 0.62))
    deep, crest = hsv(hue, 0.85, rng.uniform(0.2, 0.4)), hsv(hue, 0.45, rng.uniform(0.75, 1))
    hump, level = rng.uniform(0.2, 0.5), rng.uniform(0.3, 0.4)
    deck = -0.66 + hump * x**2
    # The widest span in the middle, or two alike.
    outer = rng.uniform(0.3, 0.5)
    bounds = [-0.95, -outer, outer, 0.95] if rng.random() < 0.75 else [-0.95, 0.0, 0.95]
    pier = rng.uniform(0.07, 0.1)

    def openings(height: Array, aside: float = 0.0) -> Array:
        """Distance from the nearest arch, and nothing of it below the water's level."""
        nearest = np.full_like(x, 9.0)
        for left, right in pairwise(bounds):
            middle, half = (left + right) / 2, (right - left) / 2 - pier
            top = -0.66 + hump * middle**2 + 0.3
            nearest = np.minimum(nearest, _slit(x - middle - aside, height, half, top, 2.0))
        return nearest

    opening = openings(y)
    stone = _masonry(place, rng.uniform(4, 6), mix(light, second, 0.25), ink)
    rgb = lit(stone, 0.95 - 0.25 * x + 0.12 * noise(rng, 10))
    rgb = mix(rgb, ink, inside(opening - 0.12))
    ring = inside(opening - 0.1)
    # Wedge stones: cut at equal steps round each arch, which its own slope tells.
    slope_y, slope_x = np.gradient(opening)
    wedge = np.abs(np.sin(np.arctan2(slope_x, -slope_y) * 5))
    joint = 0.8 * smooth(0.34, 0.14, wedge) * (slope_y < -0.2 * PIXEL)
    rgb = mix(rgb, mix(pale, ink, joint), ring)
    # What is seen through an arch: its shaded vault, then the far side.
    far = mix(WHITE, hsv(hue_near(rng, (0.57, 0.1)), 0.6, 1.0), 0.7)
    behind = mix(far, crest, smooth(-0.3, level, y)) if rng.random() < 0.5 else dark * 0.7
    lean = float(rng.choice([-1, 1])) * rng.uniform(0.07, 0.11)
    rgb = mix(rgb, mix(ink, behind, inside(openings(y - 0.07, lean))), inside(opening))
    rgb = mix(rgb, INK, line_at(opening, 0.025))
    rail = y - deck
    rgb = mix(rgb, lit(pale, 1 - 0.2 * x), inside(rail - 0.15))
    block = np.abs(np.sin(x * rng.uniform(14, 22)))
    rgb = mix(rgb, ink, smooth(0.3, 0.15, block) * line_at(rail - 0.09, 0.04))
    rgb = mix(rgb, ink, np.maximum(line_at(rail - 0.16, 0.022), line_at(rail, 0.03)))
    layers = Layers()
    layers.add(rgb, inside(np.maximum(np.abs(x) - 0.95, np.maximum(-rail, y - level))))
    # Long waves, wider towards the viewer; the piers and arches stand in them as broken shades.
    down = np.clip(y - level, 0, 1)
    swell = np.sin(34 * np.sqrt(down + 0.02) + 2.2 * np.sin(x * 5 + rng.uniform(0, 6)))
    sea = mix(deep, crest, smooth(-0.3, 0.9, swell))
    mirrored = openings(level - 1.3 * down - 0.04 * swell)
    sea = mix(sea, mix(light, crest, 0.4) * 0.75, 0.55 * inside(-mirrored, 4))
    sea = mix(sea, deep * 0.4, 0.6 * inside(mirrored + 0.05, 5) * smooth(0.3, 0.1, down))
    edge = np.maximum(np.abs(x) - 0.95, y - 0.8 - 0.04 * np.sin(x * 9))
    layers.add(sea, inside(np.maximum(edge, level - y)))
    layers.tint(WHITE, 0.8 * line_at(y - level - 0.01, 0.02))
    return layers.sprite()
