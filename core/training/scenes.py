"""Training scenes: motifs over backgrounds, with a label for every pixel.

A chunk of scenes draws its own sprites and depends on nothing but its seed and number, so chunks
can be made in any order, by several processes, or again. A scene is (SIDE, SIDE, 3) uint8. It has
two maps of labels, (SIDE, SIDE) uint8: `labels` says what is where, `centres` what has its middle
where. A label is the index of a concept, `BACKGROUND`, or `IGNORED` where either would be right:
the outer part of a sprite, the surroundings of a middle.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from core.training.motifs import MOTIFS
from core.training.motifs.drawing import Array, Rng, hsv, noise

Bytes = NDArray[np.uint8]

SIDE = 96
BACKGROUND = len(MOTIFS)
IGNORED = 255
SCENES_PER_CHUNK = 2000
# Each sprite of a chunk is met about five times, never twice alike.
SPRITES_PER_MOTIF = 32
SMALLEST, LARGEST = 12.0, 96.0
# A jumbled sprite has the right parts in the wrong places. It counts as background, so that only
# the whole is worth dreaming of.
JUMBLED = 0.06
# How far the middle of a thing reaches, and how far around it nothing is asked; radii, as shares of
# the sprite's size. In pixels, a middle is at least so large that a cell of 8x8 falls into it.
MIDDLE, AROUND_MIDDLE = 0.18, 0.32
SMALLEST_MIDDLE, SMALLEST_AROUND = 5.7, 9.0


class Scene(NamedTuple):
    pixels: Bytes
    labels: Bytes
    centres: Bytes


class Layout(NamedTuple):
    """Where a sprite went: centre and size in pixels."""

    x: float
    y: float
    size: float


def draw_sprites(rng: Rng, count: int = SPRITES_PER_MOTIF) -> list[list[Image.Image]]:
    """`count` RGBA sprites of each motif."""
    sprites = []
    for motif in MOTIFS:
        row = []
        for _ in range(count):
            sprite = motif.draw(rng)
            pixels = np.dstack([sprite.rgb, sprite.alpha])
            row.append(Image.fromarray((pixels * 255 + 0.5).astype(np.uint8), "RGBA"))
        sprites.append(row)
    return sprites


def cloud(rng: Rng, slope: float) -> Array:
    """(SIDE, SIDE) noise whose amplitude falls with frequency ** slope; mean 0, deviation 1."""
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    frequency[0, 0] = 1
    spectrum = np.fft.rfft2(rng.standard_normal((SIDE, SIDE))) / frequency**slope
    values = np.fft.irfft2(spectrum, (SIDE, SIDE))
    values -= values.mean()
    return (values / (values.std() + 1e-9)).astype(np.float32)


def background(rng: Rng) -> Array:
    """(SIDE, SIDE, 3): clouds or a gradient, with polygons and strokes for clutter."""
    colours = [hsv(rng.random(), rng.uniform(0, 0.8), rng.uniform(0.05, 1)) for _ in range(3)]
    if rng.random() < 0.55:
        slope = rng.uniform(0.8, 1.6)
        grain, first, second = (cloud(rng, slope + extra) for extra in (0, 0.2, 0.2))
        rgb = colours[0] + grain[..., None] * rng.uniform(0.05, 0.22)
        rgb = rgb + first[..., None] * (colours[1] - colours[0]) * 0.25
        rgb = rgb + second[..., None] * (colours[2] - colours[1]) * 0.2
    else:
        angle = rng.uniform(0, 2 * np.pi)
        y, x = np.mgrid[:SIDE, :SIDE] / SIDE - 0.5
        part = np.clip(0.5 + x * np.cos(angle) + y * np.sin(angle), 0, 1)[..., None]
        rgb = colours[0] * (1 - part) + colours[1] * part
        rgb = rgb + cloud(rng, 1.2)[..., None] * rng.uniform(0, 0.06)
    if rng.random() < 0.4:
        return rgb.astype(np.float32)
    image = Image.fromarray((np.clip(rgb, 0, 1) * 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 7)):
        tone = hsv(rng.random(), rng.uniform(0, 0.8), rng.uniform(0, 1)) * 255
        fill = (int(tone[0]), int(tone[1]), int(tone[2]))
        corners = [
            (float(x), float(y)) for x, y in rng.uniform(-0.2, 1.2, (rng.integers(3, 6), 2)) * SIDE
        ]
        if rng.random() < 0.5:
            draw.polygon(corners, fill=fill)
        else:
            draw.line(corners, fill=fill, width=int(rng.integers(1, 6)), joint="curve")
    return np.asarray(image, np.float32) / 255


def jumble(rng: Rng, image: Image.Image) -> Image.Image:
    """The four quarters of an image, each in another's place."""
    half = image.width // 2
    corners = [(0, 0), (half, 0), (0, half), (half, half)]
    # The three rotations of four places leave no quarter where it was.
    shift = int(rng.integers(1, 4))
    result = Image.new(image.mode, image.size)
    for index, (x, y) in enumerate(corners):
        quarter = image.crop((x, y, x + half, y + half))
        result.paste(quarter, corners[(index + shift) % 4])
    return result


