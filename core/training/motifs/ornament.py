"""Motifs of ornament: braid, stained glass, star, glyphs."""

from __future__ import annotations

import numpy as np

from core.training.motifs.drawing import (
    INK,
    PIXEL,
    SIDE,
    WHITE,
    Array,
    Layers,
    Pen,
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
    turned,
)

SOLID = np.ones((SIDE, SIDE), np.float32)


def _interlace(
    layers: Layers, strands: list[tuple[Array, Array, Array]], half: float, banded: bool, ink: Array
) -> None:
    """Lay bands over and under each other.

    Args:
        strands: for each its distance from the middle of the band, its height (where bands cross,
            the higher one lies above) and its colour.
        half: half the width of a band.
        banded: a flat band with an edging, not a round cord.
    """
    colours, covers, heights = [], [], []
    for distance, height, colour in strands:
        part = np.clip(np.abs(distance) / half, 0, 1)
        if banded:
            rgb = lit(colour, 0.92 + 0.28 * height)
            rgb = mix(rgb, ink, smooth(0.42, 0.54, part) * smooth(0.76, 0.64, part))
        else:
            rgb = lit(colour, (0.25 + 0.9 * np.sqrt(1 - part**2)) * (0.85 + 0.25 * height))
            glint = smooth(0.4, 0.0, np.abs(distance / half + 0.3))
            rgb = mix(rgb, WHITE, 0.35 * glint)
        rgb = mix(rgb, ink, inside(half * 0.84 - np.abs(distance)))
        colours.append(rgb)
        covers.append(inside(np.abs(distance) - half))
        heights.append(height)
    order = np.argsort(np.array(heights), axis=0)
    for rank in range(len(strands)):
        for index in range(len(strands)):
            here = order[rank] == index
            # The band above throws a shadow on what lies below.
            below = smooth(half * 1.5, half, np.abs(strands[index][0]))
            layers.tint(ink, 0.7 * below * here)
            layers.add(colours[index], covers[index] * here)


def braid(rng: Rng) -> Sprite:
    """Broad bands woven over and under: a plait, a plaited ring, or a knot without an end."""
    place = pose(rng, warp=0.03)
    hue = hue_near(rng, (0.1, 0.12, 0.38))
    light, dark, second, _, third = palette(rng, hue)
    tones = [light, second, third] if rng.random() < 0.45 else [light] * 3
    ink = dark * 0.3
    banded = bool(rng.random() < 0.45)
    layers = Layers()
    strands: list[tuple[Array, Array, Array]] = []
    kind = rng.random()
    if kind < 0.4:
        swing, pace = rng.uniform(0.34, 0.42), rng.uniform(2.9, 3.9)
        half = swing * rng.uniform(0.47, 0.53)
        for index in range(3):
            phase = place.x * pace + index * 2 * np.pi / 3
            slope = swing * pace * np.cos(phase)
            distance = (place.y - swing * np.sin(phase)) / np.sqrt(1 + slope**2)
            strands.append((distance, np.sin(2 * phase), tones[index]))
        _interlace(layers, strands, half, banded, ink)
        return layers.sprite(layers.alpha * inside(np.abs(place.x) - 0.95))
    radius, angle = place.radius, place.angle
    # Two turns with an odd number of waves in them: one strand that crosses itself.
    if kind < 0.65:
        waves, middle, swing = int(rng.choice([7, 9, 11])), 0.62, 0.19
        half = rng.uniform(0.12, 0.14)
    else:
        waves, middle, swing = int(rng.choice([3, 3, 5])), 0.54, 0.28
        half = rng.uniform(0.13, 0.16)
    for turn in range(2):
        phase = (angle + 2 * np.pi * turn) * waves / 2
        reach = np.clip(radius, middle - swing, None)
        slope = swing * waves / 2 * np.sin(phase) / reach
        distance = (radius - middle - swing * np.cos(phase)) / np.sqrt(1 + slope**2)
        # Further in, where it is measured across too wide an angle, it would be too small.
        within = middle - swing - half - radius
        distance = np.where(within > 0, half + within, distance)
        strands.append((distance, np.sin(phase), tones[turn]))
    if rng.random() < 0.35:
        layers.add(dark * 0.6, inside(radius - 0.96))
    _interlace(layers, strands, half, banded, ink)
    return layers.sprite()


