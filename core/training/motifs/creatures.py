"""Motifs that look back: beetle, butterfly, fish, bird, owl, cat, dog."""

from __future__ import annotations

import numpy as np

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
)


def ellipse(place: Place, width: float, height: float) -> Array:
    """Distance, near the edge, of an ellipse about the origin; half axes `width`, `height`."""
    return (np.hypot(place.x / width, place.y / height) - 1) * min(width, height)


def dark_eye(layers: Layers, place: Place, size: float, colour: Array, slit: bool = False) -> None:
    """A small eye about the origin: rim, iris, pupil, highlight."""
    radius = place.radius
    layers.add(INK, inside(radius - size * 1.22))
    layers.add(mix(colour * 0.6, colour, radius / size), inside(radius - size))
    pupil = np.hypot(place.x * 2.4, place.y) - size * 0.85 if slit else radius - size * 0.56
    layers.add(INK, inside(pupil))
    spot = place.seen_from(-0.32 * size, -0.34 * size)
    layers.add(WHITE, inside(spot.radius - size * 0.26))


def beetle(rng: Rng) -> Sprite:
    """Seen from above: glossy wing cases, spotted or striped, and six legs."""
    place = pose(rng, turn=0, warp=0.0, stretch=0.08)
    colours = palette(rng)
    dark = colours[1] * 0.3
    colour = hsv(rng.random(), rng.uniform(0.6, 1), rng.uniform(0.6, 1))
    pen = Pen()
    for side in (-1, 1):
        for knee, foot in ((-0.34, -0.6), (0.08, 0.12), (0.42, 0.78)):
            pen.line([(side * 0.3, knee * 0.8), (side * 0.72, knee), (side * 0.9, foot)], dark, 0.1)
        pen.line([(side * 0.1, -0.75), (side * 0.32, -0.95)], dark, 0.07)
    layers = Layers()
    layers.stamp(pen.sprite())
    layers.add(dark, inside(ellipse(place.seen_from(0, -0.68), 0.27, 0.22)))
    layers.add(mix(dark, colours[0], 0.35), inside(ellipse(place.seen_from(0, -0.42), 0.46, 0.28)))
    layers.tint(INK, line_at(ellipse(place.seen_from(0, -0.42), 0.46, 0.28), 0.025))
    across = np.abs(place.x)
    back = ellipse(place.seen_from(0, 0.2), 0.6, 0.7)
    shell = np.broadcast_to(colour, layers.rgb.shape)
    kind = rng.random()
    if kind < 0.5:
        for _ in range(rng.integers(2, 5)):
            x, y = rng.uniform(0.15, 0.42), rng.uniform(-0.2, 0.65)
            shell = mix(shell, INK, inside(np.hypot(across - x, place.y - y) - 0.12))
    elif kind < 0.75:
        shell = mix(shell, colours[3] * 0.4, smooth(0, 0.4, np.sin(across * rng.uniform(14, 22))))
    shell = lit(shell, 1.15 - 0.85 * smooth(0.1, 1, np.hypot(across - 0.24, place.y - 0.05)))
    cover = inside(back)
    layers.add(shell, cover)
    layers.tint(WHITE, 0.4 * blob(Place(across - 0.22, place.y + 0.08), 0.12) * cover)
    layers.tint(INK, np.maximum(line_at(back, 0.03), inside(across - 0.025) * cover))
    sprite = layers.sprite()
    return _quarter_turned(sprite, rng)


def _quarter_turned(sprite: Sprite, rng: Rng) -> Sprite:
    """The sprite turned by a random number of quarters; scenes turn it further."""
    quarters = int(rng.integers(4))
    return Sprite(np.rot90(sprite.rgb, quarters).copy(), np.rot90(sprite.alpha, quarters).copy())


def butterfly(rng: Rng) -> Sprite:
    """Four wings with dark rims, pale dots and eye spots."""
    place = pose(rng, warp=0.03)
    x, y = np.abs(place.x), place.y
    light, dark, second, third, pale = palette(rng)
    light = hsv(rng.random(), rng.uniform(0.5, 1), rng.uniform(0.75, 1))
    wings = (
        (0.42, 0.38, rng.uniform(0.7, 1.0), 0.5, 0.38),
        (0.5, -0.32, rng.uniform(-0.9, -0.5), 0.6, 0.42),
    )
    spotted = rng.random() < 0.65
    layers = Layers()
    for centre_x, centre_y, angle, length, width in wings:
        cosine, sine = np.cos(angle), np.sin(angle)
        along = ((x - centre_x) * cosine + (y - centre_y) * sine) / length
        across = ((y - centre_y) * cosine - (x - centre_x) * sine) / width
        across = across / (0.75 + 0.35 * np.clip(along, -1, 1))
        distance = np.hypot(along, across) - 1
        rgb = mix(light, second, smooth(-1, 1, along))
        veins = np.abs(np.sin(np.arctan2(across, along + 1.4) * 5))
        rgb = mix(rgb, third * 0.5, 0.7 * smooth(0.24, 0.1, veins))
        rgb = mix(rgb, dark * 0.25, smooth(-0.3, -0.2, distance))
        beads = np.sin(np.arctan2(across, along) * 9)
        ring = smooth(-0.24, -0.18, distance) * smooth(-0.04, -0.1, distance)
        rgb = mix(rgb, pale, smooth(0.3, 0.6, beads) * ring)
        if spotted:
            reach = np.hypot(along - 0.2, across)
            for size, colour in ((0.42, dark * 0.3), (0.3, pale), (0.16, INK)):
                rgb = mix(rgb, colour, inside((reach - size) * width, 2))
        layers.add(rgb, inside(distance * width))
    layers.add(dark * 0.25, inside(ellipse(place.seen_from(0, 0), 0.09, 0.6)))
    return layers.sprite()


