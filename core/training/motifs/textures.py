"""Motifs that fill a surface: scales, honeycomb, fur, waves, brick. Their alpha is 1 throughout."""

from __future__ import annotations

import numpy as np

from core.training.motifs.drawing import (
    PIXEL,
    SIDE,
    WHITE,
    Array,
    Place,
    Rng,
    Sprite,
    blob,
    hue_near,
    inside,
    lit,
    mix,
    noise,
    palette,
    pose,
    smooth,
)

SOLID = np.ones((SIDE, SIDE), np.float32)


def _filled(rgb: Array) -> Sprite:
    return Sprite(np.clip(rgb, 0, 1).astype(np.float32), SOLID)


def _chance(cell: Array, row: Array) -> Array:
    """A number in [0, 1) for each cell of a grid, the same all over the cell."""
    return np.mod(np.sin(cell * 12.9898 + row * 78.233) * 43758.5, 1).astype(np.float32)


def scales(rng: Rng) -> Sprite:
    """Rows of overlapping round scales, each with a rim and a sheen."""
    place = pose(rng, warp=0.07)
    density = rng.uniform(1.8, 4)
    x, y = place.x * density, place.y * density * rng.uniform(1.2, 1.7)
    light, dark, second, rim, _ = palette(rng)
    patches = np.clip(0.5 + noise(rng, 3, 2), 0, 1)
    rgb = np.broadcast_to(dark * 0.4, (SIDE, SIDE, 3))
    first = np.floor(y)
    # From below upwards: a scale covers the row under it.
    for offset in (2, 1, 0, -1, -2):
        row = first + offset
        shift = np.mod(row, 2) * 0.5
        centre = np.round(x - shift) + shift
        across, down = x - centre, y - row
        distance = np.hypot(across, down * 0.62) - 0.6
        chance = _chance(centre, row)
        colour = mix(light, second, patches * 0.6 + 0.35 * chance)
        colour = lit(colour, 0.3 + 0.8 * smooth(-0.9, 0.9, down))
        colour = mix(colour, rim * 0.4, smooth(-0.15, -0.03, distance))
        colour = mix(colour, WHITE, 0.45 * blob(Place(across, down - 0.4), 0.17))
        rgb = mix(rgb, colour, inside(distance / density) * (down > -0.8))
    return _filled(rgb)


def honeycomb(rng: Rng) -> Sprite:
    """Hexagonal cells with thick walls and shaded hollows."""
    place = pose(rng, warp=0.07)
    density = rng.uniform(1.5, 3.6)
    x, y = place.x * density, place.y * density
    height = np.sqrt(3)
    first = (np.mod(x, 1) - 0.5, np.mod(y, height) - height / 2)
    other = (np.mod(x - 0.5, 1) - 0.5, np.mod(y - height / 2, height) - height / 2)
    nearer = np.hypot(*first) < np.hypot(*other)
    across, down = np.where(nearer, first[0], other[0]), np.where(nearer, first[1], other[1])
    edge = np.maximum(np.abs(across), np.abs(across) / 2 + np.abs(down) * height / 2)
    wall, hollow, tone, _, _ = palette(rng, hue_near(rng, (0.1, 0.12, 0.09)))
    if rng.random() < 0.25:
        wall, hollow = hollow, wall
    slope = np.clip(0.5 + 0.9 * (across + down), 0, 1)
    rgb = mix(hollow * 0.7, tone, slope * rng.uniform(0.3, 0.7))
    width = rng.uniform(0.07, 0.14)
    walls = lit(wall, 0.8 + 0.5 * np.clip(across - down, -0.5, 0.5))
    rgb = mix(rgb, walls, smooth(0.45 - width, 0.5 - width, edge))
    if rng.random() < 0.4:
        glint = Place(across + 0.14, down + 0.14)
        rgb = mix(rgb, WHITE, 0.55 * blob(glint, 0.1))
    return _filled(rgb)


def _streaks(rng: Rng, across: Array, along: Array) -> Array:
    """Smooth noise of deviation about 1 at any coordinates, one value to each unit cell."""
    values = rng.standard_normal((64, 64)).astype(np.float32)
    column, row = np.floor(across).astype(int), np.floor(along).astype(int)
    x, y = across - column, along - row
    x, y = x * x * (3 - 2 * x), y * y * (3 - 2 * y)
    upper = values[row % 64, column % 64] * (1 - x) + values[row % 64, (column + 1) % 64] * x
    row = row + 1
    lower = values[row % 64, column % 64] * (1 - x) + values[row % 64, (column + 1) % 64] * x
    return (upper * (1 - y) + lower * y).astype(np.float32) * 1.5


