"""Motifs that root and climb: fern, rose, vine, tree."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.training.motifs.drawing import (
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
    pose,
    smooth,
    turned,
)

Points = NDArray[np.float64]

GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def _shades(rng: Rng, hue: float) -> tuple[Array, Array, Array, Array]:
    """One colour from its deep shadow to its highlight."""
    strength, shift = rng.uniform(0.55, 0.95), rng.normal(0, 0.035)
    return (
        hsv(hue + 2 * shift, strength, rng.uniform(0.08, 0.18)),
        hsv(hue + shift, strength, rng.uniform(0.34, 0.48)),
        hsv(hue, strength * 0.9, rng.uniform(0.62, 0.82)),
        hsv(hue - shift, strength * rng.uniform(0.3, 0.65), 1.0),
    )


def _across(points: Points) -> tuple[Points, Points]:
    """Unit vectors along a line of (n, 2) points and across it."""
    along = np.gradient(points, axis=0)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None] + 1e-9
    return along, np.stack([-along[:, 1], along[:, 0]], 1)


def _blade(middle: Points, widths: Array, low: float, high: float) -> Points:
    """The outline of a leaf about a midrib, from `low` to `high` half widths across it."""
    _, side = _across(middle)
    reach = side * np.asarray(widths)[:, None]
    return np.concatenate([middle + low * reach, (middle + high * reach)[::-1]])


def _frond(rng: Rng, curled: bool) -> tuple[Points, Array]:
    """(61, 2) points of a frond's stem from its foot to its tip, and how far along each is."""
    steps = np.linspace(0, 1, 61)
    bend = rng.uniform(0.2, 0.9)
    heading = bend * steps**1.5
    stride = np.ones_like(steps)
    if curled:
        coil = np.clip((steps - 0.5) / 0.5, 0, 1)
        heading = heading + rng.uniform(5.5, 7.5) * coil**1.2
        stride = 1 - 0.62 * coil
    points = np.cumsum(np.stack([np.sin(heading), -np.cos(heading)], 1) * stride[:, None], 0)
    points -= (points.max(0) + points.min(0)) / 2
    return points / np.abs(points).max() * 0.8, steps


def fern(rng: Rng) -> Sprite:
    """A frond of arched leaflets, smaller towards the tip, which is straight or curled."""
    deep, dark, body, light = _shades(rng, hue_near(rng, (0.3, 0.26, 0.36)))
    curled = rng.random() < 0.35
    points, steps = _frond(rng, curled)
    along, side = _across(points)
    flip = np.array([rng.choice([-1, 1]), 1])
    angle = rng.uniform(-np.pi, np.pi) if rng.random() < 0.35 else rng.normal(0, 0.4)

    def posed(shape: Points) -> Points:
        return turned(shape * flip, angle)

    pairs = int(rng.integers(6, 9))
    longest, rise = rng.uniform(0.66, 0.84), rng.uniform(0.05, 0.4)
    last = 0.62 if curled else 0.94
    stagger = rng.choice([0.0, 0.5])
    far = np.linspace(0, 1, 9)
    pen = Pen()
    for index in reversed(range(pairs)):
        for which in (-1, 1):
            place = (index + 0.3 + stagger * (which > 0)) / pairs
            at = int(np.clip(last * place**0.92, 0, 1) * 60)
            length = longest * (1 - 0.78 * place) * (0.7 + 0.3 * min(1, place * 4))
            out, up = side[at] * which, along[at]
            rib = far[:, None] * (out * np.cos(rise) + up * np.sin(rise))
            rib = points[at] + length * (rib + 0.3 * far[:, None] ** 2 * (up - 0.3 * out))
            widths = (
                rng.uniform(0.8, 0.95)
                / pairs
                * (1 - 0.55 * place)
                * np.sin(np.pi * far**0.6) ** 0.7
            )
            pen.polygon(posed(_blade(rib, widths + 0.03, -1, 1)), deep)
            pen.polygon(posed(_blade(rib, widths, -1, 1)), dark)
            pen.polygon(posed(_blade(rib, widths, -0.1 * which, -which)), body)
            pen.polygon(posed(_blade(rib, widths, -0.3 * which, -0.75 * which)), light)
    thickness = rng.uniform(0.07, 0.09) * (1 - 0.7 * steps)
    if curled:
        thickness = thickness + 0.03 * np.sin(np.pi * steps) + 0.02
    for at in range(61):
        pen.disc(posed(points[at]), thickness[at] / 2 + 0.03, deep)
    for at in range(61):
        pen.disc(posed(points[at]), thickness[at] / 2, body)
    pen.line(posed(points + side * 0.015), light, 0.035)
    sprite = pen.sprite()
    shade = np.clip(1 + 0.28 * noise(rng, 2), 0.6, 1.35)
    return Sprite(np.clip(lit(sprite.rgb, shade), 0, 1), sprite.alpha)


