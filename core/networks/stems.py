"""First convolutions made fast: few input channels leave a processor's vector units half empty.

A convolution with a stride of two over the picture is one without a stride over the picture's 2x2
blocks, each taken as a place with four times the channels. It gives the same sums of the same
products, and runs nearly twice as fast both ways where the kernel is large.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_STRIDE = 2
# Smaller kernels would multiply by zero more often than is saved, more channels need no help.
_SMALLEST_KERNEL = 5
_MOST_CHANNELS = 4


class BlockConv(nn.Module):
    """The convolution `conv` over blocks of 2x2 pixels; equal but for the order of its sums.

    Args:
        conv: one that `pays`; its numbers are copied.
    """

    weight: Tensor

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        outputs, channels, height, width = conv.weight.shape
        self._kernel, self._padding = (height, width), _padding_of(conv)
        before = [-(-padding // _STRIDE) for padding in self._padding]
        self._before = before
        taps = [
            (side - 1 - padding) // _STRIDE + first + 1
            for side, padding, first in zip(self._kernel, self._padding, before, strict=True)
        ]
        self._taps = taps
        weight = conv.weight.detach().new_zeros(
            outputs, channels, _STRIDE * taps[0], _STRIDE * taps[1]
        )
        top, left = (
            _STRIDE * first - padding for first, padding in zip(before, self._padding, strict=True)
        )
        weight[..., top : top + height, left : left + width] = conv.weight.detach()
        blocks = F.pixel_unshuffle(weight, _STRIDE).contiguous(memory_format=torch.channels_last)
        self.register_buffer("weight", blocks)
        self.register_buffer("bias", None if conv.bias is None else conv.bias.detach().clone())

    def forward(self, values: Tensor) -> Tensor:
        bias = self.bias if isinstance(self.bias, Tensor) else None
        return F.conv2d(self.blocks(values), self.weight, bias)

    def blocks(self, values: Tensor) -> Tensor:
        """What is convolved: `values` with a border, each of its places a block."""
        ends = []
        for axis in (0, 1):
            length = values.shape[axis - 2]
            made = (length + 2 * self._padding[axis] - self._kernel[axis]) // _STRIDE + 1
            # So many blocks, those of zeros included, give exactly as many places.
            blocks = made + self._taps[axis] - 1
            before = _STRIDE * self._before[axis]
            ends.append((before, _STRIDE * blocks - before - length))
        padded = F.pad(values, (*ends[1], *ends[0]))
        return F.pixel_unshuffle(padded, _STRIDE).contiguous(memory_format=torch.channels_last)


def pays(conv: nn.Module) -> bool:
    """Whether `conv` is a first convolution that `BlockConv` can stand for, and faster."""
    return (
        isinstance(conv, nn.Conv2d)
        and conv.in_channels <= _MOST_CHANNELS
        and conv.groups == 1
        and tuple(conv.stride) == (_STRIDE, _STRIDE)
        and tuple(conv.dilation) == (1, 1)
        and conv.padding_mode == "zeros"
        and not isinstance(conv.padding, str)
        and min(conv.kernel_size) >= _SMALLEST_KERNEL
    )


def _padding_of(conv: nn.Conv2d) -> tuple[int, int]:
    down, across = conv.padding
    return int(down), int(across)
