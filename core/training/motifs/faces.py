"""Faces and heads: a human face or mask, lips, a horse, a pair of antlers."""

from __future__ import annotations

import numpy as np

from core.training.motifs.creatures import ellipse
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
from core.training.motifs.outlines import limb, outline, rounded


def _mouth(rng: Rng, layers: Layers, place: Place, open_by: float, red: Array) -> None:
    """Lips that reach from -1 to 1 across, about the origin; `open_by` parts them over teeth."""
    x, y = place.x, place.y
    across = np.clip(np.abs(x), 0, 1)
    arc = np.sqrt(np.clip(1 - across**2, 0, 1))
    corner = 1 - across**2
    bow = 0.13 * np.exp(-((x / 0.14) ** 2))
    seam = 0.05 * np.cos(x * 5.2) * corner - 0.06 * across**2
    top = -rng.uniform(0.4, 0.5) * corner * (0.72 + 0.28 * arc) + bow - 0.03
    bottom = rng.uniform(0.5, 0.62) * corner**0.75
    upper, lower = seam - open_by * corner * 0.75, seam + open_by * corner
    top, bottom = top - open_by * 0.5 * corner, bottom + open_by * 0.6 * corner
    whole = np.maximum(np.maximum(top - y, y - bottom), np.abs(x) - 0.98)
    creases = 0.5 + 0.5 * np.sin(x * 30 / (0.75 + 0.5 * np.abs(y)) + 1.5 * np.sin(x * 9))
    depth = np.where(y < seam, (y - top) / (upper - top + 0.02), (bottom - y) / (bottom - lower))
    # The upper lip looks down and is darker; the lower one is lit on its swell.
    swell = np.sin(np.pi * np.clip(depth, 0, 1))
    light = np.where(y < seam, 0.42 + 0.35 * swell, 0.5 + 0.62 * swell)
    rgb = lit(red, light * (0.82 + 0.18 * creases))
    layers.add(rgb, inside(whole))
    shine = blob(Place((x + 0.12) / 1.9, y - (lower + bottom) / 2 + 0.02), 0.13)
    layers.tint(WHITE, 0.6 * shine * (0.5 + 0.5 * creases) * inside(whole))
    gap = np.maximum(upper - y, y - lower)
    if open_by > 0:
        layers.tint(hsv(0.98, 0.7, 0.16), inside(gap) * inside(whole))
        teeth = np.maximum(gap, y - upper - open_by * 0.8)
        nick = np.abs(np.mod(x * 5 + 0.5, 1) - 0.5)
        ivory = np.array([0.96, 0.93, 0.86], np.float32)
        layers.tint(
            lit(ivory, 0.45 + 0.55 * smooth(0.0, 0.12, nick) * smooth(1, 0.4, across)),
            inside(teeth + 0.02) * inside(whole),
        )
    slit = line_at(gap, 0.035) if open_by else line_at(y - seam, 0.04)
    layers.tint(red * 0.12, slit * inside(whole))
    layers.tint(red * 0.22, line_at(whole, 0.028))


def lips(rng: Rng) -> Sprite:
    """A human mouth: a bowed upper lip, a full lower one, closed or parted over teeth."""
    place = pose(rng, turn=0.25, warp=0.03, stretch=0.08)
    red = hsv(hue_near(rng, (0.98, 0.0, 0.95)), rng.uniform(0.55, 0.95), rng.uniform(0.75, 1))
    skin = palette(rng, hue_near(rng, (0.05, 0.07)), 0.05)
    layers = Layers()
    if rng.random() < 0.5:
        glow = 1.05 - 0.5 * smooth(0.2, 1.0, np.hypot(place.x, place.y - 0.55))
        layers.add(lit(skin[0], glow), inside(ellipse(place, 0.98, 0.84), 14))
        groove = blob(Place(place.x * 2.2, place.y + 0.62), 0.22)
        layers.tint(skin[0] * 0.55, 0.6 * groove)
        layers.tint(skin[0] * 0.4, 0.7 * blob(Place(place.x / 2.4, place.y - 0.66), 0.13))
    open_by = float(rng.choice([0.0, 0.0, rng.uniform(0.14, 0.3)]))
    size = rng.uniform(0.86, 0.95)
    _mouth(rng, layers, place.seen_from(0, 0.0 if open_by else -0.04, size), open_by, red)
    return layers.sprite()


