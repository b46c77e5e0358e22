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
    """A gateway of striped wedge stones, arch within arch into the depth, a tiled floor."""
    place = pose(rng, turn=0.1, warp=0.015, stretch=0.08)
    x, y = place.x, place.y
    light, dark, second, _, third = palette(rng, hue_near(rng, (0.08, 0.05, 0.6)), 0.08)
    ink, pointed = dark * 0.3, bool(rng.random() < 0.45)
    # Every other stone of the arch is of another colour, as at Cordoba.
    other = second * 0.75 if rng.random() < 0.4 else mix(dark, second, 0.35)
    layers = Layers()
    gabled = rng.random() < 0.4
    top = np.abs(x) * 0.75 - 0.95 if gabled else np.full_like(y, -0.95)
    block = np.maximum(np.abs(x) - 0.93, np.maximum(top - y, y - 0.95))
    stone = lit(mix(light, third, 0.25), 0.9 - 0.2 * x + 0.25 * noise(rng, 8, 2))
    layers.add(stone, inside(block))
    layers.tint(np.clip(light * 1.25, 0, 1), inside(y - top - 0.13))
    layers.tint(ink, np.maximum(line_at(y - top - 0.15, 0.022), line_at(block, 0.04)))
    end_x, end_y = rng.uniform(-0.25, 0.25), rng.uniform(0.2, 0.45)
    floor = np.maximum(y - end_y, 1e-3)
    tiles = np.sin((x - end_x) / floor * 5) * np.sin(3 / floor)
    tiled = mix(ink, light * 0.85, smooth(-0.2, 0.2, tiles))
    orders, scale = int(rng.integers(2, 4)), 1.0
    wedges = int(rng.integers(4, 7))
    for order in range(orders):
        near = place.seen_from(end_x * (1 - scale), end_y * (1 - scale), scale)
        above = near.y + (0.08 if gabled else 0.02)
        outer = np.maximum(_opening(near.x, above, 0.8, pointed), near.y - 0.95) * scale
        # Joints point at the centre round the head and lie level down the sides.
        head = np.arctan2(-above, near.x) / np.pi * (2 * wedges + 1)
        run = np.where(above < 0, head, -above * 3.2)
        stripe = smooth(-0.25, 0.25, np.sin(run * np.pi))
        shade = (0.72**order) * (1.0 - 0.25 * near.x)
        layers.tint(INK, 0.6 * smooth(0.12, 0, outer) * inside(block))
        layers.tint(lit(mix(light, other, stripe), shade), inside(outer))
        capital = np.maximum(np.abs(above - 0.02) - 0.09, 0.5 - np.abs(near.x)) * scale
        layers.tint(lit(np.clip(light * 1.3, 0, 1), shade), inside(capital) * inside(outer))
        layers.tint(ink, line_at(capital, 0.02) * inside(outer))
        inner = np.maximum(_opening(near.x, above, 0.54, pointed), near.y - 0.95) * scale
        layers.tint(mix(ink, dark, 0.4), inside(inner))
        layers.tint(ink, np.maximum(line_at(inner, 0.022), line_at(outer, 0.025)))
        below = (0.95 - end_y) * np.abs(near.x) - 0.54 * (near.y - end_y)
        layers.tint(lit(tiled, 0.5 + floor), inside(below * scale) * inside(inner))
        scale *= 0.6
    near = place.seen_from(end_x * (1 - scale), end_y * (1 - scale), scale)
    through = np.maximum(_opening(near.x, near.y, 0.72, pointed), near.y - 0.95) * scale
    sky = mix(WHITE, hsv(hue_near(rng, (0.12, 0.57)), 0.7, 1.0), smooth(0.9, -0.9, near.y))
    if rng.random() < 0.6:
        layers.tint(sky, inside(through))
    return layers.sprite()


def pagoda(rng: Rng) -> Sprite:
    """Storeys with red posts under broad roofs whose corners turn up, smaller towards the top."""
    place = pose(rng, turn=0.1, warp=0.012, stretch=0.07)
    x, y = np.abs(place.x), place.y
    light, dark, gilt, _, _ = palette(rng)
    hue = hue_near(rng, (0.0, 0.04, 0.45))
    roof = hsv(hue, rng.uniform(0.55, 0.95), rng.uniform(0.45, 0.85))
    post = hsv(hue + rng.choice([0.0, 0.5]), 0.85, rng.uniform(0.45, 0.75))
    pale = np.clip(roof * 0.7 + 0.4, 0, 1)
    ink = roof * 0.12
    storeys = int(rng.choice([2, 3, 3]))
    height, broad = 1.5 / storeys, rng.uniform(0.5, 0.64)
    ribs = rng.integers(3, 6)
    layers = Layers()
    spire = np.maximum(x - 0.07 - 0.04 * np.sin(y * 60), np.abs(y + 0.82) - 0.12)
    layers.add(gilt, inside(spire))
    layers.tint(ink, line_at(spire, 0.02))
    for storey in reversed(range(storeys)):
        top = -0.62 + storey * height
        half = broad + (0.97 - broad) * storey / max(storeys - 1, 1)
        room = half * 0.62
        floor = top + height * 1.05
        walls = np.maximum(x - room, np.maximum(top - y, y - floor))
        layers.add(lit(light, 0.95 - 0.3 * place.x), inside(walls))
        # A dark doorway between posts; rows of panes would be dreamed in place of towers.
        door = np.maximum(x - room * 0.34, top + 0.5 * height - y)
        layers.tint(dark * 0.2, inside(door) * inside(walls))
        posts = np.minimum(np.abs(x - room * 0.93), np.abs(x - room * 0.42)) - room * 0.1
        layers.tint(post, inside(posts) * inside(walls))
        layers.tint(ink, line_at(posts, 0.014) * inside(walls))
        layers.tint(INK, 0.65 * smooth(top + height, top + 0.35 * height, y) * inside(walls))
        step = np.maximum(x - room * 1.18, np.abs(y - floor + 0.02) - 0.08 * height)
        layers.add(np.clip(light * 1.1, 0, 1), inside(step))
        layers.tint(ink, line_at(step, 0.02))
        # The eaves run level and sweep up at the corners; the slope above them is hollow.
        part = np.clip(x / half, 0, 1.2)
        eaves = top + height * (0.55 - 0.34 * part**3)
        ridge = top + height * (-0.42 + 0.72 * part**0.9 - 0.22 * part**5)
        shape = np.maximum(np.maximum(y - eaves, ridge - y), x - half)
        depth = np.clip((y - ridge) / np.maximum(eaves - ridge, 0.05), 0, 1)
        rib = np.abs(np.sin(np.pi * ribs * x / (half * (0.45 + 0.55 * depth))))
        layers.add(lit(roof, (1.2 - 0.55 * depth) * (0.55 + 0.5 * rib)), inside(shape))
        layers.tint(pale, line_at(y - eaves + 0.05, 0.04) * inside(shape))
        layers.tint(ink, np.maximum(line_at(shape, 0.026), line_at(y - eaves + 0.11, 0.016)))
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