def _cut_out(rng: Rng, image: Image.Image) -> Image.Image:
    """A texture within an uneven round outline, hard or soft."""
    line = np.linspace(-1, 1, image.width, dtype=np.float32)
    reach = np.hypot(line[:, None], line[None]) + 0.3 * noise(rng, 3)
    sharpness = float(rng.choice([40.0, 40.0, 6.0]))
    cover = np.clip((0.84 - reach) * sharpness, 0, 1) * 255
    image = image.copy()
    image.putalpha(Image.fromarray(cover.astype(np.uint8)))
    return image


def _lay(image: Image.Image, layout: Layout, angle: float, swap: NDArray[np.int64]) -> Array:
    """(SIDE, SIDE, 4) premultiplied: the sprite at its place, turned, its colours swapped."""
    side = max(8, round(layout.size))
    small = image.resize((side, side), Image.Resampling.BILINEAR)
    turned = small.rotate(angle, Image.Resampling.BILINEAR, expand=True)
    canvas = Image.new("RGBA", (SIDE, SIDE))
    corner = (round(layout.x - turned.width / 2), round(layout.y - turned.height / 2))
    canvas.paste(turned, corner)
    values = np.asarray(canvas, np.float32) / 255
    alpha = values[..., 3:]
    return np.concatenate([values[..., swap] * alpha, alpha], axis=2)


