"""Motifs that grow: feather, leaf, mushroom, coral, tentacle, crystal."""

from __future__ import annotations

import numpy as np

from core.training.motifs.drawing import (
    INK,
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


def feather(rng: Rng) -> Sprite:
    """A broad vane of barbs about a pale shaft, banded."""
    place = pose(rng, warp=0.05)
    y = place.y
    x = place.x + rng.uniform(-0.25, 0.25) * y**2
    along = np.clip((y + 1) / 1.8, 0, 1)
    bulge = np.clip(np.sin(np.pi * along ** rng.uniform(0.6, 1)), 0, 1)
    width = rng.uniform(0.42, 0.62) * bulge**0.6
    slant = y + np.abs(x) * rng.uniform(0.6, 1.3)
    barbs = 0.5 + 0.5 * np.sin(slant * rng.uniform(20, 32))
    light, dark, second, _, _ = palette(rng)
    if rng.random() < 0.6:
        band = 0.5 + 0.5 * np.sin(slant * rng.uniform(5, 10) + rng.uniform(0, 6))
    else:
        band = smooth(-0.6, 0.8, y)
    rgb = mix(light, mix(dark, second, 0.2), smooth(0.3, 0.7, band))
    rgb = lit(rgb, 0.5 + 0.5 * barbs)
    distance = np.abs(x) - width * (1 - 0.14 * barbs)
    layers = Layers()
    layers.add(rgb, inside(distance))
    layers.tint(dark * 0.3, 0.6 * smooth(-0.07, -0.01, distance))
    shaft = hsv(0.1, 0.2, 0.95) if rng.random() < 0.75 else dark * 0.3
    layers.add(shaft, inside(np.abs(x) - 0.05 * (1.1 - along), 1.5) * (y < 0.97) * (y > -0.9))
    return layers.sprite()


def leaf(rng: Rng) -> Sprite:
    """A pointed leaf with thick veins, smooth or toothed."""
    place = pose(rng, warp=0.04)
    y = place.y
    x = place.x + rng.uniform(-0.2, 0.2) * y**2
    along = np.clip((y + 0.95) / 1.75, 0, 1)
    width = rng.uniform(0.42, 0.68) * np.sin(np.pi * along ** rng.uniform(0.7, 1.2))
    slant = y + np.abs(x) * rng.uniform(0.7, 1.2)
    count = rng.uniform(11, 17)
    if rng.random() < 0.35:
        width = width * (0.8 + 0.2 * np.sin(slant * count))
    light, dark, second, _, _ = palette(rng, hue_near(rng, (0.3, 0.27, 0.07)), 0.06)
    vein = dark * 0.8 if rng.random() < 0.5 else np.clip(light * 1.2 + 0.2, 0, 1)
    rgb = mix(light, second * 0.7, np.abs(x) * 1.5 + 0.2 * noise(rng, 4))
    rgb = mix(rgb, vein, 0.85 * smooth(0.3, 0.1, np.abs(np.sin(slant * count / 2))))
    rgb = lit(rgb, np.where(x > 0, 0.7, 1.0).astype(np.float32))
    distance = np.abs(x) - width
    layers = Layers()
    layers.add(vein * 0.8, inside(np.abs(x) - 0.035) * (y > 0) * (y < 0.97))
    layers.add(rgb, inside(distance))
    layers.tint(vein, inside(np.abs(x) - 0.045 * (1.2 - along), 2))
    layers.tint(dark * 0.4, 0.75 * smooth(-0.08, -0.02, distance))
    return layers.sprite()


def mushroom(rng: Rng) -> Sprite:
    """A domed cap over deep gills, on a thick stem with a skirt; banded, streaked or patched."""
    place = pose(rng, turn=0.3, warp=0.04)
    x, y = place.x, place.y
    cream = hsv(0.11, rng.uniform(0.15, 0.35), 0.92)
    colour = hsv(hue_near(rng, (0.0, 0.03, 0.08)), rng.uniform(0.55, 0.95), rng.uniform(0.6, 0.95))
    under = cream if rng.random() < 0.6 else mix(cream, colour, 0.5)
    height, part = rng.uniform(0.75, 1.1), np.clip(1 - (x / 0.93) ** 2, 0, 1)
    # The rim is an ellipse seen from a little below: its far side hides, its near side shows gills.
    rim, hollow = 0.08 - 0.14 * np.sqrt(part), 0.08 + rng.uniform(0.16, 0.26) * np.sqrt(part)
    dome = np.hypot(x / 0.93, (y - 0.08) / height) - 1
    cap = np.maximum(dome, y - rim)
    gilled = np.where(np.abs(x) < 0.93, np.maximum(rim - y, y - hollow), 0.1)
    width = rng.uniform(0.17, 0.24) + 0.14 * np.clip(y, 0, 1) ** 2
    stem = np.maximum(np.abs(x) - width, np.maximum(0.05 - y, y - 0.94))
    layers = Layers()
    gills = np.sin(np.arctan2(x, y + 0.5) * 34)
    layers.add(mix(under * 0.22, under * 0.95, smooth(-0.6, 0.6, gills)), inside(gilled))
    layers.tint(under * 0.15, 0.7 * smooth(0.12, 0, y - rim) * inside(gilled))
    layers.add(lit(cream, 1 - 0.5 * np.abs(x + 0.08) / width), inside(stem))
    layers.tint(cream * 0.3, line_at(stem, 0.025) * 0.7)
    skirt = np.maximum(np.abs(x) - width - 0.35 * (y - 0.4), np.maximum(0.4 - y, y - 0.56))
    if rng.random() < 0.6:
        layers.add(lit(under, 0.75 + 0.25 * np.sin(x * 34)), inside(skirt))
        layers.tint(cream * 0.3, line_at(skirt, 0.02))
    rgb = np.broadcast_to(colour, layers.rgb.shape)
    kind = rng.random()
    if kind < 0.35:
        ring = np.sin(dome * rng.uniform(14, 22) + 0.8 * noise(rng, 4))
        rgb = mix(rgb, colour * 0.35, 0.8 * smooth(-0.2, 0.5, ring))
    elif kind < 0.6:
        streaks = np.sin(np.arctan2(x, 0.5 - y) * 26 + noise(rng, 5))
        streaks = smooth(0, 0.8, streaks) * smooth(-0.8, 0, dome)
        rgb = mix(rgb, mix(colour, cream, 0.6), 0.8 * streaks)
    elif kind < 0.8:
        # Torn patches in the cap's own tone: round white dots would be dreamed in its place.
        torn = noise(rng, 5, 2)
        rgb = mix(rgb, mix(colour, cream, 0.6), smooth(0.3, 0.4, torn))
    rgb = lit(rgb, 1.15 - 0.75 * smooth(-0.1, 1.3, np.hypot(x + 0.3, y + 0.5)))
    layers.add(rgb, inside(cap))
    layers.tint(colour * 0.25, line_at(cap, 0.03) * 0.8)
    return layers.sprite()


def coral(rng: Rng) -> Sprite:
    """A thick branching tree with pale tips."""
    angle = rng.uniform(0, 2 * np.pi)
    light, dark, _, _, tip = palette(rng, hue_near(rng, (0.0, 0.03, 0.93)), 0.08)
    branches: list[tuple[np.ndarray, float, int]] = []

    def grow(start: np.ndarray, heading: float, length: float, width: float, left: int) -> None:
        end = start + length * np.array([np.cos(heading), np.sin(heading)])
        branches.append((turned([start, end], angle), width, left))
        if left:
            forks = (-1, 1) if rng.random() < 0.85 else (-1, 0, 1)
            for side in forks:
                turn = side * rng.uniform(0.35, 0.7)
                grow(end, heading + turn, length * rng.uniform(0.7, 0.86), width * 0.76, left - 1)

    depth = int(rng.integers(3, 5))
    grow(np.array([0, 0.97]), -np.pi / 2, 0.56, rng.uniform(0.22, 0.3), depth)
    pen = Pen()
    for points, width, _ in branches:
        pen.line(points, dark * 0.5, width + 0.07)
    for points, width, _ in branches:
        pen.line(points, light, width)
    for points, width, left in branches:
        pale = np.clip(light * 0.5 + tip * 0.6, 0, 1)
        pen.line(points + np.array([-0.02, -0.02]), pale, width * 0.36)
        if left == 0:
            pen.disc(points[1], width * 0.55, pale)
    return pen.sprite()


def _along(rng: Rng) -> np.ndarray:
    """(60, 2) points of a curling or wavy line."""
    steps = np.linspace(0, 1, 60)
    angle = rng.uniform(0, 2 * np.pi)
    if rng.random() < 0.65:
        heading = steps**1.25 * rng.uniform(6, 9) * rng.choice([-1, 1]) + angle
        stride = 1 - 0.78 * steps
        points = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], 1) * stride[:, None], 0)
        points -= (points.max(0) + points.min(0)) / 2
        return points / np.abs(points).max() * 0.76
    swing = 0.36 * np.sin(rng.uniform(4, 6.5) * steps + rng.uniform(0, 6))
    return turned(np.stack([steps * 1.7 - 0.85, swing], 1), angle)


