"""Motifs of stone, air, fire and water: mountain, cloud, flame, lightning, ripples."""

from __future__ import annotations

import numpy as np

from core.training.motifs.drawing import (
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
    pose,
    smooth,
)


def _zigzag(values: Array) -> Array:
    """A triangle wave of period 1, from -1 to 1."""
    return 4 * np.abs(np.mod(values, 1) - 0.5) - 1


def mountain(rng: Rng) -> Sprite:
    """One to three peaks: sunlit and shaded faces between ridges, snow from the summit down."""
    place = pose(rng, turn=0.08, warp=0.03, stretch=0.12)
    place = Place(place.x * rng.choice([-1, 1]), place.y)
    hue = hue_near(rng, (0.6, 0.07, 0.66))
    strength = rng.uniform(0.15, 0.6)
    shade, face = (
        hsv(hue, strength + 0.2, rng.uniform(0.12, 0.3)),
        hsv(hue, strength, rng.uniform(0.65, 0.95)),
    )
    snow, blue = hsv(hue + 0.5, 0.05, 1.0), hsv(rng.normal(0.6, 0.03), 0.4, 0.72)
    summits = [(rng.uniform(-0.15, 0.15), rng.uniform(-0.92, -0.75), rng.uniform(0.62, 0.78))]
    for side in (-1, 1):
        if rng.random() < 0.75:
            summit = side * rng.uniform(0.42, 0.6), rng.uniform(-0.45, -0.05)
            summits.append((*summit, rng.uniform(0.5, 0.7)))
    rough, fine = noise(rng, 6, 2), noise(rng, 16)
    line = rng.uniform(0.32, 0.7)
    layers = Layers()
    for x, y, slope in sorted(summits, key=lambda summit: summit[1]):
        across, down = place.x - x, place.y - y
        flank = np.abs(across) + 0.05 * rough
        distance = np.maximum((flank - slope * down) * 0.75, place.y - 0.72 - 0.06 * rough)
        # Ridges run down from the summit: each has a sunny and a shaded side.
        bearing = across / (down + 0.12) + 0.16 * rough + 0.1 * _zigzag(down * 2.2)
        ridges = _zigzag(bearing * rng.uniform(1.2, 1.7) + rng.uniform(-0.1, 0.1) + 0.25)
        sunny = smooth(-0.12, 0.12, ridges - 0.9 * np.sign(bearing) * np.abs(bearing) ** 0.5)
        stone = mix(shade, face, np.clip(sunny * (0.85 + 0.2 * fine), 0, 1))
        stone = mix(stone, shade * 0.8, 0.6 * smooth(0.3, 1.5, down))
        edge = line + 0.14 * _zigzag(bearing * 3.5) + 0.06 * rough
        white = mix(blue, snow, sunny)
        rgb = mix(stone, white, smooth(0.02, -0.02, down - edge))
        layers.tint(shade * 0.5, 0.5 * smooth(0.15, 0, distance))
        layers.add(rgb, inside(distance))
        layers.tint(shade * 0.6, line_at(distance, 0.025))
    return layers.sprite()


def cloud(rng: Rng) -> Sprite:
    """A heap of cumulus: billows bright above, shaded below, on a flat base."""
    place = pose(rng, turn=0.1, warp=0.02, stretch=0.08)
    place = Place(place.x * rng.choice([-1, 1]), place.y)
    hue = rng.random() if rng.random() < 0.25 else float(rng.normal(0.61, 0.04))
    glow = hue_near(rng, (0.1, 0.05, 0.95, 0.13))
    bright = hsv(glow, rng.uniform(0, 0.3), 1.0)
    middle = hsv(hue, rng.uniform(0.15, 0.45), rng.uniform(0.68, 0.85))
    dark = hsv(hue, rng.uniform(0.3, 0.6), rng.uniform(0.28, 0.5))
    curls = 0.12 * noise(rng, 6, 2)
    base = rng.uniform(0.42, 0.55)
    crests = [(rng.uniform(-0.3, 0.3), rng.uniform(0.7, 0.95)), (rng.uniform(-0.6, 0.6), 0.6)]
    count = int(rng.integers(4, 6))
    billows = []
    for index in range(count):
        x = 0.62 * (2 * (index + 0.5) / count - 1) + rng.normal(0, 0.05)
        tall = max(peak * float(np.exp(-(((x - at) / 0.45) ** 2))) for at, peak in crests)
        size = rng.uniform(0.27, 0.34) + 0.09 * tall
        foot = base - size * 0.7
        billows.append((x, foot, size))
        billows.append((x * 0.92 + rng.normal(0, 0.06), foot - 0.42 * tall, size * 0.95))
        if tall > 0.4:
            billows.append((x * 0.8 + rng.normal(0, 0.08), foot - 0.8 * tall, size * 0.85))
    layers = Layers()
    for x, y, size in sorted(billows, key=lambda billow: billow[1]):
        near = place.seen_from(x, y, size)
        radius = near.radius
        # Curls roughen each billow's rim, as on a cauliflower.
        distance = np.maximum((radius - 1) * size - 0.4 * curls, place.y - base - 0.4 * curls)
        light = 0.2 - 0.75 * near.y - 0.45 * near.x - 0.4 * place.y - 0.25 * radius + 2 * curls
        rgb = mix(mix(dark, middle, smooth(-0.9, 0.05, light)), bright, smooth(-0.05, 0.6, light))
        layers.tint(dark, 0.5 * smooth(0.12, 0, distance))
        layers.add(rgb, inside(distance, 2.5))
    layers.tint(dark * 0.8, 0.7 * smooth(-0.2, 0.02, place.y - base))
    return layers.sprite()