def fish(rng: Rng) -> Sprite:
    """In profile: a round body, scaled or striped, a fan of a tail, a big eye."""
    place = pose(rng, turn=0.5, warp=0.04)
    x, y = place.x * rng.choice([-1, 1]), place.y
    light, dark, second, third, pale = palette(rng)
    height, part = rng.uniform(0.48, 0.64), (x - 0.15) / 0.78
    body = np.abs(y) - height * np.clip(1 - part * part, 0, 1) ** 0.7
    body = np.where(np.abs(part) > 1, 0.3, body)
    tail = np.abs(y) - (-0.3 - x) * 1.1 - 0.08
    tail = np.maximum(tail, np.maximum(x + 0.38, -0.96 - x + 0.2 * np.abs(np.sin(y * 3))))
    fin = np.maximum(np.abs(x - 0.08) - 0.36, np.abs(np.abs(y) - height * 0.9) - 0.2)
    rays = 0.5 + 0.5 * np.sin(np.arctan2(y, x + 0.2) * 28)
    layers = Layers()
    layers.add(mix(second * 0.5, second, rays), np.maximum(inside(tail), inside(fin)))
    density = rng.uniform(5, 7.5)
    row = np.floor(x * density)
    down = np.mod(y * density + np.mod(row, 2) / 2, 1) - 0.5
    scale = np.hypot(np.mod(x * density, 1) - 0.2, down)
    rgb = mix(light, pale, np.clip(y * 0.8 + 0.5, 0, 1))
    rgb = lit(rgb, 0.5 + 0.6 * smooth(0.72, 0.35, scale))
    kind = rng.random()
    if kind < 0.45:
        rgb = mix(rgb, dark, smooth(0.2, 0.5, np.sin(x * rng.uniform(8, 12))))
    head = np.hypot(x - 0.95, y) - 0.56
    rgb = mix(rgb, mix(light, third, 0.2), inside(head, 2))
    rgb = mix(rgb, dark * 0.4, line_at(head, 0.03))
    rgb = lit(rgb, 1.12 - 0.5 * smooth(0.15, 1.0, np.hypot(x * 0.8, y + 0.3)))
    layers.add(rgb, inside(body))
    layers.tint(dark * 0.3, 0.85 * smooth(-0.09, -0.03, body) * inside(body))
    mouth = line_at(y - 0.16 + (x - 0.9) * 0.3, 0.025) * (x > 0.72) * inside(body)
    layers.tint(INK, mouth)
    dark_eye(layers, Place(x - 0.6, y + 0.12), 0.15, hsv(rng.random(), 0.4, 0.95))
    return layers.sprite()


