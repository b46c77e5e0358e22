"""Gradient smoothing: three Gaussians that widen over the steps, from pytorch-deepdream."""

from __future__ import annotations

from torch import Tensor

from core.priors.gaussian import convolve, kernel

# By so many pixels is the middle Gaussian wider than the coefficient at an octave's last step.
_GROWTH = 2.0


def smoothing_sigma(coefficient: float, iteration: int, iterations: int) -> float:
    """Standard deviation, in pixels, of the middle Gaussian at step `iteration`, from 0."""
    return coefficient + _GROWTH * (iteration + 1) / iterations


def smoothing_radius(coefficient: float) -> int:
    """Where all kernels of an octave end, in pixels: 4 at the published coefficient of .5.

    In proportion to the widest Gaussian, or those of large coefficients would be box filters.
    """
    return round(1.6 * (coefficient + _GROWTH))


def smooth(gradient: Tensor, sigma: float, radius: int, wrap: bool = False) -> Tensor:
    """The mean of `gradient` (N, C, H, W) under Gaussians of half, one and two times `sigma`."""
    total = convolve(gradient, kernel(0.5 * sigma, radius), wrap)
    for factor in (1.0, 2.0):
        total.add_(convolve(gradient, kernel(factor * sigma, radius), wrap))
    return total.div_(3)