def flame(rng: Rng) -> Sprite:
    """Tongues of fire that lick upwards: dark at the rim, then ever brighter to the core."""
    place = pose(rng, turn=0.15, warp=0.05, stretch=0.1)
    place = Place(place.x * rng.choice([-1, 1]), place.y)
    hue = float(rng.normal(0.01, 0.012)) if rng.random() < 0.65 else rng.random()
    toward = 0.14 if rng.random() < 0.8 else -0.14
    tones = (
        hsv(hue - 0.1 * toward, 1.0, rng.uniform(0.2, 0.4)),
        hsv(hue, 0.97, rng.uniform(0.75, 0.9)),
        hsv(hue + 0.5 * toward, 0.95, 1.0),
        hsv(hue + toward, 0.75, 1.0),
        hsv(hue + 1.1 * toward, 0.15, 1.0),
    )
    tongues = [(rng.uniform(-0.1, 0.1), rng.uniform(1.7, 1.85), rng.uniform(0.42, 0.54))]
    for side in (-1, 1):
        for order in range(rng.integers(1, 3)):
            x = side * (0.34 + 0.26 * order) * rng.uniform(0.85, 1.1)
            tongues.append((x, rng.uniform(1.0, 1.45) - 0.3 * order, rng.uniform(0.26, 0.36)))
    layers = Layers()
    sway = rng.uniform(0, 6)
    # The tall one last: the fire is hottest in its middle.
    for index, (x, height, width) in enumerate(reversed(tongues)):
        part = np.clip((0.92 - place.y) / height, 0, 1.05)
        bend = 0.17 * part * np.sin(5 * part + sway + index) + 0.25 * x * part
        away = place.x - x * (1 - 0.25 * part) - bend
        profile = np.sqrt(np.clip(part * 5, 0, 1)) * np.clip(1 - part, 0, 1) ** 0.8
        depth = profile * 1.3 - np.abs(away) / width
        distance = np.where((part > 1) | (part <= 0), 0.1, -depth * width * 0.7)
        # Brighter inside and lower down.
        heat = np.clip(depth, 0, None) * (1.15 - 0.5 * part) + 0.06 * np.sin(9 * part + 7 * away)
        rgb = np.broadcast_to(tones[0], layers.rgb.shape)
        for level, tone in zip((0.08, 0.3, 0.56, 0.82), tones[1:], strict=True):
            rgb = mix(rgb, tone, smooth(level - 0.07, level + 0.09, heat))
        layers.tint(tones[0], 0.5 * smooth(0.1, 0, distance))
        layers.add(rgb, inside(distance, 2))
    return layers.sprite()


def _bolt(rng: Rng) -> list[tuple[float, float, float, float, float, float]]:
    """Segments (from x, y to x, y, half widths) of a bolt from top to bottom, then its forks."""
    segments = []
    count = int(rng.integers(4, 7))
    x, y, side, width = (
        rng.uniform(-0.15, 0.15),
        -0.92,
        rng.choice([-1, 1]),
        rng.uniform(0.09, 0.12),
    )
    for index in range(count):
        next_x = 0.5 * x + side * rng.uniform(0.12, 0.3)
        next_y, thinner = y + 1.84 / count * rng.uniform(0.85, 1.1), width * 0.82
        segments.append((x, y, next_x, next_y, width, thinner))
        if index and rng.random() < 0.75:
            fork = (next_x, next_y, thinner * 0.75)
            for step in range(rng.integers(2, 4)):
                end_x = fork[0] + side * rng.uniform(0.16, 0.3) * (1 if step % 2 == 0 else 0.25)
                end_y = fork[1] + rng.uniform(0.12, 0.26)
                segments.append((fork[0], fork[1], end_x, end_y, fork[2], fork[2] * 0.65))
                fork = (end_x, end_y, fork[2] * 0.65)
        x, y, side, width = next_x, next_y, -side, thinner
    return segments