def fur(rng: Rng) -> Sprite:
    """Locks of hair along a bent direction, sometimes striped or spotted."""
    place = pose(rng, warp=0.1)
    across = place.x + rng.uniform(-0.4, 0.4) * place.y**2 + 0.08 * np.sin(5 * place.y)
    fineness, length = rng.uniform(16, 26), rng.uniform(2.2, 3.2)
    # Values on a grid of narrow, long cells make hairs; finer ones lie over coarser locks.
    locks = _streaks(rng, across * fineness * 0.45, place.y * length * 0.8)
    hairs = _streaks(rng, across * fineness, place.y * length)
    tips = np.clip(0.5 + 0.3 * locks + 0.32 * hairs, 0, 1)
    light, dark, _, mark, _ = palette(rng, hue_near(rng, (0.07, 0.09, 0.05)), 0.04)
    rgb = mix(dark * 0.7, light, tips)
    kind = rng.random()
    if kind < 0.3:
        stripe = np.sin(place.y * rng.uniform(5, 9) + 3 * noise(rng, 3, 2))
        rgb = mix(rgb, mark * 0.35, 0.75 * smooth(0.1, 0.4, stripe) * (0.5 + 0.5 * tips))
    elif kind < 0.5:
        rgb = mix(rgb, mark * 0.35, 0.8 * smooth(0.3, 0.45, noise(rng, 5)))
    return _filled(lit(rgb, 0.95 + 0.2 * noise(rng, 3)))


def waves(rng: Rng) -> Sprite:
    """Fans of rings in rows, as on Japanese cloth, or rolling crests with foam."""
    place = pose(rng, warp=0.1)
    light, dark, second, _, _ = palette(rng, hue_near(rng, (0.55, 0.6, 0.5)), 0.08)
    if rng.random() < 0.55:
        density = rng.uniform(1.1, 2.2)
        x, y = place.x * density, place.y * density * 2
        first = np.floor(y)
        rings = rng.integers(3, 5)
        rgb = np.broadcast_to(light, (SIDE, SIDE, 3))
        for offset in (-1, 0, 1, 2):
            row = first + offset
            shift = np.mod(row, 2) * 0.5
            across = x - np.round(x - shift) - shift
            distance = np.hypot(across, (y - row - 0.2) / 2)
            ring = 0.5 - 0.5 * np.cos(distance * 4 * np.pi * rings)
            cover = np.clip((0.5 - distance) / (2 * density * PIXEL) + 0.5, 0, 1)
            fan = mix(dark, mix(light, second, distance), smooth(0.3, 0.7, ring))
            rgb = mix(rgb, fan, cover * (y < row + 0.25))
        return _filled(rgb)
    count, length = rng.uniform(5, 9), rng.uniform(3, 6)
    swell = np.sin(length * place.x + 0.8 * np.sin(length * place.x) + place.y * 3)
    part = np.mod((place.y * count + rng.uniform(0.9, 2) * swell) / (2 * np.pi), 1)
    rgb = mix(dark, second, smooth(0, 0.8, part))
    return _filled(mix(rgb, WHITE * 0.96, smooth(0.76, 0.85, part) * smooth(1, 0.95, part)))


def brick(rng: Rng) -> Sprite:
    """A wall of bricks or dressed stone in running bond."""
    place = pose(rng, turn=0.35, warp=0.02)
    rows = rng.uniform(2, 4.2)
    length = rng.uniform(1.7, 2.6)
    y = place.y * rows
    row = np.floor(y)
    x = place.x * rows / length + np.mod(row, 2) * 0.5
    cell = np.floor(x)
    across, down = (x - cell - 0.5) * length, y - row - 0.5
    light, dark, second, mortar, pale = palette(rng, hue_near(rng, (0.02, 0.04, 0.08)), 0.05)
    joint = pale * 0.85 if rng.random() < 0.55 else mortar * 0.6
    chance = _chance(cell, row)
    face = mix(mix(dark * 1.6, light, 0.35 + 0.65 * chance), second, 0.25 * chance)
    edge = np.maximum(np.abs(across) - length / 2, np.abs(down) - 0.5)
    bevel = 1 + 0.45 * smooth(-0.2, -0.08, edge) * np.where(across + down < 0, 1, -1)
    rough = 1 + 0.25 * noise(rng, 14, 2)
    rgb = lit(face, bevel * rough)
    return _filled(mix(rgb, joint, smooth(-0.1, -0.05, edge)))
