"""The built-in network's pooling, for dreaming made fast on processors.

PyTorch's ways back through means, through padding by repetition, and in 16 bits through
convolutions of single channels are loops that are not vectorised: a fifth of a step. What goes back
through a mean of neighbours is a mean of neighbours too, and what goes back through a blur that
halves is one that doubles; both are convolutions of single channels, which are fast as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

# With fewer values than this the few calls more take longer than the loops.
_SMALLEST = 64 * 1024


class BlurPool(nn.Module):
    """Halves height and width after a binomial blur of 4x4 (Zhang 2019); 2n and 2n + 1 give n.

    Args:
        channels: how many there are.
    """

    kernel: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        # Sixty-fourths: exact in any format.
        line = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
        kernel = torch.outer(line, line).repeat(channels, 1, 1, 1)
        self.register_buffer("kernel", kernel, persistent=False)

    def forward(self, values: Tensor) -> Tensor:
        if values.device.type == "cpu" and values.requires_grad:
            pooled = _Blur.apply(values, self.kernel)
            assert isinstance(pooled, Tensor)
            return pooled
        return _blurred(values, self.kernel)


class MeanPool(nn.Module):
    """The mean of each place and those around it, as many as there are at the picture's border."""

    def forward(self, values: Tensor) -> Tensor:
        if values.device.type != "cpu" or not values.requires_grad:
            return _means(values)
        if values.numel() < _SMALLEST or min(values.shape[-2:]) < 2:
            # The way back in 16 bits would be ten times as slow.
            return _means(values.to(_at_least_float32(values.dtype))).to(values.dtype)
        pooled = _Mean.apply(values)
        assert isinstance(pooled, Tensor)
        return pooled


def _blurred(values: Tensor, kernel: Tensor) -> Tensor:
    padded = F.pad(values, (1, 1, 1, 1), mode="replicate")
    return F.conv2d(padded, kernel.to(values.dtype), stride=2, groups=len(kernel))


def _means(values: Tensor) -> Tensor:
    return F.avg_pool2d(values, 3, 1, 1, count_include_pad=False)


class _Blur(torch.autograd.Function):
    """See `BlurPool`."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, kernel: Tensor) -> Tensor:
        ctx.sides, ctx.kernel = values.shape[-2:], kernel
        return _blurred(values, kernel)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        odd = [side % 2 for side in ctx.sides]
        exact = _at_least_float32(gradient.dtype)
        back = F.conv_transpose2d(
            gradient.to(exact), ctx.kernel.to(exact), None, 2, 1, odd, len(ctx.kernel)
        )
        # The line at an end has 3/8 of its gradient now, and is read once more, with 1/8, in the
        # place of the line that is missing beyond; at an odd side's end nobody reads that.
        return _scale_ends(back, 4 / 3, odd).to(gradient.dtype), None


class _Mean(torch.autograd.Function):
    """See `MeanPool`; at both ends of each axis windows have two lines of three."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        return _scale_ends(_ninths(values), 3 / 2)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:  # type: ignore[override]
        return _ninths(_scale_ends(gradient.clone(), 3 / 2))


def _ninths(values: Tensor) -> Tensor:
    """A ninth of the sum of each place and those around it, zeros beyond the border."""
    kernel = _ninths_of(values.shape[1], values.dtype)
    return F.conv2d(values, kernel, padding=1, groups=len(kernel))


@cache
def _ninths_of(channels: int, dtype: torch.dtype) -> Tensor:
    kernel = torch.full((channels, 1, 3, 3), 1 / 9, dtype=dtype)
    # Nine rounded ninths are not one; with this they are.
    kernel[:, :, 1, 1] = 1 - 8 * float(kernel[0, 0, 0, 0])
    return kernel


def _scale_ends(values: Tensor, factor: float, odd: Sequence[int] = (0, 0)) -> Tensor:
    """`values`, whose lines at both ends of each axis, of an `odd` one at its first, are scaled."""
    for axis, is_odd in zip((-2, -1), odd, strict=True):
        for end in (0,) if is_odd else (0, -1):
            values.select(axis, end).mul_(factor)
    return values


def _at_least_float32(dtype: torch.dtype) -> torch.dtype:
    return torch.promote_types(dtype, torch.float32)
