"""Distances from free curves: a limb along a line, a closed outline through a few points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.training.motifs.drawing import Array, Place

# Where the light comes from, towards the viewer last; a unit vector.
LIGHT = (-0.42, -0.56, 0.71)


# How far from a limb its distance is still told; beyond, it is `FAR`.
MARGIN = 0.25
FAR = 9.0


class Limb(NamedTuple):
    """What each pixel is to a limb, (SIDE, SIDE) each.

    Attributes:
        distance: from its skin, negative inside; `FAR` where that is more than about `MARGIN`.
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
    # Most limbs are small: only the pixels about them are worked on, and as float32.
    middle = (axis.max(0) + axis.min(0)) / 2
    reach = np.hypot(*(axis - middle).T).max() + half.max() + MARGIN
    near = (place.x - middle[0]) ** 2 + (place.y - middle[1]) ** 2 < reach**2
    x, y = (field[near].astype(np.float32) for field in place)
    distance, along, across, light = (
        np.full(near.shape, value, np.float32) for value in (FAR, 0, 0, 0)
    )
    distance[near], along[near], across[near], light[near] = _along(x, y, axis, half)
    return Limb(distance, along, across, light)


def _along(x: Array, y: Array, axis: Array, half: Array) -> tuple[Array, Array, Array, Array]:
    """The fields of a `Limb` at places (m,)."""
    step = np.gradient(axis, axis=0)
    stride = np.hypot(step[:, 0], step[:, 1]) + 1e-6
    step = step / stride[:, None]
    away_x, away_y = x - axis[:, 0, None], y - axis[:, 1, None]
    nearest = np.argmin(np.sqrt(away_x * away_x + away_y * away_y) - half[:, None], axis=0)
    x, y = x - axis[nearest, 0], y - axis[nearest, 1]
    ahead, side = step[nearest, 0], step[nearest, 1]
    forward, across = x * ahead + y * side, y * ahead - x * side
    beyond = np.clip(forward / stride[nearest], -0.5, 0.5)
    position = nearest + beyond
    width = np.interp(position, np.arange(len(half)), half)
    across = across / width
    distance = np.hypot(across * width, forward - beyond * stride[nearest]) - width
    bulge = np.clip(across, -1, 1)
    light = bulge * (ahead * LIGHT[1] - side * LIGHT[0]) + np.sqrt(1 - bulge**2) * LIGHT[2]
    return distance, np.clip(position / (len(half) - 1), 0, 1), across, np.clip(light, 0, 1)


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
