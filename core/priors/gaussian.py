"""Gaussian blur, of canvases and of gradients."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from core.resize import resize

# Wider blurs are made on a smaller copy: nothing finer would survive them anyway.
_WIDE = 16.0


def blur(canvas: Tensor, sigma: float, wrap: bool = False) -> Tensor:
    """`canvas` (N, C, H, W) under a Gaussian of standard deviation `sigma` pixels, above 0.

    The kernel ends at four deviations and sums to 1. Beyond its edges the canvas is mirrored, or
    goes on at the opposite one with `wrap`.
    """
    if sigma <= _WIDE:
        return convolve(canvas, kernel(sigma, math.ceil(4 * sigma)), wrap)
    height, width = canvas.shape[-2:]
    shrink = sigma / (_WIDE / 2)
    size = (max(1, round(height / shrink)), max(1, round(width / shrink)))
    small = blur(resize(canvas, size, True, wrap), _WIDE / 2, wrap)
    return resize(small, (height, width), True, wrap)


def kernel(sigma: float, radius: int) -> list[float]:
    """Samples of a Gaussian at whole pixels from -`radius` to `radius`, which sum to 1."""
    line = [math.exp(-0.5 * (place / sigma) ** 2) for place in range(-radius, radius + 1)]
    return [weight / math.fsum(line) for weight in line]


def convolve(canvas: Tensor, line: Sequence[float], wrap: bool = False) -> Tensor:
    """`canvas` (N, C, H, W) with `line`, symmetric and of odd length, along both axes.

    Beyond its edges the canvas is mirrored, the edge not repeated and as often as it takes, or goes
    on at the opposite edge with `wrap`.
    """
    radius = len(line) // 2
    # One pass per weight over the whole canvas: several times as fast as conv2d for three channels.
    for axis in (-2, -1):
        have = canvas.shape[axis]
        period = have if wrap else max(1, 2 * have - 2)
        place = torch.arange(-radius, have + radius, device=canvas.device) % period
        if not wrap:
            place = torch.minimum(place, period - place)
        wide = canvas.index_select(axis, place)
        canvas = wide.narrow(axis, 0, have) * line[0]
        for index, weight in enumerate(line[1:], start=1):
            canvas.add_(wide.narrow(axis, index, have), alpha=weight)
    return canvas
