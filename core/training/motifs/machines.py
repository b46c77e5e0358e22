"""Motifs that work: clockwork, circuit."""

from __future__ import annotations

import numpy as np

from core.training.motifs.drawing import (
    INK,
    SIDE,
    WHITE,
    Array,
    Layers,
    Pen,
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
    turned,
)


def _shadow(layers: Layers, distance: Array, reach: float) -> None:
    """Darken what is painted already up to `reach` from a shape."""
    layers.tint(INK, 0.75 * smooth(reach, 0, distance))


def _wheel(
    layers: Layers, place: Place, size: float, teeth: int, metal: Array, dark: Array
) -> None:
    """A toothed wheel about the origin: a heavy rim, arms, a square hole for the axle."""
    radius, angle = place.radius, place.angle
    depth = min(0.16, 0.9 / teeth + 0.05)
    wave = np.clip(np.cos(angle * teeth) * 2.2, -1, 1)
    outline = radius - size * (1 - depth + depth * wave)
    _shadow(layers, outline, 0.13)
    sheen = 0.78 + 0.34 * np.cos(2 * angle + 0.8) - 0.12 * np.cos(radius / size * 14)
    layers.add(lit(metal, sheen), inside(outline))
    layers.tint(dark * 0.3, line_at(outline + 0.01, 0.022))
    arms = 3 + teeth % 2
    across = np.abs(np.sin(angle * arms / 2)) * 2 / arms * radius
    hollow = np.maximum(np.maximum(radius - size * 0.62, size * 0.3 - radius), size * 0.13 - across)
    layers.tint(dark * 0.2, inside(hollow))
    layers.tint(np.clip(metal * 1.35 + 0.1, 0, 1), line_at(radius - size * 0.7, 0.016) * 0.8)
    axle = np.maximum(np.abs(place.x), np.abs(place.y)) - size * 0.12
    layers.tint(INK, inside(axle))


def _hairspring(layers: Layers, place: Place, size: float, colour: Array) -> None:
    """A balance: a thin-armed ring round a coiled spring."""
    radius = place.radius / size
    _shadow(layers, place.radius - size, 0.12)
    layers.add(colour * 0.2, inside(place.radius - size))
    coil = np.cos(2 * np.pi * (radius * 3.2 - place.angle / (2 * np.pi)))
    layers.tint(colour, smooth(-0.1, 0.35, coil) * inside(place.radius - size * 0.8))
    rim = line_at(place.radius - size * 0.9, size * 0.1)
    layers.tint(lit(colour, 0.8 + 0.3 * np.cos(2 * place.angle)), rim)
    layers.tint(INK, line_at(place.radius - size, 0.02))


def _dial(layers: Layers, rng: Rng, place: Place, size: float, face: Array, ink: Array) -> None:
    """A clock's face: hour bars, a rim, two tapering hands."""
    radius, angle = place.radius / size, place.angle
    _shadow(layers, place.radius - size, 0.14)
    layers.add(lit(face, 1.05 - 0.3 * radius), inside(place.radius - size))
    layers.tint(ink, line_at(place.radius - size * 0.95, size * 0.07))
    bar = np.abs(np.sin(angle * 6)) / 6 * radius
    hours = np.maximum(bar - 0.045, np.abs(radius - 0.72) - 0.12)
    layers.tint(ink, inside(hours * size))
    first = rng.uniform(-np.pi, np.pi)
    for turn, length, width in (
        (first, 0.5, 0.15),
        (first + rng.uniform(1.2, 5.0), 0.74, 0.11),
    ):
        along = (np.cos(turn) * place.x + np.sin(turn) * place.y) / size
        across = np.abs(np.cos(turn) * place.y - np.sin(turn) * place.x) / size
        # Widest a third of the way out, as the hands of old clocks are.
        taper = width * np.minimum((along + 0.2) / 0.4, (length - along) / (length - 0.2))
        layers.tint(ink, inside((across - np.clip(taper, -0.05, 1)) * size))


