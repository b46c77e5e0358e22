"""Motifs that are built: arch, pagoda, window."""

from __future__ import annotations

import numpy as np

from core.training.motifs.drawing import (
    INK,
    WHITE,
    Array,
    Layers,
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


def _opening(across: Array, above: Array, half: float, pointed: bool) -> Array:
    """Distance of an arched opening: `above` counts down from where the arch springs."""
    if pointed:
        head = np.hypot(np.abs(across) + half * 0.6, above) - half * 1.6
    else:
        head = np.hypot(across, above) - half
    return np.where(above < 0, head, np.abs(across) - half)


def arch(rng: Rng) -> Sprite:
    """Round or pointed arches of stone on columns, dark within; one or two side by side."""
    place = pose(rng, turn=0.15, warp=0.02, stretch=0.08)
    light, dark, second, _, _ = palette(rng, hue_near(rng, (0.09, 0.07, 0.6)), 0.08)
    count = int(rng.choice([1, 1, 2]))
    pointed = bool(rng.random() < 0.4)
    # One opening's own coordinates: x over [-1, 1] between the middles of its columns.
    across = place.x if count == 1 else np.mod(place.x * 2, 2) - 1
    scale = 1 / count
    above = (place.y + 0.05 - 0.2 * (count - 1)) * count
    stone = lit(light, 0.95 + 0.25 * noise(rng, 8, 2))
    joints = np.maximum(
        np.abs(np.mod(place.y * 4, 1) - 0.5),
        np.abs(np.mod(place.x * 2.5 + np.floor(place.y * 4) / 2, 1) - 0.5),
    )
    stone = mix(stone, dark, 0.6 * smooth(0.43, 0.48, joints))
    layers = Layers()
    block = np.maximum(np.abs(place.x), np.abs(place.y)) - 0.93
    layers.add(stone, inside(block))
    outer = _opening(across, above, 0.86, pointed)
    layers.tint(second, inside(outer * scale))
    layers.tint(dark * 0.4, line_at(outer * scale, 0.025))
    # Wedge stones of the arch itself.
    wedge = np.abs(np.sin(np.arctan2(across, -above) * 6))
    layers.tint(dark * 0.5, smooth(0.25, 0.1, wedge) * inside(outer * scale) * (above < 0))
    inner = _opening(across, above, 0.6, pointed)
    sky = hsv(0.58, 0.5, 0.9) if rng.random() < 0.3 else dark * 0.9
    depth = mix(dark * 0.12, sky, smooth(-0.5, 1.4, above))
    layers.tint(depth, inside(inner * scale))
    layers.tint(INK, line_at(inner * scale, 0.03))
    capital = (np.abs(above - 0.03) < 0.1) * (np.abs(across) > 0.54)
    layers.tint(np.clip(light * 1.2, 0, 1), capital.astype(np.float32))
    layers.tint(dark * 0.4, line_at(np.abs(above - 0.03) - 0.1, 0.03) * (np.abs(across) > 0.54))
    layers.tint(dark * 0.3, line_at(block, 0.05))
    return layers.sprite()


def pagoda(rng: Rng) -> Sprite:
    """Storeys with windows under swept roofs, smaller towards the top."""
    place = pose(rng, turn=0.12, warp=0.02, stretch=0.1)
    x, y = np.abs(place.x), place.y
    light, dark, gilt, _, _ = palette(rng)
    roof = hsv(hue_near(rng, (0.0, 0.04, 0.45)), rng.uniform(0.5, 0.95), rng.uniform(0.4, 0.85))
    storeys = int(rng.integers(2, 4))
    height = 1.65 / storeys
    doors = float(rng.choice([0.0, 0.34]))
    layers = Layers()
    layers.add(gilt, inside(np.maximum(x - 0.05, np.abs(y + 0.85) - 0.12)))
    for storey in range(storeys):
        top = -0.72 + storey * height
        half = 0.34 + 0.5 * (storey + 1) / storeys
        walls = np.maximum(x - half * 0.68, np.maximum(top + 0.2 * height - y, y - top - height))
        wall = lit(light, 0.95 - 0.25 * place.x)
        layers.add(wall, inside(walls))
        # One dark door or a pair: rows of panes would be dreamed in place of towers.
        door = np.maximum(np.abs(x - doors * half) - 0.12, top + 0.45 * height - y)
        layers.tint(dark * 0.35, inside(door) * inside(walls + 0.02))
        layers.tint(dark * 0.3, line_at(walls, 0.025))
    for storey in range(storeys):
        top = -0.72 + storey * height
        half = 0.4 + 0.56 * (storey + 1) / storeys
        part = np.clip((y - top + 0.2 * height) / (0.75 * height), 0, 1)
        # The eaves lift towards their ends.
        eaves = y - top - 0.55 * height + 0.4 * height * (x / half) ** 2
        reach = half * (0.3 + 0.7 * part**1.7)
        shape = np.maximum(x - reach, np.maximum(eaves, top - 0.2 * height - y))
        tiles = lit(roof, (0.65 + 0.5 * (1 - part)) * (0.88 + 0.12 * np.sin(x * 40)))
        layers.add(tiles, inside(shape))
        layers.tint(np.clip(roof * 1.4 + 0.25, 0, 1), line_at(eaves + 0.03, 0.035) * inside(shape))
        layers.tint(roof * 0.2, line_at(shape, 0.025))
    return layers.sprite()


def window(rng: Rng) -> Sprite:
    """A framed window with glazing bars, square or round-headed, panes with a glint."""
    place = pose(rng, turn=0.12, warp=0.01, stretch=0.12)
    x, y = place.x, place.y
    light, dark, second, _, _ = palette(rng)
    columns, rows = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    arched = rng.random() < 0.4
    if arched:
        outer = np.maximum(_opening(x, y + 0.22, 0.74, False), y - 0.94)
    else:
        outer = np.maximum(np.abs(x) - 0.76, np.abs(y) - 0.92)
    frame = rng.uniform(0.12, 0.17)
    glass = outer + frame
    layers = Layers()
    wood = np.clip(light * 1.05, 0, 1) if rng.random() < 0.7 else dark * 0.8
    rim = dark * 0.3 if wood.mean() > 0.45 else second
    layers.add(wood, inside(outer))
    layers.tint(rim, line_at(outer + 0.02, 0.03))
    sky = hsv(hue_near(rng, (0.58, 0.6, 0.13)), rng.uniform(0.3, 0.8), rng.uniform(0.55, 0.95))
    pane = mix(sky, sky * 0.25, np.clip(0.5 - y * 0.5 + 0.25 * x, 0, 1))
    stripe = smooth(0.5, 0.62, np.sin((x + y * 0.8) * 5 + rng.uniform(0, 6)))
    pane = mix(pane, WHITE, 0.5 * stripe)
    layers.tint(pane, inside(glass))
    layers.tint(rim * 0.6, line_at(glass, 0.03))
    half = 0.045
    bars_x = np.abs(np.mod((x / 0.76 + 1) / 2 * columns + 0.5, 1) - 0.5) * 2 * 0.76 / columns
    bars_y = np.abs(np.mod((y / 0.92 + 1) / 2 * rows + 0.5, 1) - 0.5) * 2 * 0.92 / rows
    bars = np.minimum(bars_x, bars_y)
    layers.tint(rim * 0.6, inside(bars - half - 0.03) * inside(glass))
    layers.tint(wood, inside(bars - half) * inside(glass - 0.02))
    sill = np.maximum(np.abs(x) - 0.9, np.abs(y - 0.9) - 0.07)
    layers.add(wood * 0.9, inside(sill))
    layers.tint(rim, line_at(sill, 0.02))
    return layers.sprite()