def lightning(rng: Rng) -> Sprite:
    """A thick, jagged, forked bolt with its glow on a patch of night."""
    place = pose(rng, turn=0.35, warp=0.015, stretch=0.1)
    hue = hue_near(rng, (0.62, 0.75, 0.13))
    night = hsv(hue + rng.normal(0, 0.04), rng.uniform(0.6, 0.9), rng.uniform(0.08, 0.2))
    glow, core = hsv(hue, rng.uniform(0.55, 0.85), 1.0), hsv(hue, 0.08, 1.0)
    nearest = np.full_like(place.x, 4.0)
    for x, y, end_x, end_y, width, thinner in _bolt(rng):
        run, fall = end_x - x, end_y - y
        part = ((place.x - x) * run + (place.y - y) * fall) / (run * run + fall * fall)
        part = np.clip(part, 0, 1)
        away = np.hypot(place.x - x - part * run, place.y - y - part * fall)
        nearest = np.minimum(nearest, away - width - (thinner - width) * part)
    clouds = noise(rng, 4, 3)
    layers = Layers()
    sky = lit(night, 1.1 + 0.8 * clouds)
    layers.add(sky, inside(place.radius - 0.9 + 0.1 * clouds, float(rng.choice([3.0, 10.0]))))
    layers.tint(glow * 0.75, 0.75 * np.exp(-np.clip(nearest, 0, None) / 0.16))
    layers.add(glow, inside(nearest - 0.03, 3))
    layers.add(core, inside(nearest + 0.015, 2))
    return layers.sprite()


def ripples(rng: Rng) -> Sprite:
    """Rings that spread over water from where drops fell, shining on one side of each crest."""
    place = pose(rng, turn=0.2, warp=0.02, stretch=0.1)
    tilt = rng.uniform(1.0, 1.6)
    centres = [(rng.normal(0, 0.08), rng.normal(0, 0.06))]
    if rng.random() < 0.4:
        bearing, apart = rng.uniform(0, 2 * np.pi), rng.uniform(0.3, 0.42)
        x, y = apart * float(np.cos(bearing)), apart * float(np.sin(bearing)) / tilt
        centres = [(x, y), (-x * 1.2, -y * 1.2)]
    sun = rng.uniform(0, 2 * np.pi)
    slope, level, total = (np.zeros_like(place.x) for _ in range(3))
    count = rng.uniform(16, 22) * (1.3 if len(centres) > 1 else 1)
    for x, y in centres:
        across, down = place.x - x, (place.y - y) * tilt
        radius = np.hypot(across, down) + 1e-3
        # Where two sets of rings meet the nearer wins: added up they would make dots.
        weight = np.exp(-12 * radius)
        phase = radius * count - rng.uniform(0, 6)
        facing = (across * float(np.cos(sun)) + down * float(np.sin(sun))) / radius
        slope += weight * np.cos(phase) * np.exp(-0.5 * radius) * (0.35 + 0.65 * facing)
        level += weight * np.sin(phase) * np.exp(-0.5 * radius)
        total += weight
    slope, level = slope / total, level / total
    hue = hue_near(rng, (0.53, 0.58, 0.46))
    strength = rng.uniform(0.4, 0.9)
    deep, body = hsv(hue + 0.03, strength, rng.uniform(0.12, 0.3)), hsv(hue, strength, 0.68)
    shine = hsv(hue - 0.04, 0.2, 1.0)
    rgb = mix(deep, body, smooth(-0.7, 0.7, level + 0.5 * slope + 0.12 * noise(rng, 4)))
    rgb = mix(rgb, shine, smooth(0.2, 0.75, slope))
    rgb = mix(rgb, deep * 0.6, 0.8 * smooth(-0.2, -0.6, slope))
    rim = np.hypot(place.x, place.y * tilt**0.5) - 0.93 + 0.06 * noise(rng, 4)
    layers = Layers()
    layers.add(rgb, inside(rim, float(rng.choice([3.0, 12.0]))))
    return layers.sprite()