def clockwork(rng: Rng) -> Sprite:
    """Brass wheels of several sizes that mesh, over a dark plate, with a spring or a dial."""
    place = pose(rng, warp=0.015, stretch=0.07)
    light, dark, _, deep, _ = palette(rng, hue_near(rng, (0.11, 0.09, 0.58)), 0.05)
    brass = hsv(hue_near(rng, (0.11, 0.09, 0.13)), rng.uniform(0.5, 0.85), rng.uniform(0.8, 1))
    steel = mix(light, np.array([0.75, 0.8, 0.85], np.float32), 0.6)
    copper = hsv(hue_near(rng, (0.05, 0.03, 0.5)), rng.uniform(0.5, 0.8), rng.uniform(0.65, 0.9))
    metals = [brass, steel, copper]
    layers = Layers()
    if rng.random() < 0.75:
        plate = place.radius - 0.97
        grain = 0.75 + 0.35 * np.sin(place.x * 9 + 2 * noise(rng, 3))
        layers.add(lit(deep * 0.8, grain), inside(plate))
        if rng.random() < 0.6:
            layers.tint(brass, line_at(plate + 0.07, 0.07))
            layers.tint(INK, line_at(plate + 0.14, 0.02))
    # Wheels stand round the middle, close enough for their teeth to meet.
    first = rng.uniform(-np.pi, np.pi)
    sizes = [rng.uniform(0.52, 0.62), rng.uniform(0.4, 0.48), rng.uniform(0.32, 0.4)]
    count = len(sizes) + int(rng.integers(0, 2))
    wheels = []
    for index in range(count):
        size = sizes[index % 3]
        turn = first + index * 2 * np.pi / count + rng.normal(0, 0.1)
        away = 0.92 - size
        wheels.append((float(away * np.cos(turn)), float(away * np.sin(turn)), size))
    order = rng.permutation(count)
    for index in order:
        x, y, size = wheels[index]
        spun = rng.uniform(-np.pi, np.pi)
        near = place.seen_from(x, y)
        cosine, sine = np.cos(spun), np.sin(spun)
        near = Place(cosine * near.x + sine * near.y, cosine * near.y - sine * near.x)
        teeth = max(8, round(size * 30 + rng.normal(0, 1)))
        _wheel(layers, near, size, teeth, metals[index % 3], dark)
    kind, turn = rng.random(), rng.uniform(-np.pi, np.pi)
    # Off the middle: seen in the middle, a ring in a ring would be an eye.
    spot = place.seen_from(0.36 * np.cos(turn), 0.36 * np.sin(turn))
    if kind < 0.3:
        _hairspring(layers, spot, rng.uniform(0.28, 0.36), metals[int(rng.integers(2))])
    elif kind < 0.65:
        face = mix(light, WHITE, 0.6) if rng.random() < 0.75 else dark * 0.4
        ink = dark * 0.25 if face.mean() > 0.45 else brass
        _dial(layers, rng, spot, rng.uniform(0.38, 0.5), face, ink)
    return layers.sprite()


def _bends(rng: Rng, reach: float) -> tuple[Array, Array]:
    """A path with corners of 45 or 90 degrees, from somewhere within `reach`.

    Returns:
        Its corners and, for each, the way to a line that runs beside it at distance 1; (n, 2) both.
    """
    heading = float(rng.integers(8)) * np.pi / 4
    bends = [0.0, *rng.choice([-np.pi / 4, np.pi / 4, np.pi / 2], rng.integers(1, 4)), 0.0]
    corner = rng.uniform(-reach, reach, 2)
    corners, beside = [], []
    for bend in bends:
        # Parallel lines turn on the bisector, further out by one over its cosine.
        middle = heading + bend / 2
        corners.append(corner)
        beside.append(np.array([-np.sin(middle), np.cos(middle)]) / np.cos(bend / 2))
        heading += bend
        length = rng.uniform(2.2, 5.0)
        corner = corner + length * np.array([np.cos(heading), np.sin(heading)])
    return np.array(corners), np.array(beside)