def face(rng: Rng) -> Sprite:
    """A human face or a painted mask from the front, framed by hair."""
    place = pose(rng, turn=0.22, warp=0.03, stretch=0.06)
    x, y = np.abs(place.x), place.y
    light, dark, second, third, _ = palette(rng, hue_near(rng, (0.05, 0.07, 0.09)), 0.05)
    hair = hsv(hue_near(rng, (0.06, 0.09, 0.02)), rng.uniform(0.3, 0.9), rng.uniform(0.25, 0.75))
    layers = Layers()
    _hair(rng, layers, place, hair)
    jaw = rng.uniform(0.5, 0.58) - 0.2 * np.clip(y - 0.1, 0, 1) ** 1.5
    head = (np.hypot(x / jaw, (y - 0.04) / 0.8) - 1) * 0.5
    side = float(rng.choice((-1.0, 1.0)))
    # One side in the light, the other in shade, as painters have it.
    shade = 1.12 - 0.5 * smooth(-0.5, 0.6, place.x * side + 0.25 * y)
    shade = shade * (1 - 0.35 * smooth(-0.22, 0, head))
    layers.add(lit(light, shade), inside(head))
    cheek = blob(Place(x - 0.34, y - 0.24), 0.17)
    layers.tint(hsv(0.0, 0.65, 0.85), 0.4 * cheek * inside(head))
    socket = blob(Place((x - 0.24) / 1.5, y + 0.12), 0.15)
    layers.tint(light * 0.4, 0.75 * socket)
    if rng.random() < 0.3:
        _paint(rng, layers, Place(x, y), inside(head), second, third)
    _nose(layers, place, light, side)
    _gaze(rng, layers, Place(x - 0.245, y + 0.1), hair)
    red = hsv(hue_near(rng, (0.98, 0.0)), rng.uniform(0.5, 0.85), rng.uniform(0.6, 0.9))
    _mouth(rng, layers, place.seen_from(0, 0.47, rng.uniform(0.23, 0.28)), 0.0, red)
    layers.tint(dark * 0.3, line_at(head, 0.025))
    fringe = y + 0.5 - rng.uniform(-0.1, 0.15) * np.cos(place.x * 5 + rng.uniform(0, 6))
    locks = 0.4 + 0.8 * np.abs(np.sin(np.arctan2(place.x + 0.1 * side, y + 1.15) * 7))
    layers.tint(lit(hair, locks), inside(fringe + 0.1 - 0.25 * x**2))
    return layers.sprite()


def _hair(rng: Rng, layers: Layers, place: Place, colour: Array) -> None:
    """Thick locks that fall from a parting, to the chin or below."""
    x, y = np.abs(place.x), place.y
    length = rng.uniform(0.35, 0.95)
    wave = 0.06 * np.sin(y * rng.uniform(7, 11) + rng.uniform(0, 6))
    crown = (np.hypot(x / 0.76, (y + 0.14) / 0.8) - 1) * 0.76
    fall = np.maximum(x - 0.76 - wave, np.maximum(-0.14 - y, y - length - 0.1 * np.cos(x * 22)))
    mass = np.minimum(crown, fall)
    flow = np.where(y < -0.1, np.arctan2(x, 0.25 - y) * 0.72, x + wave)
    strands = np.abs(np.sin(flow * 15))
    layers.add(lit(colour, 0.3 + 0.95 * strands), inside(mass))
    layers.tint(colour * 0.2, line_at(mass, 0.03))


def _paint(
    rng: Rng, layers: Layers, half: Place, cover: Array, first: Array, second: Array
) -> None:
    """A mask's painted bands, the same on both halves of a face."""
    rays = np.sin(np.arctan2(half.y + 0.1, half.x + 0.02) * rng.integers(5, 9) + 1.5)
    outer = smooth(0.3, 0.38, np.hypot(half.x - 0.24, half.y + 0.1))
    layers.tint(first, smooth(0.1, 0.35, rays) * outer * cover)
    layers.tint(second, inside(half.x - 0.09) * (half.y < -0.2) * cover)


