"""Maximum pooling whose gradient is computed by all of a processor's threads.

PyTorch gives each picture of a batch to one thread, so that a single picture keeps all but one
waiting. Here it is taken for a batch: strips of rows, one below the other. A window that reaches
over an end of its strip may have its maximum in another one; what belongs to those is added last.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor


def max_pool2d(
    maps: Tensor,
    kernel_size: int,
    stride: int | None = None,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """As `torch.nn.functional.max_pool2d`: the same values, the same gradient but for rounding."""
    options = kernel_size, stride or kernel_size, padding, dilation, ceil_mode
    square = all(isinstance(each, int) for each in options)
    single = maps.device.type == "cpu" and len(maps) == 1
    if square and single and maps.requires_grad and torch.get_num_threads() > 1:
        strips = _strips(maps.shape, *options)
        if strips is not None:
            return _InStrips.apply(maps, options, strips)  # type: ignore[no-any-return]
    return F.max_pool2d(maps, *options)


class _Strips(NamedTuple):
    """A map in strips: how many, and how many rows each has of what is pooled and of the pooled.

    What is left below them is in none.
    """

    count: int
    rows: int
    pooled: int


def _strips(
    shape: torch.Size, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool
) -> _Strips | None:
    """The strips of a map (1, C, H, W); None where they would not be pooled as a map is."""

    def pooled(height: int) -> torch.Size:
        like = torch.empty(1, 1, height, shape[-1], device="meta")
        return F.max_pool2d(like, kernel, stride, padding, dilation, ceil_mode).shape[-2:]

    count = torch.get_num_threads()
    rows = min(pooled(shape[-2])[0] // count, shape[-2] // (count * stride))
    # So many that a strip and the windows that begin in it go together, and no window that begins
    # in one ends beyond the next.
    if rows * stride < dilation * (kernel - 1) + 1 or pooled(rows * stride)[0] != rows:
        return None
    return _Strips(count, rows * stride, rows)


class _InStrips(torch.autograd.Function):
    """Pooling of a single map (1, C, H, W) in `strips`."""

    @staticmethod
    def forward(
        ctx: Any, maps: Tensor, options: tuple[int, int, int, int, bool], strips: _Strips
    ) -> Tensor:
        kernel, stride, padding, dilation, ceil_mode = options
        ctx.options = [kernel] * 2, [stride] * 2, [padding] * 2, [dilation] * 2, ceil_mode
        ctx.strips, ctx.shape = strips, maps.shape
        maps = maps.contiguous(memory_format=torch.channels_last)
        found, places = torch.ops.aten.max_pool2d_with_indices(maps, *ctx.options)
        # (rows, columns, channels), as they lie in memory; each the number of a pixel of the map.
        places = places.permute(0, 2, 3, 1)[0]
        within = strips.count * strips.pooled
        ends = range(strips.pooled, within + 1, strips.pooled)
        edges = {row for end in ends for row in (end - 1, end) if row < len(places)}
        rest = torch.tensor(sorted(edges | set(range(within, len(places)))))
        others = places[rest]
        pixels = strips.rows * maps.shape[-1]
        in_strips = places[:within].view(strips.count, strips.pooled, *places.shape[1:])
        in_strips[1:] -= (torch.arange(1, strips.count) * pixels).view(-1, 1, 1, 1)
        # PyTorch passes over what has no place, -1.
        own = torch.zeros_like(others, dtype=torch.bool)
        for number, row in enumerate(rest.tolist()):
            if row < within:
                own[number] = (places[row] >= 0) & (places[row] < pixels)
                places[row].masked_fill_(~own[number], -1)
        ctx.save_for_backward(in_strips, rest, others, own)
        return found

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> tuple[Tensor | None, ...]:
        gradient = grad_outputs[0].contiguous(memory_format=torch.channels_last)
        in_strips, rest, others, own = ctx.saved_tensors
        strips: _Strips = ctx.strips
        total = torch.empty(ctx.shape, dtype=gradient.dtype, memory_format=torch.channels_last)
        given, taken = gradient.permute(0, 2, 3, 1)[0], total.permute(0, 2, 3, 1)[0]
        within, seen = strips.count * strips.pooled, strips.count * strips.rows
        batch = taken[:seen].view(strips.count, strips.rows, *taken.shape[1:])
        batch = batch.permute(0, 3, 1, 2)
        torch.ops.aten.max_pool2d_with_indices_backward.grad_input(
            given[:within].view(in_strips.shape).permute(0, 3, 1, 2),
            batch,
            *ctx.options,
            in_strips.permute(0, 3, 1, 2),
            grad_input=batch,
        )
        taken[seen:] = 0
        channels = taken.shape[-1]
        added = given[rest].masked_fill_(own, 0).view(-1, channels)
        taken.view(-1, channels).scatter_add_(0, others.view(-1, channels), added)
        return total, None, None