def _sepals(rng: Rng, layers: Layers, place: Place) -> None:
    """Pointed green leaves that look out from under a bloom."""
    deep, dark, body, _ = _shades(rng, hue_near(rng, (0.3, 0.35), 0.8))
    first, count = rng.uniform(0, 6), int(rng.integers(3, 6))
    turn = np.mod((place.angle - first) * count / (2 * np.pi) + 0.5, 1) - 0.5
    reach = 0.98 - 0.9 * np.abs(turn) ** 1.2
    distance = place.radius - reach
    layers.add(mix(dark, body, smooth(-0.05, 0.05, turn)), inside(distance))
    layers.tint(deep, np.maximum(line_at(distance, 0.03), inside(np.abs(turn) - 0.025)))


def rose(rng: Rng) -> Sprite:
    """A full bloom from above: petals with rolled rims, each over the one before, about a bud."""
    place = pose(rng, warp=0.05, stretch=0.06)
    hue = hue_near(rng, (0.97, 0.94, 0.0, 0.11))
    deep, dark, body, light = _shades(rng, hue)
    light = mix(light, body, rng.uniform(0, 0.5))
    layers = Layers()
    green = rng.random() < 0.5
    if green:
        _sepals(rng, layers, place)
    count, largest = int(rng.integers(9, 13)), 0.84 if green else 0.95
    first, way = rng.uniform(0, 6), rng.choice([-1, 1])
    sun = rng.uniform(0, 6)
    for index in range(count):
        left = 1 - index / count
        reach = largest * (0.12 + 0.88 * left**0.85)
        size = reach * rng.uniform(0.54, 0.66)
        angle = first + way * index * GOLDEN_ANGLE + rng.normal(0, 0.12)
        cosine, sine = float(np.cos(angle)), float(np.sin(angle))
        out = place.x * cosine + place.y * sine - (reach - size)
        aside = place.y * cosine - place.x * sine
        # A broad petal, drawn to a slight point in the middle of its rim.
        distance = np.hypot(out + 0.15 * np.abs(aside), aside * 0.76) - size
        layers.tint(deep * 0.6, 0.65 * smooth(0.17, 0.0, distance))
        facing = float(1.02 + 0.2 * np.cos(angle - sun))
        rgb = mix(dark, body, smooth(-0.8 * size, -0.35 * size, distance))
        rgb = mix(rgb, light, smooth(-0.19, -0.07, distance))
        rgb = mix(rgb, deep, 0.8 * smooth(-0.035, -0.005, distance))
        layers.add(np.clip(rgb * facing, 0, 1), inside(distance))
    radius = place.radius
    swirl = np.sin(way * place.angle - 13 * np.sqrt(radius + 0.01))
    bud = mix(deep, mix(body, light, smooth(0.2, 0.9, swirl)), smooth(-0.5, 0.3, swirl))
    layers.tint(bud, inside(radius - 0.17, 4))
    return layers.sprite()


def _heart(layers: Layers, place: Place, tones: tuple[Array, Array, Array, Array]) -> None:
    """A heart-shaped leaf, notched at (0, -0.45) and pointed at (0, 1), with veins."""
    deep, dark, body, light = tones
    away, down = np.abs(place.x), place.y
    side = away - 0.92 * np.clip(1 - np.clip((down + 0.35) / 1.35, 0, None) ** 1.5, 0, None)
    lobes = -0.35 - 0.5 * np.sqrt(np.clip(1 - ((away - 0.46) / 0.47) ** 2, 0, 1)) - down
    distance = np.maximum(np.maximum(side * 0.8, lobes * 0.7), down - 1)
    rgb = mix(body, light, smooth(-0.1, -0.75, distance + 0.35 * place.x))
    rgb = mix(rgb, dark, 0.75 * smooth(-0.02, 0.05, place.x))
    veins = np.abs(np.sin(np.arctan2(away, down + 0.55) * 3))
    rgb = mix(rgb, deep, 0.6 * smooth(0.3, 0.05, veins) * smooth(-0.04, -0.12, distance))
    cover = inside(distance, 3.5)
    layers.add(rgb, cover)
    layers.tint(deep, smooth(-0.14, -0.07, distance) * cover)