def _nose(layers: Layers, place: Place, skin: Array, side: float) -> None:
    """A ridge with one shaded flank, a tip and nostrils."""
    x, y = np.abs(place.x), place.y
    width = 0.05 + 0.1 * smooth(-0.15, 0.26, y)
    ridge = np.maximum(x - width, np.maximum(-0.25 - y, y - 0.27))
    flank = inside(ridge, 4) * smooth(-0.02, 0.05, place.x * side)
    layers.tint(skin * 0.42, 0.85 * flank)
    layers.tint(np.clip(skin * 1.25, 0, 1), inside(ridge + 0.035, 4) * (place.x * side < 0.02))
    wings = np.hypot((x - 0.085) / 0.075, (y - 0.255) / 0.045) - 1
    layers.tint(skin * 0.2, inside(wings * 0.05))
    layers.tint(skin * 0.35, line_at(np.hypot(x, (y - 0.17) * 1.1) - 0.16, 0.02) * (y > 0.2))


def _gaze(rng: Rng, layers: Layers, eye: Place, brow: Array) -> None:
    """An almond eye about the origin, its lid and its brow; x grows away from the nose."""
    arc = np.clip(1 - (eye.x / 0.185) ** 2, -1, 1)
    lids = np.maximum(-0.115 * arc - eye.y, eye.y - 0.09 * arc)
    almond = inside(lids)
    layers.tint(INK, inside(lids - 0.03))
    layers.tint(WHITE * 0.95, almond)
    iris = hsv(hue_near(rng, (0.07, 0.58, 0.3)), 0.75, rng.uniform(0.4, 0.9))
    layers.tint(INK, inside(eye.radius - 0.1) * almond)
    layers.tint(iris, inside(eye.radius - 0.08) * almond)
    layers.tint(INK, inside(eye.radius - 0.045) * almond)
    lash = inside(np.abs(eye.y + 0.12 * arc) - 0.03) * (np.abs(eye.x) < 0.2)
    layers.tint(INK, lash)
    line = eye.y + 0.25 + 0.06 * np.cos((eye.x - 0.02) * 7)
    thick = 0.052 * (1 - 0.5 * np.clip((eye.x + 0.1) / 0.3, 0, 1))
    arch = np.maximum(np.abs(line) - thick, np.abs(eye.x) - 0.22)
    layers.tint(brow * 0.35, inside(arch, 2))


# From the poll by the brow, the nose, the mouth and the jaw, down the throat and up the crest.
HORSE = (
    (-0.2, -0.7), (0.02, -0.62), (0.2, -0.36), (0.42, 0.0), (0.66, 0.3), (0.76, 0.5), (0.66, 0.68),
    (0.46, 0.68), (0.3, 0.46), (0.1, 0.26), (-0.12, 0.2), (-0.14, 0.5), (-0.06, 1.0), (-0.5, 1.15),
    (-1.0, 1.0), (-0.9, 0.35), (-0.72, -0.2), (-0.48, -0.58),
)  # fmt: skip


