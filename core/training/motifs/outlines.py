"""Distances from free curves: a limb along a line, a closed outline through a few points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.training.motifs.drawing import Array, Place

# Where the light comes from, towards the viewer last; a unit vector.
LIGHT = (-0.42, -0.56, 0.71)


class Limb(NamedTuple):
    """What each pixel is to a limb, (SIDE, SIDE) each.

    Attributes:
        distance: from its skin, negative inside.
        along: 0 at its first point, 1 at its last.
        across: 0 on its axis, -1 and 1 at its sides.
        light: how it faces the light, 0 to 1, as a round body would.
    """

    distance: Array
    along: Array
    across: Array
    light: Array


def limb(place: Place, points: ArrayLike, widths: ArrayLike) -> Limb:
    """A round body along a line.

    Args:
        points: (n, 2), about evenly spaced.
        widths: (n,) half widths, above 0.
    """
    axis, half = np.asarray(points, np.float32), np.asarray(widths, np.float32)
    step = np.gradient(axis, axis=0)
    stride = np.hypot(step[:, 0], step[:, 1]) + 1e-6
    step = step / stride[:, None]
    # Wider numbers would take twice as long, here and in all that is computed of them.
    place = Place(place.x.astype(np.float32, copy=False), place.y.astype(np.float32, copy=False))
    x, y = place.x - axis[:, 0, None, None], place.y - axis[:, 1, None, None]
    nearest = np.argmin(np.sqrt(x * x + y * y) - half[:, None, None], axis=0)
    x, y = place.x - axis[nearest, 0], place.y - axis[nearest, 1]
    ahead, side = step[nearest, 0], step[nearest, 1]
    forward, across = x * ahead + y * side, y * ahead - x * side
    beyond = np.clip(forward / stride[nearest], -0.5, 0.5)
    position = nearest + beyond
    width = np.interp(position, np.arange(len(half)), half).astype(np.float32)
    left = forward - beyond * stride[nearest]
    across = across / width
    bulge = np.clip(across, -1, 1)
    light = bulge * (ahead * LIGHT[1] - side * LIGHT[0]) + np.sqrt(1 - bulge**2) * LIGHT[2]
    return Limb(
        np.hypot(across * width, left) - width,
        np.clip(position / (len(half) - 1), 0, 1).astype(np.float32),
        across,
        np.clip(light, 0, 1),
    )


def rounded(points: Sequence[tuple[float, float]], pieces: int = 5) -> NDArray[np.float64]:
    """A closed Catmull-Rom curve through the points, `pieces` straight parts between any two."""
    corners = np.asarray(points, np.float64)
    before, after, later = (np.roll(corners, shift, axis=0) for shift in (1, -1, -2))
    parts = []
    for step in np.arange(pieces) / pieces:
        parts.append(
            corners
            + 0.5 * step * (after - before)
            + step**2 * (before - 2.5 * corners + 2 * after - 0.5 * later)
            + step**3 * (1.5 * (corners - after) + 0.5 * (later - before))
        )
    return np.stack(parts, axis=1).reshape(-1, 2)


def outline(place: Place, points: ArrayLike) -> Array:
    """Distance from a closed polygon, negative inside; crossings are counted for the sign."""
    corners = np.asarray(points, np.float32)
    nearest = np.full(place.x.shape, np.inf, np.float32)
    odd = np.zeros(place.x.shape, bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        x, y, edge_x, edge_y = place.x - ax, place.y - ay, bx - ax, by - ay
        part = np.clip((x * edge_x + y * edge_y) / (edge_x**2 + edge_y**2 + 1e-9), 0, 1)
        nearest = np.minimum(nearest, (x - part * edge_x) ** 2 + (y - part * edge_y) ** 2)
        if ay != by:
            odd ^= ((place.y < ay) != (place.y < by)) & (x < y * edge_x / edge_y)
    return np.where(odd, -1, 1) * np.sqrt(nearest)
