"""Laplacian-pyramid normalisation of the gradient, from TensorFlow's Deep Dream notebook.

The gradient is split into bands of detail, each is divided by its root mean square, and they are
put together again: coarse structure then grows as fast as fine.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

# Burt and Adelson's binomial filter (1983).
_LINE = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)


def normalise_bands(gradient: Tensor, levels: int) -> Tensor:
    """`gradient` (N, C, H, W), its `levels` bands of detail and the rest each brought to RMS 1.

    A band that is zero stays so. Beyond the edges the gradient counts as zero.
    """
    bands = []
    for _ in range(levels):
        coarse = _reduced(gradient)
        bands.append(gradient - _expanded(coarse, gradient))
        gradient = coarse
    gradient = _unit(gradient)
    for band in reversed(bands):
        gradient = _expanded(gradient, band).add_(_unit(band))
    return gradient


def _unit(band: Tensor) -> Tensor:
    # Against the peak first, so that squares of tiny values do not vanish.
    tiny = torch.finfo(band.dtype).tiny
    band = band / band.abs().amax().clamp_min(tiny)
    return band / band.square().mean().sqrt().clamp_min(tiny)


def _before(length: int) -> int:
    """Zeros before the first of `length` samples, as TensorFlow pads a stride of two."""
    return 2 if length % 2 else 1


def _reduced(values: Tensor) -> Tensor:
    """Filtered, and every other sample of it along both axes; sides are halved and rounded up."""
    for axis in (-2, -1):
        length = values.shape[axis]
        half = (length + 1) // 2
        before = _before(length)
        ends = (before, 2 * half + 3 - length - before)
        wide = F.pad(values, (0, 0, *ends) if axis == -2 else ends)
        values = torch.zeros_like(_every_other(wide, axis, 0, half))
        for start, weight in enumerate(_LINE):
            values.add_(_every_other(wide, axis, start, half), alpha=weight)
    return values


def _expanded(coarse: Tensor, like: Tensor) -> Tensor:
    """`coarse` at twice its size, that of `like`: the transpose of `_reduced`, times 4."""
    for axis in (-2, -1):
        length, half = like.shape[axis], coarse.shape[axis]
        shape = list(coarse.shape)
        shape[axis] = 2 * half + 3
        wide = coarse.new_zeros(shape)
        for start, weight in enumerate(_LINE):
            _every_other(wide, axis, start, half).add_(coarse, alpha=2 * weight)
        coarse = wide.narrow(axis, _before(length), length)
    return coarse.contiguous()


def _every_other(values: Tensor, axis: int, start: int, count: int) -> Tensor:
    """A view of `count` samples along `axis`, every other one from `start`."""
    span = slice(start, start + 2 * count - 1, 2)
    return values[..., span, :] if axis == -2 else values[..., span]