def horse(rng: Rng) -> Sprite:
    """A head in profile: long nose, jaw, nostril, pricked ear, and a mane in locks."""
    place = pose(rng, turn=0.25, warp=0.05, stretch=0.08)
    place = Place(place.x * float(rng.choice((-1.0, 1.0))), place.y).seen_from(0.08, 0.0, 0.96)
    x, y = place
    light, dark, second, _, pale = palette(rng, hue_near(rng, (0.06, 0.08, 0.03)), 0.05)
    mane = hsv(hue_near(rng, (0.1, 0.06)), rng.uniform(0.2, 0.9), float(rng.choice([0.25, 0.9])))
    layers = Layers()
    _ear(layers, Place(x - 0.15, y), light * 0.6)
    head = outline(place, rounded(HORSE, 2))
    # Light along the bridge of the nose, on the round cheek and down the neck.
    shade = 0.42 + 0.35 * smooth(0.0, -0.22, head)
    shade = shade + 0.45 * blob(place.seen_from(-0.1, -0.16), 0.24)
    shade = shade + 0.4 * np.exp(-(((y - 1.15 * x + 0.35) / 0.13) ** 2)) * (x > 0)
    shade = shade - 0.22 * line_at(np.hypot(x + 0.08, y + 0.14) - 0.36, 0.03, 5) * (y > -0.2)
    layers.add(lit(light, shade + 0.06 * noise(rng, 8)), inside(head))
    muzzle = smooth(0.42, 0.24, np.hypot(x - 0.68, y - 0.56))
    layers.tint(lit(dark, 0.5 + 0.8 * smooth(0, -0.2, head)), 0.9 * muzzle)
    if rng.random() < 0.4:
        blaze = np.abs(y - 1.15 * x + 0.5) - 0.1
        layers.tint(np.clip(pale * 0.4 + 0.6, 0, 1), inside(blaze, 3) * (y < 0.3) * (y > -0.6))
    if rng.random() < 0.35:
        for strap in (x * 0.75 + y - 0.5, x * 1.4 + y - 0.04):
            cover = inside(head) * (y < 0.5 - 0.5 * x) * (x > y - 0.35)
            layers.tint(dark * 0.2, inside(np.abs(strap) - 0.09) * cover)
            layers.tint(second, inside(np.abs(strap) - 0.05) * cover)
    layers.tint(dark * 0.22, line_at(head, 0.032))
    layers.tint(INK, inside(ellipse(Place(x - 0.62 + 0.4 * y - 0.2, y - 0.45), 0.06, 0.085)))
    layers.tint(INK, line_at(y - 0.58 - 0.25 * (x - 0.6), 0.022) * (x > 0.46) * (x < 0.74))
    eye = place.seen_from(0.04, -0.34)
    layers.tint(dark * 0.3, inside(ellipse(eye, 0.16, 0.12), 3))
    layers.tint(hsv(0.07, 0.7, 0.5), inside(ellipse(eye, 0.1, 0.085)))
    layers.tint(INK, inside(ellipse(eye, 0.06, 0.075)))
    layers.add(WHITE, inside(eye.seen_from(-0.03, -0.03).radius - 0.028))
    _mane(rng, layers, place, mane)
    _ear(layers, place, light * 0.95)
    return layers.sprite()


def _ear(layers: Layers, place: Place, colour: Array) -> None:
    """A pricked ear on a horse's poll."""
    steps = np.linspace(0, 1, 7)
    axis = np.stack([-0.16 + 0.08 * steps, -0.58 - 0.36 * steps], 1)
    ear = limb(place, axis, 0.02 + 0.11 * np.sin(np.pi * (0.25 + 0.75 * steps)))
    layers.add(lit(colour, 0.5 + 0.6 * ear.light), inside(ear.distance))
    layers.tint(colour * 0.2, np.maximum(line_at(ear.distance, 0.03), inside(ear.distance + 0.07)))


def _mane(rng: Rng, layers: Layers, place: Place, colour: Array) -> None:
    """Locks that overlap from the forelock down the crest of a horse's neck."""
    crest = np.array(
        [
            (-0.98, 0.85),
            (-0.9, 0.5),
            (-0.82, 0.15),
            (-0.68, -0.2),
            (-0.5, -0.5),
            (-0.3, -0.68),
            (-0.02, -0.66),
        ]
    )
    steps = np.linspace(0, 1, 7)
    sway = rng.uniform(-0.3, 0.3)
    for index, (x, y) in enumerate(crest):
        heading = 1.2 + sway + 0.05 * index + rng.normal(0, 0.1)
        headings = heading + rng.uniform(0.4, 0.8) * np.sin(steps * 4 + 0.6)
        length = rng.uniform(0.55, 0.7) * (0.6 if index == len(crest) - 1 else 1)
        stride = np.stack([np.cos(headings), np.sin(headings)], 1) * length / 7
        lock = limb(
            place, np.cumsum(stride, 0) + np.array([x, y - 0.04]), 0.15 * (1.1 - steps**1.5)
        )
        strand = 0.7 + 0.3 * np.cos(lock.across * 7)
        shade = (0.3 + 0.85 * lock.light) * strand * (1 - 0.8 * line_at(lock.distance, 0.025))
        layers.add(lit(colour, shade), inside(lock.distance))


