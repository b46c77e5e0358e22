"""The sum of squares that most dreams raise, in half the passes over memory of PyTorch's own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def sum_of_squares(values: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
    """The sum, float32, of the squares of how far values are above a mean, in its deviations.

    Args:
        values: (N, C, H, W). What is below the mean adds nothing.
        mean, deviation: (1, C, 1, 1), float32, the deviation above 0.
    """
    total = _SumOfSquares.apply(values, mean, deviation)
    assert isinstance(total, Tensor)
    return total


class _SumOfSquares(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
        above = (values.float() - mean).div_(deviation).relu_()
        ctx.save_for_backward(above, deviation)
        ctx.dtype = values.dtype
        return above.square().sum()

    @staticmethod
    @once_differentiable
    def backward(  # type: ignore[override]
        ctx: Any, gradient: Tensor
    ) -> tuple[Tensor, None, None]:
        above, deviation = ctx.saved_tensors
        return (above * (2 * gradient / deviation)).to(ctx.dtype), None, None
