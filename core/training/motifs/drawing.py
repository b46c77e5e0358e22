"""What motifs are drawn with: coordinates, coverage, colour, noise, layers of paint.

A sprite is `SIDE` pixels wide and high. Coordinates run over [-1, 1], x to the right, y down; a
distance is negative inside a shape. Fields are (SIDE, SIDE) float32; colours are (3,) or
(SIDE, SIDE, 3), red green blue in [0, 1].
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

# Fields are stored as float32; what numpy computes of them on the way may be wider.
Array = NDArray[np.floating]
Rng = np.random.Generator

SIDE = 96
PIXEL = 2 / SIDE
# Pillow has no antialiasing: it draws this much larger and is then averaged.
OVERSAMPLING = 3
WHITE = np.ones(3, np.float32)
INK = np.array([0.03, 0.025, 0.04], np.float32)


class Sprite(NamedTuple):
    """A drawn motif: rgb (SIDE, SIDE, 3) and alpha (SIDE, SIDE), float32 in [0, 1]."""

    rgb: Array
    alpha: Array


class Place(NamedTuple):
    """Coordinates of every pixel, (SIDE, SIDE) each."""

    x: Array
    y: Array

    @property
    def radius(self) -> Array:
        return np.hypot(self.x, self.y)

    @property
    def angle(self) -> Array:
        return np.arctan2(self.y, self.x)

    def seen_from(self, x: float, y: float, scale: float = 1.0) -> Place:
        """The same place with (x, y) as the origin and `scale` as the unit."""
        return Place((self.x - x) / scale, (self.y - y) / scale)


class Layers:
    """Paint laid over paint; `sprite` gives what came of it."""

    def __init__(self) -> None:
        self.rgb = np.zeros((SIDE, SIDE, 3), np.float32)
        self.alpha = np.zeros((SIDE, SIDE), np.float32)

    def add(self, colour: Array, cover: Array | float) -> None:
        """Lay `colour` where `cover` is 1, in part where it is between 0 and 1."""
        cover = np.broadcast_to(np.asarray(cover, np.float32), self.alpha.shape)
        self.rgb = mix(self.rgb, colour, cover)
        self.alpha = np.maximum(self.alpha, cover)

    def tint(self, colour: Array, cover: Array | float) -> None:
        """As `add`, but only where there is paint already."""
        self.rgb = mix(self.rgb, colour, cover * self.alpha)

    def stamp(self, sprite: Sprite) -> None:
        self.add(sprite.rgb, sprite.alpha)

    def sprite(self, alpha: Array | None = None) -> Sprite:
        """The sprite; `alpha` in place of what the paint covers, where given."""
        cover = self.alpha if alpha is None else alpha
        return Sprite(
            np.clip(self.rgb, 0, 1).astype(np.float32), np.clip(cover, 0, 1).astype(np.float32)
        )


class Pen:
    """Polygons, lines and discs by Pillow, averaged down; points are (n, 2) in [-1, 1]."""

    def __init__(self) -> None:
        self.side = SIDE * OVERSAMPLING
        self.image = Image.new("RGBA", (self.side, self.side))
        self.draw = ImageDraw.Draw(self.image)

    def _points(self, points: ArrayLike) -> list[tuple[float, float]]:
        scaled = (np.asarray(points, np.float64).reshape(-1, 2) + 1) * self.side / 2
        return [(float(x), float(y)) for x, y in scaled]

    def polygon(self, points: ArrayLike, colour: Array) -> None:
        self.draw.polygon(self._points(points), fill=_bytes(colour))

    def line(self, points: ArrayLike, colour: Array, width: float) -> None:
        """A line with round ends and corners, `width` in units of the sprite's coordinates."""
        for point in np.asarray(points).reshape(-1, 2):
            self.disc(point, width / 2, colour)
        thick = max(1, round(width * self.side / 2))
        self.draw.line(self._points(points), fill=_bytes(colour), width=thick)

    def disc(self, centre: ArrayLike, radius: float, colour: Array) -> None:
        (x, y), reach = self._points(centre)[0], radius * self.side / 2
        self.draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=_bytes(colour))

    def sprite(self) -> Sprite:
        # Averaged premultiplied, or the empty canvas would darken every edge.
        pixels = np.asarray(self.image.convert("RGBa").reduce(OVERSAMPLING), np.float32) / 255
        alpha = pixels[..., 3]
        return Sprite(pixels[..., :3] / np.maximum(alpha, 1 / 255)[..., None], alpha)


def _bytes(colour: Array) -> tuple[int, int, int, int]:
    red, green, blue = (int(value) for value in np.clip(colour, 0, 1) * 255 + 0.5)
    return red, green, blue, 255