def _headed(place: Place, at: Points, heading: float, size: float) -> Place:
    """Coordinates about `at` whose y runs towards `heading`, in units of `size`."""
    near = place.seen_from(float(at[0]), float(at[1]), size)
    cosine, sine = float(np.cos(heading)), float(np.sin(heading))
    return Place(near.y * cosine - near.x * sine, near.x * cosine + near.y * sine)


def _cord(pen: Pen, points: Points, width: float, tones: tuple[Array, Array, Array]) -> None:
    """A round stem: outlined, lit along one side."""
    edge, body, light = tones
    pen.line(points, edge, width + 0.07)
    pen.line(points, body, width)
    pen.line(points + np.array([-0.18, -0.18]) * width, light, width * 0.4)


def _tendril(rng: Rng, start: Points, heading: float) -> Points:
    """(24, 2) points of a curl that leaves `start` towards `heading` and winds in."""
    steps = np.linspace(0, 1, 24)
    turn = heading + rng.choice([-1, 1]) * rng.uniform(7.5, 9.5) * steps**1.3
    stride = (1 - 0.8 * steps) * rng.uniform(0.065, 0.08)
    return start + np.cumsum(np.stack([np.cos(turn), np.sin(turn)], 1) * stride[:, None], 0)


def vine(rng: Rng) -> Sprite:
    """A thick, winding stem or a twist of two, with heart-shaped leaves and curled tendrils."""
    tones = _shades(rng, hue_near(rng, (0.3, 0.27, 0.02)))
    wood = _shades(rng, hue_near(rng, (0.08, 0.25)))
    bark = (wood[0], mix(wood[1], wood[2], 0.5), wood[3])
    angle = rng.normal(0, 0.5) + (np.pi / 2 if rng.random() < 0.4 else 0)
    steps = np.linspace(-0.95, 0.95, 49)
    twisted = rng.random() < 0.4
    swing = rng.uniform(0.1, 0.13) if twisted else rng.uniform(0.18, 0.26)
    phases = rng.uniform(0, 2 * np.pi) + rng.uniform(5.2, 7.2) * steps

    def strand(shift: float) -> Points:
        return turned(np.stack([swing * np.sin(phases + shift), steps], 1), angle)

    stem, width = strand(0), rng.uniform(0.12, 0.16)
    # Leaves stand where the stem swings out to their side, tendrils half-way between them.
    halves = np.floor(phases / np.pi)
    bends = [int(np.mean(np.nonzero(halves == half))) for half in np.unique(halves)]
    joints = [at for at in bends if 6 <= at <= 42]
    pen = Pen()
    for before, joint in pairwise(joints):
        middle = (before + joint) // 2
        outwards = angle + (np.pi if np.sin(phases[before]) > 0 else 0) + rng.normal(0, 0.2)
        _cord(pen, _tendril(rng, stem[middle], outwards), 0.055, (bark[0], bark[1], bark[2]))
    _cord(pen, stem, width, bark)
    if twisted:
        _cord(pen, strand(np.pi), width, bark)
        # Where the first strand comes to the front, it is laid over the second again.
        ahead = np.cos(phases) > 0
        for part in np.split(np.arange(49), np.nonzero(np.diff(ahead.astype(int)))[0] + 1):
            if ahead[part[0]] and len(part) > 6:
                pen.line(stem[part[2:-2]], bark[0], width + 0.07)
                pen.line(stem[part], bark[1], width)
                pen.line(stem[part] - 0.18 * width, bark[2], width * 0.4)
    layers = Layers()
    layers.stamp(pen.sprite())
    place = pose(rng, turn=0, warp=0.03, stretch=0.0)
    for joint in joints:
        heading = angle + (0 if np.sin(phases[joint]) > 0 else np.pi) + rng.normal(0, 0.3)
        size = rng.uniform(0.36, 0.46)
        middle = stem[joint] + 0.62 * size * np.array([np.cos(heading), np.sin(heading)])
        _heart(layers, _headed(place, middle, heading, size), tones)
    return layers.sprite()


