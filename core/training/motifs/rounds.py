"""Motifs that turn about a centre: eye, spiral, flower, mandala, peacock, bubbles, shells, gear."""

from __future__ import annotations

import numpy as np

from core.training.motifs.drawing import (
    INK,
    WHITE,
    Array,
    Layers,
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


def iris(
    rng: Rng, layers: Layers, place: Place, size: float, *, slit: bool, cover: Array | float = 1.0
) -> None:
    """An iris with rays, a dark rim, a pupil and a highlight, of radius `size` about the origin."""
    near = Place(place.x / size, place.y / size)
    radius = near.radius
    colour = hsv(rng.random(), rng.uniform(0.45, 0.95), rng.uniform(0.65, 1))
    rays = np.sin(rng.integers(12, 30) * near.angle + 3 * np.sin(3 * near.angle))
    light = (0.5 + 0.5 * rays) * smooth(0.25, 0.8, radius) * 0.7 + 0.3
    field = mix(colour * 0.35, colour, light)
    field = mix(field, colour * 0.12, smooth(0.78, 0.98, radius))
    layers.add(field, inside((radius - 1) * size) * cover)
    pupil = rng.uniform(0.36, 0.55)
    if slit:
        reach = np.hypot(near.x * rng.uniform(2.4, 3.4), near.y) - 0.85
    else:
        reach = radius - pupil
    layers.add(INK, inside(reach * size) * cover)
    angle = rng.uniform(-2.6, -0.5)
    spot = near.seen_from(0.42 * np.cos(angle), 0.42 * np.sin(angle))
    layers.add(WHITE, inside((spot.radius - rng.uniform(0.15, 0.26)) * size, 2) * cover)
    spot = near.seen_from(-0.4 * np.cos(angle), -0.4 * np.sin(angle))
    layers.add(colour * 0.4 + 0.6, 0.5 * blob(spot, 0.16) * cover)


def eye(rng: Rng) -> Sprite:
    """A human-like eye between lids, or a round animal's eye in ringed skin."""
    place = pose(rng, turn=0.5, warp=0.03)
    light, dark, second, _, _ = palette(rng, hue_near(rng, (0.05, 0.07, 0.1)))
    layers = Layers()
    if rng.random() < 0.6:
        arc = 1 - (place.x / 0.94) ** 2
        upper, lower = -rng.uniform(0.5, 0.8) * arc, rng.uniform(0.4, 0.62) * arc
        lids = np.maximum(upper - place.y, place.y - lower)
        folds = 0.5 + 0.5 * np.sin(13 * np.minimum(np.abs(place.y - upper), place.y - lower + 1))
        layers.add(mix(light, second, 0.5 * folds), inside(place.radius - 0.97, 14))
        white = lit(np.array([0.97, 0.95, 0.92], np.float32), 1 - 0.5 * smooth(-0.25, 0, lids))
        layers.tint(white, inside(lids))
        centre = place.seen_from(rng.normal(0, 0.05), rng.normal(0, 0.03))
        iris(rng, layers, centre, rng.uniform(0.44, 0.6), slit=False, cover=inside(lids))
        lash = line_at(lids, rng.uniform(0.05, 0.09)) * np.where(place.y < 0, 1.0, 0.7)
        layers.tint(dark * 0.25, lash.astype(np.float32))
    else:
        radius = place.radius
        rings = 0.5 + 0.5 * np.cos(radius * rng.uniform(14, 24))
        layers.add(mix(light, dark, rings * 0.7), inside(radius - 0.96, 4))
        if rng.random() < 0.5:
            spokes = 0.5 + 0.5 * np.sin(place.angle * rng.integers(14, 24))
            layers.tint(dark * 0.6, spokes * 0.7)
        size = rng.uniform(0.56, 0.74)
        layers.tint(dark * 0.15, inside(radius - size - 0.11, 3))
        iris(rng, layers, place, size, slit=bool(rng.random() < 0.35))
    return layers.sprite()


def spiral(rng: Rng) -> Sprite:
    """One to three thick arms, evenly spaced or growing outwards."""
    place = pose(rng, warp=0.05)
    radius = place.radius + 1e-3
    arms = rng.integers(1, 4)
    sense = rng.choice([-1, 1])
    if rng.random() < 0.55:
        wind = rng.uniform(9, 17) * radius
    else:
        wind = arms * rng.uniform(3.2, 5.5) * np.log(radius + 0.06)
    phase = arms * place.angle + sense * wind
    light, dark, second, _, _ = palette(rng)
    blur = rng.uniform(0.12, 0.3)
    arm = smooth(0.5 - blur, 0.5 + blur, 0.5 + 0.5 * np.sin(phase))
    rgb = mix(dark, mix(light, second, smooth(0, 1, radius)), arm)
    rgb = lit(rgb, 0.85 + 0.25 * np.cos(phase - 1))
    layers = Layers()
    layers.add(rgb, inside(radius - 0.94, 3))
    layers.tint(dark * 0.3, line_at(radius - 0.91, 0.04, 3) * 0.8)
    return layers.sprite()


def flower(rng: Rng) -> Sprite:
    """Whorls of petals with a seam and a rim each, about a dotted heart."""
    place = pose(rng, warp=0.05)
    radius, angle = place.radius, place.angle
    count = rng.integers(5, 12)
    colour = hsv(rng.random(), rng.uniform(0.3, 0.95), rng.uniform(0.78, 1))
    light, dark, _, _, heart = palette(rng)
    depth, sharp = rng.uniform(0.25, 0.6), rng.uniform(0.5, 1.1)
    base = colour * 0.4 if rng.random() < 0.5 else light * 0.8
    layers = Layers()
    for whorl in range(rng.integers(1, 4)):
        turn = angle + whorl * np.pi / count
        petal = np.abs(np.cos(turn * count / 2))
        reach = (0.96 - 0.25 * whorl) * ((1 - depth) + depth * petal**sharp)
        distance = radius - reach
        rgb = mix(base, colour * (1 - 0.08 * whorl), smooth(0.15, 0.8, radius / reach))
        rgb = lit(rgb, 0.55 + 0.5 * smooth(0, 0.5, petal))
        seam = np.exp(-((np.sin(turn * count / 2) / 0.13) ** 2)) * (radius < reach * 0.85)
        rgb = mix(rgb, dark, 0.45 * seam)
        rgb = mix(rgb, dark * 0.4, 0.85 * smooth(-0.09, -0.03, distance))
        layers.add(rgb, inside(distance))
    size = rng.uniform(0.17, 0.32)
    dots = 0.5 + 0.25 * np.sin(radius * 45) + 0.25 * np.sin(angle * rng.integers(7, 13))
    yellow = hsv(hue_near(rng, (0.12, 0.09), 0.7), 0.9, 0.95)
    layers.add(mix(yellow, dark * 0.4, dots), inside(radius - size, 3))
    layers.tint(dark * 0.3, line_at(radius - size, 0.025, 2) * 0.8)
    layers.tint(heart, inside(radius - size * 0.35, 2) * 0.7)
    return layers.sprite()


def mandala(rng: Rng) -> Sprite:
    """Rings of petals, beads and rays with the same symmetry."""
    place = pose(rng, warp=0.02)
    radius, angle = place.radius, place.angle
    count = int(rng.integers(6, 13))
    colours = palette(rng)
    edges = np.concatenate([[0.97], np.linspace(0.78, 0.2, rng.integers(3, 5))])
    edges[1:] += rng.normal(0, 0.03, len(edges) - 1)
    layers = Layers()
    for index, edge in enumerate(edges):
        following = edges[index + 1] if index + 1 < len(edges) else 0.0
        middle, half = (edge + following) / 2, (edge - following) / 2
        layers.add(colours[index % 5], inside(radius - edge, 2))
        turn = np.cos(angle * count + (np.pi if index % 2 else 0))
        kind = rng.integers(0, 3)
        if kind == 0:
            shape = np.abs(radius - middle) / half - np.sqrt(np.clip(0.5 + 0.6 * turn, 0, 1))
            cover = inside(shape * half, 2)
        elif kind == 1:
            across = np.arccos(np.clip(turn, -1, 1)) / count * middle
            cover = inside(np.hypot(across, radius - middle) - half * 0.62, 2)
        else:
            cover = smooth(-0.15, 0.15, turn) * line_at(radius - middle, half * 0.85, 2)
        layers.tint(colours[(index + 1) % 5], cover)
        layers.tint(colours[1] * 0.25, line_at(radius - edge + 0.02, 0.022, 2))
    return layers.sprite()


def peacock(rng: Rng) -> Sprite:
    """The eye of a peacock's feather: bronze, gold, turquoise and a dark heart."""
    place = pose(rng, warp=0.04)
    x, y = place.x / rng.uniform(0.66, 0.88), place.y
    light, dark, second, _, _ = palette(rng, hue_near(rng, (0.42, 0.36, 0.5)), 0.12)
    barbs = 0.5 + 0.5 * np.sin(np.arctan2(x, 0.95 - y) * rng.uniform(26, 40) + 6 * np.abs(x))
    outline = np.hypot(x, y * 0.95)
    layers = Layers()
    layers.add(mix(dark, light, 0.25 + 0.75 * barbs), inside(outline - 0.95 + 0.1 * barbs, 3))
    shift = rng.normal(0, 0.04) if rng.random() < 0.7 else rng.random()
    bands = (
        (0.72, hsv(0.09 + shift, 0.85, 0.75), 0.0),
        (0.58, second, 0.02),
        (0.43, hsv(0.5 + shift, 0.85, 0.95), 0.05),
        (0.27, hsv(0.67 + shift, 0.9, 0.28), 0.11),
    )
    for size, colour, lower in bands:
        distance = np.hypot(x, y - lower) - size
        if size < 0.3:
            # The heart is notched at the top.
            distance = np.maximum(distance, 0.12 - np.hypot(x, y - lower + size))
        layers.tint(lit(colour, 0.78 + 0.22 * barbs), inside(distance, 2.5))
    return layers.sprite()


def bubbles(rng: Rng) -> Sprite:
    """Soap bubbles of several sizes: clear within, bands of colour and light along the rim."""
    place = pose(rng, warp=0.02)
    _, dark, _, second, _ = palette(rng)
    layers = Layers()
    if rng.random() < 0.4:
        layers.add(mix(dark, second, place.y * 0.5 + 0.5), inside(place.radius - 0.97, 8))
    balls: list[tuple[float, float, float]] = []
    for trial in range(60):
        size = rng.uniform(0.36, 0.55) if trial < 10 else rng.uniform(0.2, 0.34)
        x, y = rng.uniform(-0.75, 0.75, 2)
        clear = all(np.hypot(x - a, y - b) > 0.9 * (size + c) for a, b, c in balls)
        if clear and len(balls) < 6 and np.hypot(x, y) + size < 1.05:
            balls.append((float(x), float(y), float(size)))
    # The colours of a thin film run through all hues; a tint may bind them together.
    hues = rng.random() + np.array([0, 0.33, 0.67], np.float32)
    tint, tinted = hsv(rng.random(), rng.uniform(0.5, 0.9), 0.95), float(rng.choice([0, 0.3, 0.65]))
    sun = rng.uniform(-2.4, -0.8)
    swirl = noise(rng, 4)
    for x, y, size in balls:
        near = place.seen_from(x, y, size)
        radius, angle = near.radius, near.angle
        film = 1.3 * radius**2 + 0.3 * swirl + 0.25 * np.cos(angle + 3 * x) + x + y
        colour = 0.55 + 0.45 * np.cos(2 * np.pi * (film[..., None] + hues))
        colour = mix(colour, tint, tinted)
        cover = inside((radius - 1) * size, 2)
        layers.add(colour, (0.55 + 0.45 * smooth(0.45, 0.85, radius)) * cover)
        layers.tint(dark * 0.3, 0.9 * smooth(0.86, 0.97, radius) * cover)
        # Arcs of light, never round spots: a spot alone would be dreamed in place of a bubble.
        for turn, reach, strength in ((0.0, 0.72, 1.0), (np.pi, 0.76, 0.6)):
            facing = smooth(0.72, 0.92, np.cos(angle - sun - turn))
            layers.tint(WHITE, strength * facing * line_at((radius - reach) * size, 0.1 * size, 3))
    return layers.sprite()


def shell(rng: Rng) -> Sprite:
    """A scallop: thick ribs that fan out from a hinge, banded."""
    place = pose(rng, warp=0.04)
    x, y = place.x, 0.82 - place.y
    radius, angle = np.hypot(x, y), np.arctan2(x, y)
    opening, count = rng.uniform(0.8, 1.1), rng.integers(5, 10)
    part = angle / opening
    rib = np.abs(np.cos(part * np.pi * count / 2))
    reach = 1.68 * (1 - 0.22 * part**2) * (1 - 0.07 * (1 - rib))
    light, dark, second, third, _ = palette(rng, hue_near(rng, (0.04, 0.07, 0.95)))
    band = 0.5 + 0.5 * np.sin(radius * rng.uniform(7, 16) + rib)
    rgb = mix(light, second if rng.random() < 0.5 else third, band * 0.65)
    rgb = lit(rgb, 0.3 + 0.75 * rib**0.7)
    distance = np.maximum(radius - reach, (np.abs(part) - 1) * 0.8)
    layers = Layers()
    layers.add(light * 0.65, inside(np.maximum(np.abs(x) - 0.3, np.abs(y - 0.07) - 0.1), 2))
    layers.add(mix(rgb, dark * 0.4, 0.8 * smooth(-0.07, -0.01, distance)), inside(distance, 2))
    return layers.sprite()


def nautilus(rng: Rng) -> Sprite:
    """A logarithmic shell in section or ribbed, with growing chambers."""
    place = pose(rng, warp=0.03)
    x = place.x * rng.choice([-1, 1]) - 0.12
    radius, angle = np.hypot(x, place.y) + 1e-4, np.arctan2(place.y, x)
    growth = rng.uniform(0.16, 0.21)
    turns = (np.log(radius / 1.05) / growth - angle) / (2 * np.pi) + 0.5
    whorl = np.ceil(turns)
    depth = turns - np.floor(turns)
    along = angle + 2 * np.pi * whorl
    light, dark, second, _, _ = palette(rng, hue_near(rng, (0.06, 0.09, 0.03)))
    chamber = np.mod(along * rng.uniform(1.9, 3.0) + depth**2 * 2.0, 1)
    rgb = mix(light, second, chamber)
    rgb = lit(rgb, 0.4 + 0.7 * np.sqrt(np.sin(np.pi * np.clip(depth, 0, 1))))
    rgb = mix(rgb, dark * 0.4, np.clip(1 - np.abs(chamber - 0.5) * 7, 0, 1))
    rgb = mix(rgb, dark * 0.25, np.clip(1.2 - np.minimum(depth, 1 - depth) * 10, 0, 1))
    layers = Layers()
    layers.add(rgb, inside(turns * 0.5, 2) * (whorl <= 0))
    return layers.sprite()


def gear(rng: Rng) -> Sprite:
    """A thick toothed wheel of bevelled metal: square teeth, straight arms, a hexagonal hole."""
    place = pose(rng, warp=0.01, stretch=0.05)
    radius, angle = place.radius, place.angle
    teeth, tilt = int(rng.integers(7, 13)), rng.uniform(-np.pi, np.pi)
    depth = rng.uniform(0.22, 0.3)
    # A trapezium goes round with the angle: steep flanks, flat tips and roots.
    tooth = np.abs(np.mod(angle * teeth / (2 * np.pi), 1) - 0.5) * 4 - 1
    rim = radius - 0.9 + depth * (0.5 - 0.5 * np.clip(tooth * 2.2, -1, 1))
    hexagon = np.cos(np.mod(angle - tilt, np.pi / 3) - np.pi / 6) * radius
    bore = hexagon - rng.uniform(0.13, 0.18)
    count = int(rng.integers(3, 7))
    sector = np.mod(angle - tilt, 2 * np.pi / count) - np.pi / count
    outer, hub, arm = 0.9 - depth - 0.13, rng.uniform(0.33, 0.38), rng.uniform(0.1, 0.14)
    armed = rng.random() < 0.75
    if armed:
        wall = radius * np.sin(np.pi / count - np.abs(sector))
        hole = np.maximum(np.maximum(radius - outer, hub - radius), arm - wall)
    else:
        hole = np.ones_like(radius)
    solid = np.maximum(rim, -np.minimum(hole, bore))
    light, dark, second, _, _ = palette(rng, hue_near(rng, (0.1, 0.58, 0.08)), 0.06)
    slope_y, slope_x = np.gradient(solid)
    facing = -(slope_x + slope_y) / np.maximum(np.hypot(slope_x, slope_y), 1e-4) / np.sqrt(2)
    sheen = 0.78 + 0.2 * np.cos(2 * angle + tilt) + 0.1 * noise(rng, 8)
    bevel = smooth(-0.075, -0.045, solid)
    metal = lit(light, sheen * (1 - bevel) + bevel * (0.75 + 0.65 * facing))
    boss = inside(hexagon - hub) * (1 - armed)
    metal = mix(metal, lit(second, 0.6 * sheen + 0.35), boss * (1 - bevel))
    metal = mix(metal, dark * 0.4, line_at(hexagon - hub, 0.03) * (1 - armed))
    layers = Layers()
    if rng.random() < 0.7:
        layers.add(dark * 0.25, inside(rim))
    # The wheel's thickness shows on one side.
    slant = rng.uniform(-np.pi, np.pi)
    for part in (1.0, 0.66, 0.33):
        rows, columns = (round(4 * part * way) for way in (np.sin(slant), np.cos(slant)))
        side = np.roll(inside(solid), (rows, columns), (0, 1)) * inside(radius - 0.98)
        layers.add(dark * (0.9 - 0.5 * part), side)
    layers.add(metal, inside(solid))
    layers.tint(dark * 0.25, line_at(solid + 0.005, 0.02))
    return layers.sprite()
