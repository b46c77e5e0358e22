"""Gradient smoothing against kernels of two dimensions, as pytorch-deepdream has them."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from core.priors.smoothing import smooth, smoothing_radius, smoothing_sigma


def square_kernel(sigma: float) -> torch.Tensor:
    """Nine by nine samples of a Gaussian, which sum to 1."""
    place = torch.arange(9.0) - 4
    weights = torch.exp(-(place[:, None] ** 2 + place[None] ** 2) / (2 * sigma**2))
    return (weights / weights.sum()).expand(3, 1, 9, 9)


@pytest.mark.parametrize("sigma", [0.7, 2.5])
def test_the_mean_of_three_gaussians(sigma: float) -> None:
    gradient = torch.randn(1, 3, 12, 17, generator=torch.Generator().manual_seed(1))
    padded = F.pad(gradient, (4, 4, 4, 4), mode="reflect")
    expected = torch.zeros_like(gradient)
    for factor in (0.5, 1, 2):
        expected += F.conv2d(padded, square_kernel(factor * sigma), groups=3) / 3
    smoothed = smooth(gradient, sigma, smoothing_radius(0.5))
    torch.testing.assert_close(smoothed, expected, atol=1e-6, rtol=1e-5)


def test_it_widens_from_step_to_step() -> None:
    sigmas = [smoothing_sigma(0.5, iteration, 10) for iteration in range(10)]
    assert sigmas == pytest.approx([0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 1.9, 2.1, 2.3, 2.5])
    assert (smoothing_radius(0.5), smoothing_radius(10)) == (4, 19)
