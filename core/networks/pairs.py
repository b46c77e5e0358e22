"""Operations that are exact on the way forward and rounded on the way back.

A shorter number format does most of its harm forward: what is near zero falls on a ReLU's other
side, a maximum is found in a neighbour's place, and the gradient then goes through other places
than it should. On the way back rounding only adds a little noise, which evens out. So here each
tensor is a `Pair`: its values, float32, and a stand-in in the shorter format, whose graph is the
way back. The way forward takes as long as in float32, the way back as in the shorter format.

What has no operation here goes through `exactly`, in float32 both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.fx.node import map_aggregate

from core.networks import stems
from core.networks.pooling import FastMaxPool, maxima, way_back_of_maxima

_CHANNELS_LAST = torch.channels_last


@dataclass(frozen=True)
class Pair:
    """A tensor.

    Attributes:
        value: what it holds, float32; of no gradient.
        back: of the same shape, in the shorter format, with no memory and no meaning of its own:
            gradients go back through it.
    """

    value: Tensor
    back: Tensor


def enter(value: Tensor, dtype: torch.dtype) -> Pair:
    """`value`, float32, whose gradient comes back in `dtype`."""
    return Pair(value.detach(), _Enter.apply(value, dtype))  # type: ignore[arg-type]


def leave(given: Any, dtype: torch.dtype) -> Any:
    """Pairs as ordinary tensors in `dtype`, whose gradients go back through the pairs."""

    def plain(part: Any) -> Any:
        return _Leave.apply(part.back, part.value, dtype) if isinstance(part, Pair) else part

    return map_aggregate(given, plain)


def exactly(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What `function` makes of pairs, computed in float32 both ways."""
    formats = _formats((args, kwargs))
    if not formats:
        return function(*args, **kwargs)

    def paired(result: Any) -> Any:
        is_values = isinstance(result, Tensor) and result.is_floating_point()
        return enter(result, formats[0]) if is_values else result

    exact = torch.float32
    made = function(*leave(args, exact), **leave(kwargs, exact))
    return map_aggregate(made, paired)