def _strip(corners: Array, beside: Array, first: float, last: float) -> Array:
    """The outline of what lies beside a path between two distances."""
    return np.concatenate([corners + first * beside, corners[::-1] + last * beside[::-1]])


def _box(x: float, y: float, half_width: float, half_height: float) -> Array:
    signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    return signs * (half_width, half_height) + (x, y)


def circuit(rng: Rng) -> Sprite:
    """A board: bundles of parallel traces that turn by 45 or 90 degrees, pads, chips with legs."""
    hue = hue_near(rng, (0.38, 0.42, 0.6))
    board = hsv(hue, rng.uniform(0.6, 0.95), rng.uniform(0.14, 0.4))
    if rng.random() < 0.5:
        trace = hsv(hue + rng.normal(0, 0.03), rng.uniform(0.4, 0.75), rng.uniform(0.65, 0.95))
    else:
        trace = hsv(float(rng.choice([0.12, 0.1, 0.5])), rng.uniform(0.4, 0.8), rng.uniform(0.7, 1))
    silver = hsv(hue_near(rng, (0.13, 0.6)), rng.uniform(0.05, 0.6), rng.uniform(0.85, 1))
    body = np.clip(INK + rng.uniform(0, 0.1), 0, 1)
    pitch = rng.uniform(0.18, 0.28)
    angle = float(rng.choice([0, np.pi / 4])) + rng.normal(0, 0.06)
    pen = Pen()
    for _ in range(10):
        corners, beside = (turned(part * pitch, angle) for part in _bends(rng, 1.1 / pitch))
        count = int(rng.integers(2, 5))
        # Bare board round a bundle covers what crosses below.
        pen.polygon(_strip(corners, beside, -0.65, count - 0.35), board * 0.75)
        for line in range(count):
            pen.polygon(_strip(corners, beside, line - 0.33, line + 0.33), trace * 0.45)
            pen.polygon(_strip(corners, beside, line - 0.26, line + 0.18), trace)
            for end in (0, -1):
                centre = corners[end] + line * beside[end]
                pen.polygon(turned(_box(0, 0, pitch * 0.44, pitch * 0.44), angle) + centre, silver)
                pen.polygon(turned(_box(0, 0, pitch * 0.17, pitch * 0.17), angle) + centre, body)
    for _ in range(int(rng.integers(1, 4))):
        x, y = rng.uniform(-0.85, 0.85, 2)
        width, legs = rng.uniform(0.24, 0.36), int(rng.integers(3, 5))
        height = legs * pitch * 0.62
        rows = (np.arange(legs) + 0.5) / legs * 2 - 1
        pen.polygon(turned(_box(x, y, width + 0.2, height + 0.06), angle), board * 0.6)
        for row in rows:
            leg = _box(x, y + row * height, width + 0.15, pitch * 0.3)
            pen.polygon(turned(leg, angle), silver)
        pen.polygon(turned(_box(x, y, width, height), angle), body)
        pen.polygon(turned(_box(x, y, width - 0.05, height - 0.05), angle), body * 1.6 + 0.1)
        pen.polygon(turned(_box(x + 0.02, y + 0.02, width - 0.06, height - 0.06), angle), body)
        for row in rows[:2]:
            mark = _box(x, y + row * height * 0.5, width * 0.55, pitch * 0.12)
            pen.polygon(turned(mark, angle), silver * 0.7)
    drawn = pen.sprite()
    place = pose(rng)
    ground = lit(board, 1 + 0.25 * np.sin(place.x * 3) + 0.2 * noise(rng, 4, 2))
    rgb = mix(ground, drawn.rgb, drawn.alpha)
    rgb = lit(rgb, 1 + 0.22 * np.sin(place.y * 2.5 + rng.uniform(0, 6)))
    return Sprite(np.clip(rgb, 0, 1), np.ones((SIDE, SIDE), np.float32))
