"""Animals as wholes: snake, lizard, octopus, jellyfish, and a wing."""

from __future__ import annotations

import numpy as np

from core.training.motifs.creatures import dark_eye, ellipse
from core.training.motifs.drawing import (
    INK,
    WHITE,
    Array,
    Layers,
    Pen,
    Place,
    Rng,
    Sprite,
    blob,
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
from core.training.motifs.outlines import Limb, limb


def _walk(headings: Array, strides: Array) -> Array:
    """(n, 2) points reached by steps in these directions, about the middle of what they span."""
    steps = np.stack([np.cos(headings), np.sin(headings)], 1) * strides[:, None]
    points = np.cumsum(steps, axis=0)
    return points - (points.max(0) + points.min(0)) / 2


def _marked(rng: Rng, body: Limb, count: float, colours: list[Array]) -> Array:
    """Skin with diamonds, saddles or bands along the back, pale towards the belly."""
    light, dark, second, _, pale = colours
    phase = np.mod(body.along * count, 1)
    tooth = np.abs(phase - 0.5) * 2
    across = np.abs(body.across)
    kind = rng.random()
    if kind < 0.45:
        reach = across * 1.15 + tooth - 0.75
    elif kind < 0.75:
        reach = np.abs(tooth - 0.2 - 0.25 * across) - 0.32
    else:
        reach = tooth - 0.5 + 0.25 * across**2
    rgb = mix(light, pale, smooth(0.45, 0.9, across))
    rgb = mix(rgb, dark * 0.35, smooth(0.22, 0.05, reach))
    rgb = mix(rgb, second, smooth(-0.12, -0.25, reach))
    return lit(rgb, 0.3 + 0.85 * body.light)


def snake(rng: Rng) -> Sprite:
    """Coiled or winding, its back marked, the broad head seen from above with a forked tongue."""
    place = pose(rng, warp=0.05, stretch=0.06)
    place = Place(place.x * float(rng.choice((-1.0, 1.0))), place.y)
    steps = np.linspace(0, 1, 56)
    if rng.random() < 0.65:
        turn = rng.uniform(1.45, 1.75) * 2 * np.pi * steps
        reach = 0.8 - rng.uniform(0.36, 0.39) * turn / (2 * np.pi)
        axis = np.stack([np.cos(turn), np.sin(turn)], 1) * reach[:, None]
        half, count = rng.uniform(0.165, 0.185), 13.0
    else:
        heading = rng.uniform(1.5, 1.8) * np.cos(rng.uniform(8, 9.5) * steps)
        axis = _walk(heading, np.ones(56))
        axis *= 0.66 / np.abs(axis).max()
        # The head goes beyond the line's end, and is to be seen whole.
        crown = axis[-1] + 0.36 * np.array([np.cos(heading[-1]), np.sin(heading[-1])])
        axis -= (np.maximum(axis.max(0), crown) + np.minimum(axis.min(0), crown)) / 2
        half, count = rng.uniform(0.15, 0.18), 9.0
    body = limb(place, axis, half * np.clip(steps * 3.2 + 0.12, 0, 1))
    colours = palette(rng, hue_near(rng, (0.3, 0.1, 0.05, 0.16)))
    dark = colours[1]
    layers = Layers()
    layers.add(_marked(rng, body, count, colours), inside(body.distance))
    layers.tint(dark * 0.25, line_at(body.distance, 0.035))
    ahead = axis[-1] - axis[-4]
    nose = turned(
        np.stack([place.x - axis[-1, 0], place.y - axis[-1, 1]], 2).reshape(-1, 2),
        -float(np.arctan2(ahead[1], ahead[0])),
    )
    u, v = (nose[:, index].reshape(place.x.shape).astype(np.float32) for index in (0, 1))
    head = Place(u - 0.08, v)
    _snake_head(rng, layers, head, colours)
    return layers.sprite()


def _snake_head(rng: Rng, layers: Layers, head: Place, colours: list[Array]) -> None:
    """A blunt triangle that looks along x, about the origin."""
    light, dark, second, _, _ = colours
    across = np.abs(head.y)
    fork = across - 0.3 * np.clip(head.x - 0.42, 0, 1)
    tongue = np.maximum(np.abs(fork) - 0.032, np.abs(head.x - 0.4) - 0.2)
    red = hsv(rng.normal(0.98, 0.02), 0.85, 0.85)
    layers.add(red * 0.25, inside(tongue - 0.03))
    layers.add(red, inside(tongue))
    taper = 0.27 * (1 - 0.5 * np.clip(head.x / 0.36, -0.4, 1))
    skull = (np.hypot(head.x / 0.37, head.y / taper) - 1) * 0.24
    glow = 1.15 - 0.75 * smooth(0.1, 0.4, np.hypot(head.x - 0.02, head.y + 0.04))
    layers.add(lit(mix(light, second, 0.25), glow), inside(skull))
    arrow = np.abs(across - 0.1 - 0.25 * np.clip(0.12 - head.x, -0.2, 1)) - 0.045
    layers.tint(dark * 0.5, inside(arrow) * inside(skull) * (head.x < 0.24))
    layers.tint(dark * 0.2, line_at(skull, 0.035))
    iris = hsv(hue_near(rng, (0.13, 0.25)), 0.9, 1)
    dark_eye(layers, Place(head.x - 0.09, across - 0.155), 0.085, iris)


def lizard(rng: Rng) -> Sprite:
    """From above: pointed head, banded back, four bent legs with spread toes, a curling tail."""
    place = pose(rng, turn=0, warp=0, stretch=0)
    steps = np.linspace(0, 1, 36)
    bend, curl = rng.uniform(0.3, 0.8) * float(rng.choice((-1.0, 1.0))), rng.uniform(7, 13)
    heading = bend * np.sin(steps * 7) - np.sign(bend) * curl * np.clip(steps - 0.5, 0, 1) ** 1.6
    axis = turned(_walk(heading + np.pi / 2, 1 - 0.55 * steps), rng.uniform(-np.pi, np.pi))
    # Room for the feet: between the middle of the whole and the middle of the trunk.
    axis -= (axis.max(0) + axis.min(0)) / 4 + axis[14] / 2
    axis *= 0.83 / np.abs(axis).max()
    plump = rng.uniform(1.0, 1.35)
    widths = plump * np.interp(
        steps,
        (0, 0.06, 0.12, 0.2, 0.33, 0.46, 0.56, 0.72, 1),
        (0.06, 0.13, 0.165, 0.115, 0.2, 0.19, 0.12, 0.075, 0.025),
    )
    body = limb(place, axis, widths)
    colours = palette(rng, hue_near(rng, (0.3, 0.36, 0.08, 0.14)))
    light, dark, second, _, _ = colours
    layers = Layers()
    layers.stamp(_legs(rng, axis, light, dark))
    rgb = _marked(rng, body, float(rng.uniform(9, 13)), colours)
    skull = smooth(0.19, 0.15, body.along)
    rgb = mix(rgb, lit(mix(light, second, 0.2), 0.35 + 0.75 * body.light), skull)
    layers.add(rgb, inside(body.distance))
    layers.tint(dark * 0.25, line_at(body.distance, 0.03))
    ahead = (axis[0] - axis[4]) / np.hypot(*(axis[0] - axis[4]))
    iris = hsv(hue_near(rng, (0.12, 0.02)), 0.9, 1)
    for side in (-1, 1):
        x, y = axis[4] + side * widths[4] * 0.75 * np.array([-ahead[1], ahead[0]])
        dark_eye(layers, place.seen_from(float(x), float(y)), 0.07, iris)
    return layers.sprite()


def _legs(rng: Rng, axis: Array, light: Array, dark: Array) -> Sprite:
    """Four legs at their places along a lizard's axis, the nose first."""
    strokes: list[tuple[Array, float]] = []
    for at, forward in ((10, 1.0), (18, -0.75)):
        ahead = (axis[at - 3] - axis[at + 3]) / np.hypot(*(axis[at - 3] - axis[at + 3]))
        for side in (-1, 1):
            out = side * np.array([-ahead[1], ahead[0]])
            swing = forward * rng.uniform(0.5, 1.3)
            knee = axis[at] + 0.33 * out + 0.1 * (swing - 1.2 * forward) * ahead
            foot = knee + 0.13 * out + 0.24 * swing * ahead
            strokes.append((np.stack([axis[at], knee, foot]), 0.13))
            toward = np.arctan2(*(0.5 * out + 0.8 * forward * ahead)[::-1])
            for spread in (-0.8, 0.0, 0.8):
                tip = np.array([np.cos(toward + spread), np.sin(toward + spread)])
                strokes.append((np.stack([foot, foot + 0.16 * tip]), 0.065))
    pen = Pen()
    for points, width in strokes:
        pen.line(points, dark * 0.25, width + 0.055)
    for points, width in strokes:
        pen.line(points, light * 0.72, width)
    for points, width in strokes:
        pen.line(points - 0.015, np.clip(light * 1.05, 0, 1), width * 0.45)
    return pen.sprite()


def octopus(rng: Rng) -> Sprite:
    """A bulging head with two eyes over curling arms, rows of suckers along their insides."""
    place = pose(rng, turn=0.35, warp=0.07, stretch=0.08).seen_from(0, -0.02, 0.93)
    light, dark, second, _, pale = palette(rng, hue_near(rng, (0.03, 0.95, 0.08, 0.75)), 0.08)
    mirrored = Place(np.abs(place.x), place.y)
    steps = np.linspace(0, 1, 17)
    lean = rng.uniform(-0.15, 0.15)
    layers = Layers()
    for start, heading, length, curl in (
        (0.26, -0.35, 1.1, rng.uniform(4.2, 5.2) * float(rng.choice((-1.0, 1.0)))),
        (0.24, 0.65, 1.3, rng.uniform(-4.6, -3.4)),
        (0.13, 1.3, 1.2, rng.uniform(-4.4, -3.0)),
    ):
        headings = heading + lean + curl * steps**2
        axis = np.cumsum(np.stack([np.cos(headings), np.sin(headings)], 1), 0) * length / 17
        arm = limb(mirrored, axis + np.array([start, 0.0]), np.linspace(0.19, 0.05, 17))
        rgb = lit(mix(light, second, 0.6 * smooth(0.2, 1, arm.along)), 0.2 + 0.95 * arm.light)
        under = smooth(0.05, 0.2, arm.across * np.sign(curl))
        cups = smooth(-0.4, 0.2, np.sin(arm.along**0.85 * 38))
        cream = np.clip(pale * 0.5 + 0.5, 0, 1)
        rgb = mix(rgb, mix(light * 0.35, cream, cups), 0.9 * under)
        layers.add(rgb, inside(arm.distance))
        layers.tint(dark * 0.25, line_at(arm.distance, 0.03))
    wide, high = rng.uniform(0.42, 0.5), rng.uniform(0.5, 0.58)
    middle = place.seen_from(0, -0.4)
    mantle = ellipse(middle, wide, high)
    waist = np.maximum(mirrored.x - 0.34, np.abs(place.y + 0.02) - 0.18)
    head = np.minimum(mantle, waist)
    glow = 1.15 - 0.85 * smooth(0.1, 0.95, middle.seen_from(-0.16, -0.2).radius)
    blotch = smooth(0.15, 0.3, noise(rng, 5))
    layers.add(lit(mix(light, second * 0.7, 0.8 * blotch), glow), inside(head))
    layers.tint(dark * 0.25, line_at(mantle, 0.03) * (place.y < 0))
    brow = mirrored.seen_from(0.22, -0.1)
    layers.tint(dark * 0.6, inside(brow.radius - 0.24, 4))
    iris = hsv(hue_near(rng, (0.13, 0.1)), 0.8, 1)
    layers.add(INK, inside(brow.radius - 0.19))
    layers.add(mix(iris, iris * 0.6, np.abs(brow.y) * 5), inside(brow.radius - 0.155))
    layers.add(INK, inside(ellipse(brow, 0.135, 0.07)))
    layers.add(WHITE, 0.6 * blob(middle.seen_from(-0.18, -0.26), 0.1))
    return layers.sprite()


def jellyfish(rng: Rng) -> Sprite:
    """A glowing ribbed bell with a lobed rim, and frilled arms that trail from it."""
    place = pose(rng, turn=0.45, warp=0.06, stretch=0.08)
    x, y = place.x, place.y + 0.14
    light, dark, second, third, pale = palette(rng, hue_near(rng, (0.6, 0.85, 0.5, 0.05)))
    layers = Layers()
    count = int(rng.integers(4, 6))
    wave, phase = rng.uniform(5, 7.5), rng.uniform(0, 6)
    for index in rng.permutation(count):
        part = index / (count - 1) * 2 - 1
        down = np.clip((y + 0.1) / 1.1, 0, 1)
        sway = 0.12 * np.sqrt(down) * np.sin(wave * y + phase + index)
        half = (0.92 - 0.09 * count) * 0.34 * (1 - 0.65 * down)
        half = half * (1 + 0.2 * np.sin(y * 24 + 2 * index))
        across = (x - part * 0.47 * (1 + 0.2 * down) - sway) / half
        length = rng.uniform(0.85, 1.05)
        arm = np.maximum((np.abs(across) - 1) * half, np.maximum(-0.2 - y, y - length))
        frill = 0.5 + 0.5 * np.cos(across * 4.5 + 1.8 * np.sin(y * 12 + index))
        rgb = mix(mix(second, third, 0.4 + 0.4 * down), pale, smooth(0.35, 0.75, frill))
        layers.add(lit(rgb, 1.0 - 0.35 * across), inside(arm))
        layers.tint(dark * 0.35, line_at(arm, 0.03))
    wide, high = rng.uniform(0.68, 0.82), rng.uniform(0.62, 0.74)
    lobes = rng.uniform(3.5, 5)
    girth = np.sqrt(np.clip(1 - (np.clip(y, -1, 0) / high) ** 2, 0.01, 1))
    meridian = np.arcsin(np.clip(x / wide / girth, -1, 1))
    rim = y - 0.04 - 0.11 * np.abs(np.cos(meridian * lobes))
    bell = np.maximum((np.hypot(x / wide, np.minimum(y, 0) / high) - 1) * high, rim)
    # Bright panels between dark ribs, all from the crown, as in a lit lampshade.
    panel = np.abs(np.cos(meridian * lobes))
    height = np.clip(-y / high, 0, 1)
    rgb = mix(second * 0.75, light, smooth(0.15, 0.75, panel))
    rgb = mix(rgb, pale, smooth(0.5, 0.95, panel) * smooth(0.75, 0.1, height))
    crown = height - 0.62 - 0.13 * np.cos(meridian * lobes * 2)
    rgb = mix(rgb, dark * 0.8, smooth(0.32, 0.1, panel) * 0.85)
    if rng.random() < 0.6:
        rgb = mix(rgb, third * 0.9, smooth(-0.03, 0.03, crown))
    shade = 1.12 - 0.55 * smooth(0.1, 1.2, np.hypot(x + 0.25, y + 0.5))
    layers.add(lit(rgb, shade), inside(bell))
    band = line_at(rim + 0.08, 0.055, 2) * inside(bell)
    layers.tint(np.clip(light * 0.4 + 0.6, 0, 1), band)
    layers.tint(dark * 0.35, np.maximum(line_at(bell, 0.03), 0.8 * line_at(rim + 0.16, 0.02)))
    layers.tint(WHITE, 0.5 * blob(Place(x + 0.28, (y + 0.42) * 1.4), 0.16) * inside(bell))
    return layers.sprite()


def wing(rng: Rng) -> Sprite:
    """One wing spread from the shoulder: long quills in a fan under rows of shorter feathers."""
    place = pose(rng, turn=0.5, warp=0.04, stretch=0.08)
    place = place.seen_from(0, 0.14, 0.93)
    x, y = place.x * float(rng.choice((-1.0, 1.0))), place.y
    light, dark, second, third, pale = palette(rng, hue_near(rng, (0.08, 0.6, 0.12)))
    tip, tuck = (third * 0.7, dark) if rng.random() < 0.6 else (pale, light * 0.6)
    spread, lift = rng.uniform(1.8, 2.2), rng.uniform(-0.1, 0.1)
    rows = (
        (int(rng.integers(8, 10)), 1.0, 0.175, light, tip),
        (int(rng.integers(6, 8)), 0.58, 0.175, second, tuck),
        (int(rng.integers(5, 7)), 0.28, 0.165, pale, third),
    )
    layers = Layers()
    for count, share, width, base, end in rows:
        # From the tip of the wing to the shoulder, each feather lies on the one before.
        for part in np.linspace(1, 0, count):
            root = (-0.74 + 0.8 * part**0.8, 0.02 - 0.62 * np.sin(2.1 * part**0.9))
            heading = 1.65 + lift - spread * part**1.3
            length = share * (0.75 + 0.35 * part)
            _quill(layers, Place(x - root[0], y - root[1]), heading, length, width, base, end)
    return layers.sprite()


def _quill(
    layers: Layers,
    root: Place,
    heading: float,
    length: float,
    width: float,
    base: Array,
    tip: Array,
) -> None:
    """A feather from the origin; only the pixels about it are worked on, for there are many."""
    cosine, sine = float(np.cos(heading)), float(np.sin(heading))
    half = length / 2 + 0.1
    near = np.hypot(root.x - cosine * length / 2, root.y - sine * length / 2) < half
    x, y = root.x[near], root.y[near]
    along, across = (x * cosine + y * sine) / length, y * cosine - x * sine
    reach = width * np.sqrt(np.clip(1 - np.clip(along, 0, 1) ** 3, 0, 1))
    edge = np.maximum(np.abs(across) - reach, np.maximum(-along, along - 1) * length)
    light = 0.9 - 0.45 * across / width
    rim = np.maximum(line_at(edge, 0.022), 0.75 * inside(np.abs(across) - 0.014))
    rgb = base + (tip - base) * smooth(0.45, 0.9, along)[:, None]
    rgb = rgb * (light * (1 - 0.85 * rim))[:, None]
    cover = inside(edge)
    layers.rgb[near] += (rgb - layers.rgb[near]) * cover[:, None]
    layers.alpha[near] = np.maximum(layers.alpha[near], cover)