def tentacle(rng: Rng) -> Sprite:
    """A tapering arm with a row of suckers, curled at its end."""
    light, dark, second, _, _ = palette(rng)
    points = _along(rng)
    widths = rng.uniform(0.2, 0.28) * (1 - 0.75 * np.linspace(0, 1, len(points))) + 0.02
    heading = np.gradient(points, axis=0)
    heading /= np.hypot(heading[:, 0], heading[:, 1])[:, None] + 1e-6
    side = np.stack([-heading[:, 1], heading[:, 0]], 1) * rng.choice([-1, 1])
    bands = rng.integers(3, 6)
    pen = Pen()
    for point, width in zip(points, widths, strict=True):
        pen.disc(point, width + 0.045, dark * 0.35)
    for index, (point, width) in enumerate(zip(points, widths, strict=True)):
        skin = light if index // bands % 2 else mix(light, second, 0.5)
        for inset, shade in ((0.0, 0.68), (0.25, 0.9), (0.5, 1.15)):
            pen.disc(point + side[index] * width * inset * 0.6, width * (1 - inset), skin * shade)
    pale: Array = np.clip(second * 0.6 + 0.45, 0, 1)
    index = 2.0
    while index < len(points) - 2:
        at = int(index)
        sucker = points[at] - side[at] * widths[at] * 0.5
        pen.disc(sucker, widths[at] * 0.46, dark * 0.5)
        pen.disc(sucker, widths[at] * 0.38, pale)
        pen.disc(sucker, widths[at] * 0.17, dark * 0.4)
        index += 2 + 20 * widths[at]
    return pen.sprite()