def antlers(rng: Rng) -> Sprite:
    """A branching pair that sweeps up from a deer's small head."""
    place = pose(rng, turn=0.22, warp=0.05, stretch=0.08)
    place = place.seen_from(0, 0.06, 0.92)
    half = Place(np.abs(place.x), place.y)
    bone, dark, second, _, pale = palette(rng, hue_near(rng, (0.08, 0.1, 0.06)), 0.04)
    steps = np.linspace(0, 1, 14)
    bend, reach = rng.uniform(1.5, 2.0), rng.uniform(1.25, 1.4)
    headings = rng.uniform(-0.4, -0.1) - bend * steps**0.8
    beam = np.cumsum(np.stack([np.cos(headings), np.sin(headings)], 1), 0) * reach / 14
    beam = beam + np.array([0.13, 0.2])
    thick = rng.uniform(0.095, 0.12)
    layers = Layers()
    branches = [limb(half, beam, thick * (1.15 - 0.85 * steps))]
    tines = int(rng.integers(3, 5))
    for index, at in enumerate(np.linspace(2, 10.5, tines)):
        root, heading = beam[int(at)], headings[int(at)]
        inward = -1 if index == 0 else 1
        turn = heading + inward * rng.uniform(0.8, 1.15)
        length = rng.uniform(0.4, 0.55) * (1 - 0.25 * index / tines)
        bends = turn - inward * np.linspace(0, 0.9, 7)
        tine = root + np.cumsum(np.stack([np.cos(bends), np.sin(bends)], 1), 0) * length / 7
        branches.append(limb(half, tine, thick * np.linspace(0.8, 0.28, 7)))
    for part in branches:
        layers.add(dark * 0.25, inside(part.distance - 0.035))
    ridges = 0.88 + 0.2 * noise(rng, 12)
    for part in branches:
        groove = 0.82 + 0.18 * np.cos(part.across * 6)
        tip = mix(bone * 0.85, np.clip(pale * 0.4 + 0.6, 0, 1), smooth(0.3, 1, part.along))
        layers.add(lit(tip, (0.3 + 0.85 * part.light) * groove * ridges), inside(part.distance))
    _deer(rng, layers, place, second)
    return layers.sprite()


def _deer(rng: Rng, layers: Layers, place: Place, coat: Array) -> None:
    """A small deer's face from the front, at the foot of the sprite."""
    half = Place(np.abs(place.x), place.y - 0.5)
    ear = Place(half.x - 0.42 + 0.3 * half.y, half.y + 0.2 + 0.45 * (half.x - 0.42))
    leaf = ellipse(ear, 0.24, 0.1)
    layers.add(coat * 0.75, inside(leaf))
    layers.tint(coat * 0.2, np.maximum(line_at(leaf, 0.03), inside(leaf + 0.05)))
    width = 0.3 - 0.17 * smooth(-0.1, 0.3, half.y)
    skull = (np.hypot(half.x / width, half.y / 0.44) - 1) * 0.22
    light = 1.1 - 0.5 * smooth(0, 0.3, half.x) - 0.15 * smooth(-0.1, 0.1, place.x)
    layers.add(lit(coat, light), inside(skull))
    layers.tint(np.clip(coat * 0.4 + 0.6, 0, 1), inside(half.x - 0.07, 4) * inside(skull))
    layers.tint(coat * 0.2, line_at(skull, 0.03))
    layers.add(INK, inside(ellipse(half.seen_from(0, 0.37), 0.12, 0.085)))
    eye = half.seen_from(0.185, -0.08)
    layers.tint(coat * 0.25, inside(eye.radius - 0.1, 3))
    layers.add(INK, inside(eye.radius - 0.07))
    layers.add(WHITE, inside(eye.seen_from(-0.02, -0.025).radius - 0.022))