def bird(rng: Rng) -> Sprite:
    """A head in profile with a thick beak and a round eye."""
    place = pose(rng, turn=0.35, warp=0.03)
    x, y = place.x * rng.choice([-1, 1]), place.y
    light, dark, second, third, _ = palette(rng)
    length = rng.uniform(0.62, 0.86)
    skull = np.hypot(x + 0.22, y + 0.2) - 0.6
    # The breast ends in points, as if torn from the rest of the plumage.
    ragged = y - 0.9 + 0.14 * np.abs(np.sin(x * 9))
    neck = np.maximum(np.abs(x + 0.34 - 0.1 * y) - 0.46 - 0.12 * y, np.maximum(-y, ragged))
    line = y + 0.12 - rng.uniform(0, 0.45) * np.clip(x - 0.25, 0, 1) ** 2
    beak = np.maximum(np.abs(line) - 0.29 * (1 - (x - 0.2) / length), 0.2 - x)
    # Feathers in rows that spread from the beak over the head and down the neck.
    away = np.hypot(x - 0.3, (y + 0.1) * 0.9)
    scallop = np.abs(np.sin(np.arctan2(y + 0.1, 0.3 - x) * 8))
    part = np.mod(away * rng.uniform(4, 5.5) - 0.45 * scallop, 1)
    plumage = smooth(0, 0.75, part) * smooth(1, 0.93, part)
    round_off = 1.1 - 0.45 * smooth(0.1, 1.1, np.hypot(x + 0.1, (y + 0.45) * 0.8))
    rgb = mix(light, second, np.clip(y * 0.6 + 0.4, 0, 1))
    rgb = lit(rgb, (0.35 + 0.75 * plumage) * round_off)
    kind = rng.random()
    if kind < 0.4:
        rgb = mix(rgb, third * 0.5, smooth(-0.42, -0.5, y))
    elif kind < 0.75:
        rgb = mix(rgb, third * 0.5, smooth(0.2, 0.13, np.abs(y + 0.24)))
    layers = Layers()
    head = np.minimum(skull, neck)
    layers.add(rgb, inside(head))
    layers.tint(dark * 0.3, line_at(head, 0.035))
    colour = hsv(hue_near(rng, (0.08, 0.13, 0.03)), rng.uniform(0.6, 0.95), rng.uniform(0.6, 1))
    layers.add(lit(colour, np.where(line > 0, 0.6, 1.0)), inside(beak))
    layers.tint(colour * 0.2, np.maximum(line_at(line, 0.025), line_at(beak, 0.025)) * (x > 0.18))
    dark_eye(layers, Place(x + 0.03, y + 0.3), 0.17, hsv(rng.random(), 0.5, 0.95))
    return layers.sprite()


def owl(rng: Rng) -> Sprite:
    """Two great eyes in rayed discs, a beak between them, tufts, a feathered breast."""
    place = pose(rng, turn=0.25, warp=0.03)
    x, y = np.abs(place.x), place.y
    light, dark, second, _, pale = palette(rng, hue_near(rng, (0.07, 0.09, 0.6)), 0.05)
    head = np.hypot(x / 0.86, (y - 0.05) / 0.9) - 1
    tuft = np.maximum(np.abs(x - 0.5) - 0.3 * (y + 0.99) / 0.6, y + 0.35)
    feathers = np.mod(y * 4.5 + np.abs(np.sin(x * 9)) * 0.7, 1)
    rgb = lit(mix(dark * 1.3, light, smooth(0.1, 0.8, feathers)), 0.95 + 0.2 * noise(rng, 6))
    layers = Layers()
    layers.add(dark, inside(tuft))
    layers.add(rgb, inside(head * 0.86))
    layers.tint(dark * 0.3, line_at(head * 0.86, 0.03))
    eye = Place(x - 0.38, y + 0.16)
    rays = 0.5 + 0.5 * np.sin(eye.angle * 16)
    disc = eye.radius - 0.42
    layers.tint(mix(pale, second * 0.6, rays * smooth(0.2, 0.42, eye.radius)), inside(disc))
    layers.tint(dark * 0.4, line_at(disc, 0.03))
    iris = hsv(hue_near(rng, (0.12, 0.08)), 0.95, 1.0)
    size = rng.uniform(0.22, 0.28)
    layers.add(INK, inside(eye.radius - size * 1.18))
    layers.add(mix(iris * 0.7, iris, eye.radius / size), inside(eye.radius - size))
    layers.add(INK, inside(eye.radius - size * 0.55))
    layers.add(WHITE, inside(np.hypot(eye.x + 0.08, eye.y + 0.09) - size * 0.25))
    beak = np.maximum(x - 0.15 * (0.42 - y) / 0.5, -0.06 - y)
    layers.add(hsv(0.1, 0.6, 0.85), inside(beak))
    layers.tint(INK, line_at(beak, 0.025) * (y < 0.5))
    return layers.sprite()


