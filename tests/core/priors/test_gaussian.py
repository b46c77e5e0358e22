"""Gaussian blur against sums over places written out."""

from __future__ import annotations

import math

import pytest
import torch

from core.priors.gaussian import blur, convolve, kernel


def random_canvas(height: int, width: int) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(4))


def mirrored(place: int, length: int) -> int:
    while not 0 <= place < length:
        place = -place if place < 0 else 2 * (length - 1) - place
    return place


@pytest.mark.parametrize("wrap", [False, True])
def test_every_pixel_is_a_weighted_mean_of_those_around_it(wrap: bool) -> None:
    height, width, sigma = 5, 9, 1.3
    canvas = random_canvas(height, width)
    expected = torch.zeros_like(canvas)
    reach = range(-6, 7)
    whole = sum(math.exp(-(i * i + j * j) / (2 * sigma**2)) for i in reach for j in reach)
    for y in range(height):
        for x in range(width):
            for i in reach:
                for j in reach:
                    weight = math.exp(-(i * i + j * j) / (2 * sigma**2)) / whole
                    row = (y + i) % height if wrap else mirrored(y + i, height)
                    column = (x + j) % width if wrap else mirrored(x + j, width)
                    expected[..., y, x] += weight * canvas[..., row, column]
    torch.testing.assert_close(blur(canvas, sigma, wrap), expected)


@pytest.mark.parametrize("wrap", [False, True])
def test_wide_blurs_take_a_short_cut_to_the_same(wrap: bool) -> None:
    canvas = random_canvas(90, 140)
    exact = convolve(canvas, kernel(24, 96), wrap)
    assert float((blur(canvas, 24, wrap) - exact).abs().max()) < 0.01
    assert float((canvas - exact).abs().max()) > 0.3


def test_even_canvases_and_single_pixels_stay() -> None:
    for size in ((1, 1), (1, 30), (64, 48)):
        even = torch.full((1, 3, *size), 0.3)
        for sigma in (0.3, 5.0, 200.0):
            torch.testing.assert_close(blur(even, sigma), even)