def stained_glass(rng: Rng) -> Sprite:
    """Glowing panes of uneven shape between thick dark leads."""
    place = pose(rng, warp=rng.uniform(0.0, 0.12))
    # One seed in each cell of a grid, so that panes have like sizes.
    across, down = rng.uniform(0.42, 0.75, 2)
    columns, rows = (int(np.ceil(1.35 / step)) for step in (across, down))
    grid = np.mgrid[-columns : columns + 1, -rows : rows + 1].reshape(2, -1).T
    seeds = (grid + rng.uniform(-0.48, 0.48, grid.shape)) * (across, down)
    seeds = seeds.astype(np.float32)
    squared = np.stack([(place.x - a) ** 2 + (place.y - b) ** 2 for a, b in seeds])
    nearest = squared.argmin(0)
    own = squared.min(0)
    between = np.hypot(*(seeds[:, None] - seeds).transpose(2, 0, 1))
    # Its own seed has no border with a pane.
    np.fill_diagonal(between, 1e-6)
    border = np.full((SIDE, SIDE), 9.0, np.float32)
    for index, field in enumerate(squared):
        # Distance to the line half-way between the pane's own seed and this one.
        half_way = (field - own) / (2 * between[index][nearest])
        border = np.where(nearest == index, border, np.minimum(border, half_way))
    home = rng.random()
    wide = rng.random() < 0.7
    hues = rng.random(len(seeds)) if wide else home + rng.normal(0, 0.07, len(seeds))
    panes = np.array(
        [hsv(hue, rng.uniform(0.6, 1), rng.choice([0.5, 0.8, 1.0])) for hue in hues], np.float32
    )
    offset = np.stack([place.x, place.y], -1) - seeds[nearest]
    glow = np.clip(1.15 - 0.9 * np.hypot(offset[..., 0], offset[..., 1] + 0.05), 0.35, 1.2)
    rgb = lit(panes[nearest], glow * (1 + 0.2 * noise(rng, 9, 2)))
    rgb = mix(rgb, np.clip(panes[nearest] * 0.4 + 0.6, 0, 1), 0.55 * smooth(0.8, 1.15, glow))
    half = rng.uniform(0.035, 0.065)
    lead = INK + rng.uniform(0, 0.08)
    rgb = mix(rgb, lead, smooth(half + 0.07, half, border) * 0.5)
    rgb = mix(rgb, lead, smooth(half + 0.015, half - 0.01, border))
    rgb = mix(rgb, lead * 3 + 0.12, 0.7 * smooth(half * 0.4, 0, border))
    return Sprite(np.clip(rgb, 0, 1), SOLID)


def star(rng: Rng) -> Sprite:
    """A star of five to eight points, each split into a light and a dark facet."""
    place = pose(rng, turn=0.25, warp=0.015, stretch=0.06)
    points = int(rng.choice([5, 5, 6, 8]))
    light, dark, second, _, _ = palette(rng, hue_near(rng, (0.13, 0.11, 0.0)), 0.06)
    light = hsv(hue_near(rng, (0.13, 0.11, 0.0)), rng.uniform(0.35, 0.95), rng.uniform(0.85, 1))
    waist = rng.uniform(0.42, 0.54) if points < 7 else rng.uniform(0.5, 0.62)
    layers = Layers()
    angle = place.angle + np.pi / 2
    sun = rng.uniform(-np.pi, np.pi)

    def arms(shift: float, tip: float, low: float, tone: Array, shade: Array) -> None:
        wedge = 2 * np.pi / points
        number = np.round((angle - shift) / wedge)
        away = angle - shift - number * wedge
        # Within half a wedge an arm's edge is the straight line from its tip to its waist.
        along, across = place.radius * np.cos(away), np.abs(place.radius * np.sin(away))
        foot_x, foot_y = low * np.cos(wedge / 2), low * np.sin(wedge / 2)
        length = np.hypot(tip - foot_x, foot_y)
        edge = ((along - tip) * foot_y + across * (tip - foot_x)) / length
        # Blended over a pixel, or ridges and valleys would be staircases.
        side = smooth(-PIXEL, PIXEL, np.sin(away) * place.radius)
        valley = np.sin(wedge / 2 - np.abs(away)) * place.radius
        side = 0.5 + (side - 0.5) * smooth(0, 1.5 * PIXEL, valley)
        facing = np.cos(number * wedge + shift + 2 * side - 1 - sun)
        facet = (0.36 + 0.64 * side) * (0.85 + 0.2 * facing)
        rgb = mix(shade, tone, smooth(0.15, 1.0, facet))
        rgb = lit(rgb, 0.8 + 0.35 * smooth(tip, 0, place.radius))
        layers.tint(INK, 0.6 * smooth(0.12, 0, edge))
        layers.add(rgb, inside(edge))
        layers.tint(INK, line_at(edge + 0.015, 0.03))

    if points < 7 and rng.random() < 0.25:
        layers.add(dark * 0.7, inside(place.radius - 0.96))
        layers.tint(second, line_at(place.radius - 0.88, 0.05))
    if rng.random() < 0.4:
        arms(np.pi / points, rng.uniform(0.74, 0.92), waist * 0.9, second * 0.8, dark * 0.5)
    arms(0.0, 0.95, waist, light, light * rng.uniform(0.18, 0.4))
    if rng.random() < 0.35:
        arms(0.0, 0.56, waist * 0.6, second, dark * 0.6)
    return layers.sprite()