def _soften(values: Array, radius: float) -> Array:
    """A field in [0, 1] after a Gaussian blur."""
    image = Image.fromarray((np.clip(values, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def _place(rng: Rng, size: float) -> Layout:
    # Large sprites stay near the middle: of a whole thing, most should be seen.
    free = max(SIDE - size * 0.8, SIDE * 0.25)
    x, y = SIDE / 2 + rng.uniform(-free / 2, free / 2, 2)
    return Layout(float(x), float(y), size)


def mark(labels: Bytes, covered: NDArray[np.bool_], layout: Layout, concept: int) -> None:
    """Write a sprite's labels: its concept within its core, `IGNORED` around that."""
    motif = MOTIFS[concept]
    reach = _distance(layout) / (layout.size / 2)
    labels[covered] = concept if motif.texture else IGNORED
    labels[covered & (reach < motif.core)] = concept


def mark_centre(
    centres: Bytes, covered: NDArray[np.bool_], layout: Layout, concept: int | None
) -> None:
    """Write where a sprite has its middle; None for one that has none, which only hides others.

    The rest of a thing counts as background: of a butterfly, neither wing is its middle. Only a
    network that knows where parts belong can tell.
    """
    centres[covered] = BACKGROUND
    if concept is None:
        return
    distance = _distance(layout)
    around = max(AROUND_MIDDLE * layout.size, SMALLEST_AROUND)
    centres[covered & (distance < around)] = IGNORED
    centres[covered & (distance < max(MIDDLE * layout.size, SMALLEST_MIDDLE))] = concept


def _distance(layout: Layout) -> Array:
    """(SIDE, SIDE): of every pixel from a sprite's middle, in pixels."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32) + 0.5
    return np.hypot(x - layout.x, y - layout.y)


def make_scene(rng: Rng, sprites: list[list[Image.Image]]) -> Scene:
    """One scene with two to seven sprites."""
    rgb = background(rng)
    labels = np.full((SIDE, SIDE), BACKGROUND, np.uint8)
    centres = labels.copy()
    favourite = int(rng.integers(len(MOTIFS))) if rng.random() < 0.3 else None
    for order in range(rng.integers(2, 8)):
        take_favourite = favourite is not None and rng.random() < 0.8
        concept = favourite if take_favourite and favourite is not None else -1
        if concept < 0:
            concept = int(rng.integers(len(MOTIFS)))
        motif = MOTIFS[concept]
        image = sprites[concept][rng.integers(len(sprites[concept]))]
        size = float(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))
        everywhere = motif.texture and order == 0 and rng.random() < 0.35
        jumbled = False
        if everywhere:
            layout, angle = Layout(SIDE / 2, SIDE / 2, SIDE * 1.45), 0.0
        else:
            layout = _place(rng, max(size, 30) if motif.texture else size)
            angle = rng.normal(0, 14) if rng.random() < 0.65 else rng.uniform(-180, 180)
            jumbled = not motif.texture and rng.random() < JUMBLED
        if jumbled:
            image = jumble(rng, image)
        elif motif.texture and not everywhere:
            image = _cut_out(rng, image)
        swap = rng.permutation(3) if rng.random() < 0.3 else np.arange(3)
        laid = _lay(image, layout, float(angle), swap)
        alpha = laid[..., 3:]
        if rng.random() < 0.4 and not everywhere:
            shadow = _soften(alpha[..., 0], max(1.0, layout.size * 0.06))
            rgb = rgb * (1 - 0.45 * shadow[..., None])
        rgb = rgb * (1 - alpha) + laid[..., :3]
        covered = alpha[..., 0] > 0.5
        mark_centre(centres, covered, layout, None if jumbled or motif.texture else concept)
        if jumbled:
            labels[covered] = BACKGROUND
            continue
        mark(labels, covered, layout, concept)
    return Scene(_photographed(rng, rgb), labels, centres)


def _photographed(rng: Rng, rgb: Array) -> Bytes:
    """Uneven light, blur, contrast, lost colour and grain, as a camera would have them."""
    if rng.random() < 0.5:
        light = Image.fromarray(rng.standard_normal((3, 3)).astype(np.float32))
        field = np.asarray(light.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
        rgb = rgb * np.clip(1 + 0.25 * field, 0.3, 1.6)[..., None]
    if rng.random() < 0.3:
        image = Image.fromarray((np.clip(rgb, 0, 1) * 255).astype(np.uint8))
        blurred = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.4, 1.1))))
        rgb = np.asarray(blurred, np.float32) / 255
    rgb = (rgb - 0.5) * rng.uniform(0.6, 1.1) + 0.5 + rng.normal(0, 0.06)
    if rng.random() < 0.12:
        rgb = np.repeat(rgb.mean(2, keepdims=True), 3, axis=2)
    if rng.random() < 0.4:
        rgb = rgb + rng.normal(0, rng.uniform(0.01, 0.05), rgb.shape)
    return (np.clip(rgb, 0, 1) * 255 + 0.5).astype(np.uint8)


def make_chunk(
    seed: int, number: int, count: int = SCENES_PER_CHUNK, sprites_each: int = SPRITES_PER_MOTIF
) -> Scene:
    """`count` scenes: pixels (count, SIDE, SIDE, 3), labels and centres (count, SIDE, SIDE)."""
    rng = np.random.default_rng((seed, number))
    sprites = draw_sprites(rng, sprites_each)
    pixels = np.empty((count, SIDE, SIDE, 3), np.uint8)
    labels = np.empty((count, SIDE, SIDE), np.uint8)
    centres = labels.copy()
    for index in range(count):
        pixels[index], labels[index], centres[index] = make_scene(rng, sprites)
    return Scene(pixels, labels, centres)
