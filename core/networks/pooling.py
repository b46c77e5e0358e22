"""Maximum pooling whose gradient is computed by all of a processor's threads.

PyTorch gives each picture of a batch to one thread, so that a single picture keeps all but one
waiting. Here it is taken for a batch: strips of rows, one below the other. A window that reaches
over the end of a strip may have its maximum in another one; what belongs to those is added last.
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
    """As `torch.nn.functional.max_pool2d`: the same values, the same gradient."""
    options = kernel_size, stride or kernel_size, padding, dilation, ceil_mode
    single = maps.device.type == "cpu" and len(maps) == 1 and torch.get_num_threads() > 1
    if single and maps.requires_grad and all(isinstance(each, int) for each in options):
        return _InStrips.apply(maps, *options)  # type: ignore[no-any-return]
    return F.max_pool2d(maps, *options)


class _Strips(NamedTuple):
    """A single map in strips: how many, and how many rows each has of the output, of the input."""

    count: int
    rows: int
    seen: int


def _strips(height: int, pooled: int, stride: int) -> _Strips:
    count = torch.get_num_threads()
    rows = min(pooled // count, height // (count * stride))
    return _Strips(count, rows, rows * stride)


class _InStrips(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        maps: Tensor,
        kernel: int,
        stride: int,
        padding: int,
        dilation: int,
        ceil_mode: bool,
    ) -> Tensor:
        ctx.options = [kernel] * 2, [stride] * 2, [padding] * 2, [dilation] * 2, ceil_mode
        ctx.shape = maps.shape
        maps = maps.contiguous(memory_format=torch.channels_last)
        pooled, places = torch.ops.aten.max_pool2d_with_indices(maps, *ctx.options)
        strips = _strips(maps.shape[-2], pooled.shape[-2], stride)
        # As a batch a strip must have the size that PyTorch expects of it.
        within = torch.empty(1, 1, strips.seen, maps.shape[-1], device="meta")
        ctx.strips = (
            strips
            if strips.rows
            and F.max_pool2d(within, kernel, stride, padding, dilation, ceil_mode).shape[-2:]
            == (strips.rows, pooled.shape[-1])
            else None
        )
        if ctx.strips is None:
            ctx.save_for_backward(places)
            return pooled
        # (rows, columns, channels), as they lie in memory.
        flat = places.permute(0, 2, 3, 1)[0]
        size = strips.seen * maps.shape[-1]
        done = strips.count * strips.rows
        ends = {end + side for end in range(strips.rows, done + 1, strips.rows) for side in (-1, 0)}
        rest = torch.tensor(sorted({*ends, *range(done, len(flat))}))
        local = flat[:done].view(strips.count, strips.rows, *flat.shape[1:])
        cells = flat[rest]
        strip = (rest // strips.rows).view(-1, 1, 1)
        own = (strip < strips.count) & (cells >= strip * size) & (cells < (strip + 1) * size)
        local[1:] -= torch.arange(1, strips.count).view(-1, 1, 1, 1) * size
        inner = rest < done
        # PyTorch passes over places that are -1.
        flat[rest[inner]] = flat[rest[inner]].masked_fill_(~own[inner], -1)
        ctx.save_for_backward(local, rest, cells, own)
        return pooled

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        gradient = gradient.contiguous(memory_format=torch.channels_last)
        total = torch.empty(ctx.shape, dtype=gradient.dtype, memory_format=torch.channels_last)
        back = torch.ops.aten.max_pool2d_with_indices_backward.grad_input
        if ctx.strips is None:
            (places,) = ctx.saved_tensors
            back(gradient, total, *ctx.options, places, grad_input=total)
            return total, *[None] * 5
        local, rest, cells, own = ctx.saved_tensors
        strips: _Strips = ctx.strips
        flat, whole = gradient.permute(0, 2, 3, 1)[0], total.permute(0, 2, 3, 1)[0]
        given = flat[: strips.count * strips.rows].view(local.shape).permute(0, 3, 1, 2)
        taken = whole[: strips.count * strips.seen]
        taken = taken.view(strips.count, strips.seen, *whole.shape[1:]).permute(0, 3, 1, 2)
        back(given, taken, *ctx.options, local.permute(0, 3, 1, 2), grad_input=taken)
        whole[strips.count * strips.seen :] = 0
        channels = whole.shape[-1]
        others = flat[rest].masked_fill_(own, 0).view(-1, channels)
        whole.view(-1, channels).scatter_add_(0, cells.view(-1, channels), others)
        return total, *[None] * 5