def _letter(rng: Rng, runic: bool) -> list[Array]:
    """The strokes of an invented sign, straight or round, each (points, 2) about within [-1, 1]."""
    strokes: list[Array] = []

    def stroke(*points: tuple[float, float]) -> None:
        strokes.append(np.array(points, np.float64))

    def bow(x: float, y: float, width: float, height: float, start: float, sweep: float) -> None:
        turn = np.linspace(start, start + sweep, 9) * np.pi
        strokes.append(np.stack([x + width * np.cos(turn), y + height * np.sin(turn)], 1))

    stem = float(rng.choice([-0.7, 0.0, 0.7]))
    branch = -stem if stem else float(rng.choice([-0.8, 0.8]))
    kind = int(rng.integers(6))
    if runic:
        stroke((stem, -1), (stem, 1))
        height = float(rng.choice([-1, -0.6, -0.1]))
        if kind < 2:
            stroke((stem, height), (branch, height + 0.6))
            stroke((stem, height + 0.9), (branch, height + (0.3 if kind else 1.5)))
        elif kind == 2:
            stroke((stem, -1), (branch, -0.45), (stem, 0.1), (branch, 1))
        elif kind == 3:
            stroke((-0.8, -0.9), (0.8, 0.4))
        elif kind == 4:
            stroke((-stem or -0.8, -1), (-stem or -0.8, 1))
            stroke((-0.8, -0.5), (0.8, 0.5))
        else:
            stroke((-0.8, -0.2), (0.0, -1), (0.8, -0.2))
        return strokes
    if kind == 0:
        bow(0, 0, 0.8, 1, 0.25, 1.5)
        stroke((-0.1, 0.05), (0.8, 0.05))
    elif kind == 1:
        stroke((-0.7, -1), (-0.7, 1))
        bow(-0.7, 0.3, 1.4, 0.7, -0.5, 1)
    elif kind == 2:
        bow(0, -0.45, 0.75, 0.55, 0.6, 1.9)
        stroke((0, 0.1), (0, 1), (0.7, 1))
    elif kind == 3:
        stroke((-0.8, -1), (0.8, -1), (0, 1))
    elif kind == 4:
        bow(0, 0.4, 0.75, 0.6, 0, 1)
        stroke((-0.75, 0.4), (-0.75, -1))
        stroke((0.75, 0.4), (0.75, -1))
        stroke((0, -1), (0, 0.3))
    else:
        bow(-0.05, -0.5, 0.7, 0.5, -0.9, 1.4)
        bow(0.05, 0.5, 0.7, 0.5, 0.5, 0.6)
    if kind % 2 == 0 and rng.random() < 0.4:
        stroke((-0.8, 1), (0.8, 1))
    return strokes


def glyphs(rng: Rng) -> Sprite:
    """Rows of bold invented signs, straight as runes or round, written, carved or gilt."""
    ground = hsv(hue_near(rng, (0.1, 0.08, 0.58)), rng.uniform(0.1, 0.6), rng.uniform(0.7, 1))
    ink = hsv(hue_near(rng, (0.05, 0.0, 0.62)), rng.uniform(0.2, 0.9), rng.uniform(0.04, 0.25))
    if rng.random() < 0.4:
        ground, ink = ink, np.clip(ground * 1.1, 0, 1)
    runic = bool(rng.integers(2) == 0)
    letters = [_letter(rng, runic) for _ in range(7)]
    rows = rng.uniform(1.7, 2.7)
    height, width = 0.32 * 2 / rows, rng.uniform(0.2, 0.26) * 2 / rows
    thick = height * rng.uniform(0.36, 0.46)
    angle = rng.normal(0, 0.1)
    ruled = rng.random() < 0.4
    pen = Pen()
    reach = int(rows / 2 + 1.5)
    first = rng.uniform(-0.5, 0.5)
    for row in range(-reach, reach + 1):
        y = (row + first) * 2 / rows
        if ruled:
            line = turned(np.array([(-2, y + 1 / rows), (2, y + 1 / rows)]), angle)
            pen.line(line, WHITE, thick * 0.4)
        x = -1.35 - rng.uniform(0, 0.3)
        while x < 1.35:
            for stroke in letters[int(rng.integers(len(letters)))]:
                points = turned(stroke * (width, height) + (x, y), angle)
                if np.abs(points).max() < 1.3:
                    pen.line(points, WHITE, thick)
            x += width * 2 + thick * 1.7
    place = pose(rng)
    cover = pen.sprite().alpha
    paper = 0.9 + 0.16 * noise(rng, 12, 2) + 0.16 * np.sin(place.x * 2 + place.y)
    rgb = lit(ground, paper)
    # Cut in or raised: a light rim on one side, a shadow on the other.
    sense = int(rng.choice([-2, 2]))
    lower = np.roll(cover, (sense, sense), (0, 1))
    upper = np.roll(cover, (-1, -1), (0, 1))
    rgb = mix(rgb, INK, 0.55 * lower * (1 - cover))
    rgb = mix(rgb, WHITE, 0.4 * upper * (1 - cover))
    rgb = mix(rgb, lit(ink, 0.85 + 0.3 * np.sin(place.y * 2.4 + rng.uniform(0, 6))), cover)
    return Sprite(np.clip(rgb, 0, 1), SOLID)