def tree(rng: Rng) -> Sprite:
    """A trunk with roots under a round crown of leafy clumps, or under tiers of boughs."""
    place = pose(rng, turn=0.1, warp=0.03, stretch=0.1)
    wood = _shades(rng, hue_near(rng, (0.07, 0.05)))
    leaves = _shades(rng, hue_near(rng, (0.3, 0.25, 0.07)))
    left = float(rng.choice([-1, 1]))
    layers = Layers()
    half = rng.uniform(0.11, 0.16) + 0.2 * smooth(0.55, 1.0, place.y)
    trunk = np.maximum(np.abs(place.x) - half, np.maximum(-0.2 - place.y, place.y - 0.95))
    streaks = 0.5 + 0.5 * np.sin(place.x / half * 7 + 2 * noise(rng, 4))
    bark = mix(wood[1], wood[2], streaks)
    bark = lit(bark, 0.8 + 0.5 * left * place.x / half)
    layers.add(bark, inside(trunk))
    layers.tint(wood[0], line_at(trunk, 0.035))
    if rng.random() < 0.6:
        _crown(rng, layers, place, leaves, wood, left)
    else:
        _tiers(rng, layers, place, leaves, left)
    return layers.sprite()


def _crown(
    rng: Rng,
    layers: Layers,
    place: Place,
    leaves: tuple[Array, Array, Array, Array],
    wood: tuple[Array, Array, Array, Array],
    left: float,
) -> None:
    """Clumps of leaves, the lower ones behind, with branches between them."""
    deep, dark, body, light = leaves
    ragged = 0.03 * noise(rng, 14)
    for side in (-1, 1):
        branch = np.abs(place.x - side * (0.28 - place.y) * 0.8) - 0.06
        branch = np.maximum(branch, np.maximum(place.y - 0.32, -0.2 - place.y))
        layers.add(wood[1], inside(branch))
        layers.tint(wood[0], line_at(branch, 0.025))
    count = int(rng.integers(9, 13))
    angles = np.arange(count) * GOLDEN_ANGLE + rng.uniform(0, 6)
    reaches = 0.6 * np.sqrt((np.arange(count) + 0.3) / count)
    centres = [
        (reach * np.cos(angle) * 1.12, -0.24 + reach * np.sin(angle) * 0.7)
        for reach, angle in zip(reaches, angles, strict=True)
    ]
    for x, y in sorted(centres, key=lambda centre: -centre[1]):
        size = rng.uniform(0.28, 0.35)
        near = place.seen_from(x, y)
        scallops = 0.03 * np.cos(near.angle * 9 + rng.uniform(0, 6))
        distance = near.radius - size + scallops + ragged
        light_at = (left * near.x * 0.7 + near.y) / size + 3 * ragged
        rgb = mix(dark, deep, smooth(0.3, 1.1, light_at))
        rgb = mix(rgb, body, smooth(0.25, -0.15, light_at))
        rgb = mix(rgb, light, smooth(-0.35, -0.8, light_at))
        layers.add(rgb, inside(distance))
        layers.tint(deep, 0.7 * line_at(distance, 0.025) * (light_at > -0.5))


def _tiers(
    rng: Rng, layers: Layers, place: Place, leaves: tuple[Array, Array, Array, Array], left: float
) -> None:
    """Boughs of a fir, the upper over the lower, with snow on them now and then."""
    deep, dark, body, light = leaves
    count = int(rng.integers(3, 6))
    widest = rng.uniform(0.74, 0.92)
    if rng.random() < 0.3:
        light = np.array([0.94, 0.97, 1.0], np.float32)
    for index in reversed(range(count)):
        top = -0.97 + 1.2 * index / count
        height = 1.5 / count + 0.16
        reach = widest * (index + 1.2) / (count + 0.2)
        part = np.clip((place.y - top) / height, 0, 1.2)
        fringe = 0.09 * np.abs(np.sin(place.x * rng.uniform(9, 12) + rng.uniform(0, 3)))
        droop = place.y - top - height * (0.9 + 0.12 * np.abs(place.x) / reach) + fringe
        distance = np.maximum(np.abs(place.x) - reach * np.minimum(part, 0.95), droop)
        distance = np.maximum(distance, top - place.y)
        rgb = mix(body, dark, smooth(-0.1, 0.15, -left * place.x))
        rgb = mix(rgb, light, 0.9 * smooth(0.1, -0.25, part - 0.45 + 0.5 * noise(rng, 6)))
        rgb = mix(rgb, deep, 0.8 * smooth(-0.16, -0.03, droop))
        layers.tint(deep * 0.5, 0.7 * smooth(0.16, 0.0, distance))
        layers.add(rgb, inside(distance))
        layers.tint(deep * 0.6, line_at(distance, 0.025))
