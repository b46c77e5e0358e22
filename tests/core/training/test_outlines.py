"""Limbs and outlines tell how far each place is from the shape, and where along it."""

from __future__ import annotations

import numpy as np
import pytest

from core.training.motifs.drawing import Place
from core.training.motifs.outlines import FAR, limb, outline, rounded

SQUARE = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]


def at(*points: tuple[float, float]) -> Place:
    x, y = np.array(points, np.float32).T
    return Place(x[None], y[None])


def test_a_limb_is_measured_from_its_tapering_skin() -> None:
    axis = np.stack([np.linspace(-0.5, 0.5, 11), np.zeros(11)], 1)
    body = limb(
        at((-0.5, 0), (0, 0), (0, 0.15), (0.25, 0.25), (0, 1)), axis, np.linspace(0.2, 0.1, 11)
    )
    np.testing.assert_allclose(body.distance[0], [-0.2, -0.15, 0, 0.125, FAR], atol=1e-3)
    np.testing.assert_allclose(body.along[0, :4], [0, 0.5, 0.5, 0.75], atol=1e-3)
    np.testing.assert_allclose(body.across[0, :4], [0, 0, 1, 2], atol=1e-3)


def test_a_limb_is_brightest_towards_the_light_above() -> None:
    axis = np.stack([np.linspace(-0.5, 0.5, 11), np.zeros(11)], 1)
    for line in (axis, axis[::-1]):
        upper, lower = limb(at((0, -0.12), (0, 0.12)), line, np.full(11, 0.2)).light[0]
        assert upper > lower + 0.3


def test_an_outline_is_negative_inside_alone() -> None:
    distance = outline(at((0, 0), (0.4, 0), (0.8, 0.9), (-0.7, 0.1)), SQUARE)
    np.testing.assert_allclose(distance[0], [-0.5, -0.1, 0.5, 0.2], atol=1e-6)


@pytest.mark.parametrize("pieces", [2, 5])
def test_a_rounded_curve_passes_through_its_points_and_bulges_between(pieces: int) -> None:
    curve = rounded(SQUARE, pieces)
    assert len(curve) == len(SQUARE) * pieces
    np.testing.assert_allclose(curve[::pieces], SQUARE)
    assert curve[:, 1].min() < -0.5