def smooth(low: float, high: float, values: Array) -> Array:
    """0 up to `low`, 1 from `high`, a smooth step between (the other way round if low > high)."""
    part = np.clip((values - low) / (high - low), 0, 1)
    return (part * part * (3 - 2 * part)).astype(np.float32)


def inside(distance: Array, width: float = 1.5) -> Array:
    """Coverage of a shape from its distance field; the edge is `width` pixels soft."""
    return np.clip(0.5 - distance / (width * PIXEL), 0, 1).astype(np.float32)


def line_at(distance: Array, half_width: float, softness: float = 1.5) -> Array:
    """Coverage of a line along distance 0."""
    return inside(np.abs(distance) - half_width, softness)


def blob(place: Place, size: float) -> Array:
    """A soft spot of about `size` at the place's origin."""
    return np.exp(-(place.x**2 + place.y**2) / size**2).astype(np.float32)


def mix(under: Array, over: Array, amount: Array | float) -> Array:
    """`under` and `over` blended; amounts (SIDE, SIDE) go with colours of any shape."""
    amount = np.asarray(amount, np.float32)
    if amount.ndim == 2:
        amount = amount[..., None]
    return (under * (1 - amount) + over * amount).astype(np.float32)


def lit(colour: Array, light: Array) -> Array:
    """A colour under a light of (SIDE, SIDE), as (SIDE, SIDE, 3)."""
    return (colour * light[..., None]).astype(np.float32)


def hsv(hue: float, saturation: float, value: float) -> Array:
    rgb = colorsys.hsv_to_rgb(hue % 1, min(max(saturation, 0), 1), min(max(value, 0), 1))
    return np.array(rgb, np.float32)


def hue_near(rng: Rng, hues: Sequence[float], chance: float = 0.65) -> float:
    """One of the motif's own hues with some spread, or, the other times, any."""
    return float(rng.choice(hues) + rng.normal(0, 0.02)) if rng.random() < chance else rng.random()


def palette(rng: Rng, hue: float | None = None, spread: float | None = None) -> list[Array]:
    """Five colours around one hue: light, dark, light, dark, light."""
    hue = rng.random() if hue is None else hue
    spread = float(rng.choice([0.06, 0.12, 0.33, 0.5])) if spread is None else spread
    colours = []
    for index in range(5):
        value = rng.uniform(0.08, 0.42) if index % 2 else rng.uniform(0.68, 1)
        shift = spread * rng.uniform(-1, 1) * (index > 0)
        colours.append(hsv(hue + shift, rng.uniform(0.1, 0.9), value))
    return colours


@lru_cache(maxsize=64)
def _spread(cells: int) -> Array:
    """(SIDE, cells) matrix that interpolates `cells` values smoothly over the sprite."""
    position = np.linspace(0, cells - 1.001, SIDE)
    first = position.astype(int)
    part = position - first
    part = part * part * (3 - 2 * part)
    matrix = np.zeros((SIDE, cells), np.float32)
    rows = np.arange(SIDE)
    matrix[rows, first] = 1 - part
    matrix[rows, first + 1] += part
    return matrix


def noise(rng: Rng, cells: int, octaves: int = 1) -> Array:
    """Smooth noise about 0, of deviation about 1/2, features `cells` to the side."""
    total, weight, sum_of_weights = np.zeros((SIDE, SIDE), np.float32), 1.0, 0.0
    for octave in range(octaves):
        count = cells * 2**octave + 2
        values = rng.standard_normal((count, count)).astype(np.float32)
        total += weight * (_spread(count) @ values @ _spread(count).T)
        sum_of_weights += weight
        weight /= 2
    return total / sum_of_weights


def pose(rng: Rng, turn: float | None = None, warp: float = 0.05, stretch: float = 0.12) -> Place:
    """Coordinates turned, stretched and warped by chance.

    Args:
        turn: standard deviation of the angle in radians; None for any angle.
        warp: how far noise moves a point.
        stretch: standard deviation of the logarithm of the aspect.
    """
    angle = rng.uniform(-np.pi, np.pi) if turn is None else rng.normal(0, turn)
    line = (np.arange(SIDE, dtype=np.float32) + 0.5) * PIXEL - 1
    x, y = np.meshgrid(line, line)
    x, y = x + warp * noise(rng, 2), y + warp * noise(rng, 2)
    cosine, sine, aspect = np.cos(angle), np.sin(angle), np.exp(rng.normal(0, stretch))
    turned_x, turned_y = (cosine * x + sine * y) * aspect, (cosine * y - sine * x) / aspect
    return Place(turned_x.astype(np.float32), turned_y.astype(np.float32))


def turned(points: ArrayLike, angle: float) -> NDArray[np.float64]:
    """(n, 2) points turned about the origin."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.asarray(points, np.float64) @ np.array([[cosine, sine], [-sine, cosine]])