def cat(rng: Rng) -> Sprite:
    """A face with pointed ears, slit eyes, stripes and whiskers."""
    place = pose(rng, turn=0.25, warp=0.03)
    x, y = np.abs(place.x), place.y
    light, dark, _, _, pale = palette(rng, hue_near(rng, (0.07, 0.09, 0.6)), 0.04)
    hair = 0.85 + 0.3 * noise(rng, 14, 2)
    ear = np.maximum(np.abs(x - 0.55) - 0.36 * (y + 0.98) / 0.7, y + 0.2)
    head = (np.hypot(x / 0.82, (y - 0.12) / 0.78) - 1) * 0.78
    layers = Layers()
    layers.add(lit(light * 0.85, hair), inside(ear))
    layers.tint(dark * 0.3, line_at(ear, 0.03))
    layers.tint(hsv(0.98, 0.45, 0.85), inside(ear + 0.11, 4))
    rgb = lit(light, hair)
    stripes = np.sin(x * 22) * (y < -0.3) * (x < 0.4) + np.sin(y * 20) * (x > 0.5)
    if rng.random() < 0.75:
        rgb = mix(rgb, dark * 0.6, 0.85 * smooth(0.2, 0.5, stripes.astype(np.float32)))
    layers.add(rgb, inside(head))
    layers.tint(dark * 0.3, line_at(head, 0.025))
    muzzle = np.hypot((x - 0.17) / 0.24, (y - 0.48) / 0.2) - 1
    layers.tint(np.clip(pale * 0.6 + 0.42, 0, 1), inside(muzzle * 0.2, 3))
    colour = hsv(float(rng.choice([0.14, 0.27, 0.33, 0.5])), 0.85, rng.uniform(0.8, 1))
    eye = Place(x - 0.36, y + 0.06)
    almond = (np.hypot(eye.x / 0.24, eye.y / 0.19) - 1) * 0.19
    layers.tint(INK, inside(almond - 0.04))
    layers.tint(mix(colour, colour * 0.6, np.abs(eye.y) * 4), inside(almond))
    layers.tint(INK, inside(np.hypot(eye.x / 0.065, eye.y / 0.17) - 1, 6) * inside(almond))
    layers.tint(WHITE, inside(np.hypot(eye.x + 0.07, eye.y + 0.07) - 0.045))
    nose = np.maximum(x - 0.13 * (0.45 - y) / 0.16, 0.28 - y)
    layers.tint(hsv(0.97, 0.5, 0.75), inside(nose, 2))
    mouth = np.maximum(line_at(y - 0.56 + 0.12 * np.cos(x * 14), 0.022) * (x < 0.24), 0)
    layers.tint(INK, np.maximum(mouth, inside(x - 0.02) * (y > 0.4) * (y < 0.47)))
    for slope in (-0.18, 0.12):
        whisker = line_at(y - 0.46 - slope * (x - 0.3), 0.018) * (x > 0.34) * (x < 0.97)
        layers.add(WHITE * 0.95, whisker)
    return layers.sprite()


def dog(rng: Rng) -> Sprite:
    """A face with hanging ears, a pale muzzle, a broad black nose and a tongue."""
    place = pose(rng, turn=0.25, warp=0.03)
    x, y = np.abs(place.x), place.y
    light, dark, second, _, _ = palette(rng, hue_near(rng, (0.07, 0.09, 0.05)), 0.04)
    hair = 0.85 + 0.3 * noise(rng, 14, 2)
    head = (np.hypot(x / 0.7, (y + 0.08) / 0.82) - 1) * 0.7
    tilted = Place(x - 0.72 - 0.18 * y, y - 0.02)
    ear = (np.hypot(tilted.x / 0.24, tilted.y / 0.66) - 1) * 0.24
    layers = Layers()
    if rng.random() < 0.7:
        tongue = ellipse(place.seen_from(rng.normal(0, 0.04), 0.74), 0.17, 0.22)
        layers.add(hsv(0.97, 0.6, 0.9), inside(tongue))
        layers.tint(hsv(0.97, 0.8, 0.4), line_at(tongue, 0.025))
    layers.add(lit(light, hair), inside(head))
    if rng.random() < 0.5:
        blaze = np.clip(second * 0.4 + 0.6, 0, 1)
        layers.tint(blaze, inside(x - 0.13 - 0.1 * np.clip(y, -1, 0) ** 2, 4) * inside(head))
    if rng.random() < 0.4:
        layers.tint(dark * 1.2, inside(np.hypot(x - 0.3, y + 0.2) - 0.28, 5))
    layers.tint(dark * 0.3, line_at(head, 0.03))
    layers.add(lit(mix(dark * 1.5, light, 0.15), hair), inside(ear))
    layers.tint(dark * 0.3, line_at(ear, 0.03))
    muzzle = np.hypot(x / 0.42, (y - 0.4) / 0.34) - 1
    layers.add(
        lit(np.clip(light * 0.4 + 0.6, 0, 1), 1 - 0.3 * smooth(-0.4, 0, muzzle)),
        inside(muzzle * 0.34, 2),
    )
    nose = np.hypot(x / 0.22, (y - 0.24) / (0.15 - 0.05 * (x / 0.22) ** 2)) - 1
    layers.add(INK, inside(nose * 0.15))
    layers.add(WHITE, 0.7 * blob(place.seen_from(-0.07, 0.17), 0.06))
    mouth = line_at(y - 0.56 + 0.1 * np.cos(x * 11), 0.025) * (x < 0.3)
    layers.add(INK, np.maximum(mouth, inside(x - 0.022) * (y > 0.3) * (y < 0.47)))
    colour = hsv(float(rng.choice([0.06, 0.08, 0.58])), 0.7, rng.uniform(0.4, 0.8))
    dark_eye(layers, Place(x - 0.31, y + 0.18), rng.uniform(0.12, 0.15), colour)
    return layers.sprite()