class Exactly(nn.Module):
    """A module, or a function, that is called by `exactly`."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self._function = function

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return exactly(self._function, *args, **kwargs)


def method(name: str, values: Any, *args: Any, **kwargs: Any) -> Any:
    """The method of that name of `values`, as a function that `exactly` can call."""
    return getattr(values, name)(*args, **kwargs)


class Conv(nn.Module):
    """A convolution whose way back is in `dtype`.

    Args:
        weight, bias: float32, as `torch.nn.functional.conv2d` takes them.
        geometry: what it takes behind them: stride, padding, dilation, groups.
    """

    def __init__(
        self, weight: Tensor, bias: Tensor | None, geometry: tuple[Any, ...], dtype: torch.dtype
    ) -> None:
        super().__init__()
        self._weight, self._bias, self._geometry = weight.detach(), bias, geometry
        self._rounded = weight.detach().to(dtype, memory_format=_CHANNELS_LAST)

    @classmethod
    def like(cls, conv: nn.Conv2d, dtype: torch.dtype) -> Conv:
        """`conv`, one that `is_plain`."""
        geometry = (conv.stride, conv.padding, conv.dilation, conv.groups)
        return cls(conv.weight, conv.bias, geometry, dtype)

    def forward(self, given: Pair) -> Pair:
        value = F.conv2d(given.value, self._weight, self._bias, *self._geometry)
        back = _Conv.apply(given.back, self._rounded, value.shape, self._geometry)
        return Pair(value, back)  # type: ignore[arg-type]


class BlockConv(nn.Module):
    """A first convolution over blocks of pixels, whose way back is in `dtype`."""

    def __init__(self, conv: stems.BlockConv, dtype: torch.dtype) -> None:
        super().__init__()
        self._blocks = conv.blocks
        bias = conv.bias if isinstance(conv.bias, Tensor) else None
        self._conv = Conv(conv.weight, bias, ((1, 1), (0, 0), (1, 1), 1), dtype)

    def forward(self, given: Pair) -> Pair:
        made = self._conv(exactly(self._blocks, given))
        assert isinstance(made, Pair)
        return made


def is_plain(conv: nn.Module) -> TypeGuard[nn.Conv2d]:
    """Whether `conv` is a convolution that `Conv` can stand for."""
    return (
        isinstance(conv, nn.Conv2d)
        and conv.padding_mode == "zeros"
        and not isinstance(conv.padding, str)
    )


class MaxPool(nn.Module):
    """The maximum pooling `pool`."""

    def __init__(self, pool: FastMaxPool) -> None:
        super().__init__()
        self._windows = pool.windows

    def forward(self, given: Pair) -> Pair:
        most, taps = maxima(given.value.contiguous(memory_format=_CHANNELS_LAST), self._windows)
        back = _MaxPool.apply(given.back, taps, self._windows)
        return Pair(most, back)  # type: ignore[arg-type]


def relu(given: Pair, inplace: bool = False) -> Pair:
    """As `torch.nn.functional.relu`."""
    value = F.relu(given.value, inplace)
    return Pair(value, _Relu.apply(given.back, value))  # type: ignore[arg-type]


def mean(
    given: Pair,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Pair:
    """As `torch.nn.functional.avg_pool2d`."""
    sides = (kernel_size, kernel_size if stride is None else stride, padding)
    windows: tuple[Any, ...] = (
        *([side, side] if isinstance(side, int) else list(side) for side in sides),
        ceil_mode,
        count_include_pad,
        divisor_override,
    )
    value = F.avg_pool2d(given.value, *windows)
    return Pair(value, _Mean.apply(given.back, value.shape, windows))  # type: ignore[arg-type]


def cat(given: Sequence[Pair], dim: int = 0) -> Pair:
    """As `torch.cat`."""
    value = torch.cat([pair.value for pair in given], dim)
    back = _Cat.apply(value.shape, dim, *(pair.back for pair in given))
    return Pair(value, back)  # type: ignore[arg-type]


def add(one: Any, other: Any) -> Pair:
    """As `torch.add`."""
    alike = isinstance(one, Pair) and isinstance(other, Pair) and one.back.shape == other.back.shape
    if not alike:
        return exactly(torch.add, one, other)
    return Pair(one.value + other.value, _Add.apply(one.back, other.back))  # type: ignore[arg-type]


class Shift(nn.Module):
    """What adds the same to all values, in place or not: nothing changes on the way back."""

    def __init__(self, shift: nn.Module) -> None:
        super().__init__()
        self._shift = shift

    def forward(self, given: Pair) -> Pair:
        return Pair(self._shift(given.value), given.back)


def _formats(arguments: Any) -> list[torch.dtype]:
    """The formats of the way back of all pairs in `arguments`."""
    found: list[torch.dtype] = []

    def note(part: Any) -> None:
        if isinstance(part, Pair):
            found.append(part.back.dtype)

    map_aggregate(arguments, note)
    return found


def _stand_in(shape: Sequence[int], dtype: torch.dtype) -> Tensor:
    """Of that shape, with the memory of one number."""
    return torch.zeros((), dtype=dtype).expand(shape)


def _cast(values: Tensor, dtype: torch.dtype) -> Tensor:
    """`values` in `dtype`. Of a single picture channels last would not look so any more."""
    if values.is_contiguous(memory_format=_CHANNELS_LAST):
        return values.to(dtype, memory_format=_CHANNELS_LAST)
    return values.to(dtype)


class _Enter(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, value: Tensor, dtype: torch.dtype) -> Tensor:
        ctx.dtype = value.dtype
        return _stand_in(value.shape, dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        return _cast(gradient, ctx.dtype), None


class _Leave(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, back: Tensor, value: Tensor, dtype: torch.dtype) -> Tensor:
        ctx.dtype = back.dtype
        # Not the tensor itself, whose gradient is none of its own.
        return _cast(value.view_as(value), dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:  # type: ignore[override]
        return _cast(gradient, ctx.dtype), None, None


class _Conv(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, back: Tensor, weight: Tensor, shape: torch.Size, geometry: tuple[Any, ...]
    ) -> Tensor:
        ctx.shape, ctx.weight, ctx.geometry = back.shape, weight, geometry
        return _stand_in(shape, back.dtype)

    @staticmethod
    @once_differentiable
    def backward(  # type: ignore[override]
        ctx: Any, gradient: Tensor
    ) -> tuple[Tensor, None, None, None]:
        stride, padding, dilation, groups = ctx.geometry
        # Only its shape is looked at; torch.nn.grad would have it filled.
        given = torch.empty(ctx.shape, dtype=gradient.dtype, memory_format=_CHANNELS_LAST)
        back, _, _ = torch.ops.aten.convolution_backward(
            gradient, given, ctx.weight, None, stride, padding, dilation, False, [0, 0], groups,
            [True, False, False],
        )  # fmt: skip
        return back, None, None, None


class _MaxPool(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, back: Tensor, taps: Tensor, windows: Any) -> Tensor:
        ctx.save_for_backward(taps)
        ctx.shape, ctx.windows = back.shape, windows
        return _stand_in(taps.shape, back.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:  # type: ignore[override]
        (taps,) = ctx.saved_tensors
        return way_back_of_maxima(gradient, taps, ctx.shape, ctx.windows), None, None


class _Relu(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, back: Tensor, value: Tensor) -> Tensor:
        if back.requires_grad:
            # What is above zero stays so when it is rounded.
            ctx.save_for_backward(_cast(value, back.dtype))
        return _stand_in(back.shape, back.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        (value,) = ctx.saved_tensors
        return torch.ops.aten.threshold_backward(gradient, value, 0), None


class _Mean(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, back: Tensor, shape: torch.Size, windows: tuple[Any, ...]) -> Tensor:
        ctx.shape, ctx.windows = back.shape, windows
        return _stand_in(shape, back.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:  # type: ignore[override]
        # Only its shape is looked at.
        given = torch.empty(ctx.shape, dtype=gradient.dtype, memory_format=_CHANNELS_LAST)
        return torch.ops.aten.avg_pool2d_backward(gradient, given, *ctx.windows), None, None


class _Cat(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, shape: torch.Size, dim: int, *backs: Tensor) -> Tensor:
        ctx.dim, ctx.sizes = dim, [back.shape[dim] for back in backs]
        return _stand_in(shape, backs[0].dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        return None, None, *gradient.split(ctx.sizes, ctx.dim)


class _Add(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, one: Tensor, other: Tensor) -> Tensor:
        return _stand_in(one.shape, one.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        return gradient, gradient