def crystal(rng: Rng) -> Sprite:
    """A cluster of faceted prisms, or a cut gem from above."""
    hue = rng.random()
    tones = [hsv(hue + rng.normal(0, 0.03), 0.75 - 0.6 * v, 0.25 + 0.75 * v) for v in _shades()]
    return _gem(rng, tones) if rng.random() < 0.35 else _cluster(rng, tones)


def _shades() -> tuple[float, ...]:
    return (0.1, 0.3, 0.5, 0.7, 0.95)


def _cluster(rng: Rng, tones: list[Array]) -> Sprite:
    pen = Pen()
    tilt = rng.normal(0, 0.35)
    count = rng.integers(3, 6)
    order = rng.permutation(count)
    for index in order:
        lean = (index - (count - 1) / 2) * rng.uniform(0.35, 0.5)
        length = rng.uniform(1.15, 1.65) * (1 - 0.25 * abs(lean))
        half = rng.uniform(0.17, 0.27)
        shoulder, split = length - half * rng.uniform(1.1, 1.8), rng.uniform(-0.35, 0.35) * half
        left, right = tones[rng.integers(0, 2)], tones[rng.integers(3, 5)]
        if rng.random() < 0.5:
            left, right = right, left

        def place(points: list[tuple[float, float]], lean: float = float(lean)) -> np.ndarray:
            upright = turned([(x, -y) for x, y in points], lean) + np.array([0, 0.85])
            return turned(upright, tilt)

        outline = [(-half, 0), (-half, shoulder), (split, length), (half, shoulder), (half, 0)]
        pen.polygon(place([(-half, 0), (-half, shoulder), (split, shoulder), (split, 0)]), left)
        pen.polygon(place([(split, 0), (split, shoulder), (half, shoulder), (half, 0)]), right)
        pen.polygon(place([(-half, shoulder), (split, length), (split, shoulder)]), tones[3])
        pen.polygon(place([(split, shoulder), (split, length), (half, shoulder)]), tones[1])
        pen.line(place([(split, 0), (split, length)]), np.clip(tones[4] + 0.1, 0, 1), 0.035)
        pen.line(place([*outline, outline[0]]), tones[0] * 0.5, 0.045)
    return pen.sprite()


def _gem(rng: Rng, tones: list[Array]) -> Sprite:
    pen = Pen()
    sides = int(rng.choice([6, 8, 8, 10]))
    turn, table = rng.uniform(0, np.pi), rng.uniform(0.45, 0.6)
    angles = np.arange(sides) * 2 * np.pi / sides + turn
    outer = 0.92 * np.stack([np.cos(angles), np.sin(angles)], 1)
    half = angles + np.pi / sides
    inner = table * np.stack([np.cos(half), np.sin(half)], 1)
    light = turn + rng.uniform(0, 6)
    for index in range(sides):
        following = (index + 1) % sides
        facing = int(np.clip(2 + 2.4 * np.cos(half[index] - light), 0, 4))
        pen.polygon([outer[index], outer[following], inner[index]], tones[facing])
        other = int(np.clip(4 - facing + rng.integers(-1, 2), 0, 4))
        pen.polygon([inner[index], outer[following], inner[following]], tones[other])
        pen.line([outer[index], outer[following]], INK, 0.05)
        pen.line([outer[following], inner[index]], WHITE, 0.025)
    pen.polygon(inner, tones[3])
    pen.polygon([*inner[: sides // 2], inner[0] * 0], tones[4])
    pen.line([*inner, inner[0]], WHITE, 0.03)
    return pen.sprite()
