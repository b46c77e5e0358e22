"""Maximum pooling for processors, several times as fast as PyTorch's, which notes each maximum's
place in 64 bits, and goes back through a picture on a single core, one number at a time. That was a
sixth of a step of GoogLeNet in bfloat16.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from core.errors import BrokenInstallation
from core.language import _

if TYPE_CHECKING:
    from core.networks.pooling_loops import Loops


class _Format(NamedTuple):
    """A format of numbers: by how many bits it is less than float32, what holds its bits."""

    shift: int
    bits: torch.dtype


_FORMATS = {torch.float32: _Format(0, torch.int32), torch.bfloat16: _Format(16, torch.int16)}
_CHANNELS_LAST = torch.channels_last
# More places than that in a window cannot be told apart in eight bits.
_MOST_TAPS = 256
# With fewer values than this for each core, a second one is not worth being asked.
_SMALLEST = 16 * 1024


class FastMaxPool(nn.Module):
    """What `pool` does, and the same but for the rounding of sums on the way back.

    Args:
        pool: one that `can_be_fast`.

    Attributes:
        windows: where it takes maxima of.
    """

    def __init__(self, pool: nn.MaxPool2d) -> None:
        super().__init__()
        self.windows = Windows(
            _pair(pool.kernel_size),
            _pair(pool.stride),
            _pair(pool.padding),
            _pair(pool.dilation),
            pool.ceil_mode,
        )

    def forward(self, values: Tensor) -> Tensor:
        if (
            values.device.type == "cpu"
            and values.dtype in _FORMATS
            and values.requires_grad
            and values.is_contiguous(memory_format=_CHANNELS_LAST)
        ):
            most = _MaxPool.apply(values, self.windows)
            assert isinstance(most, Tensor)
            return most
        return F.max_pool2d(values, *self.windows)


def can_be_fast(pool: nn.Module) -> TypeGuard[nn.MaxPool2d]:
    """Whether `pool` is maximum pooling that `FastMaxPool` can stand for."""
    if not isinstance(pool, nn.MaxPool2d) or pool.return_indices:
        return False
    down, across = _pair(pool.kernel_size)
    return down * across <= _MOST_TAPS


def _pair(size: int | tuple[int, ...]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])


class Windows(NamedTuple):
    """As `torch.nn.functional.max_pool2d` takes them, in that order; down, across."""

    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]
    ceil: bool


class _MaxPool(torch.autograd.Function):
    """See `FastMaxPool`."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, windows: Windows) -> Tensor:
        most, taps = maxima(values.detach(), windows)
        ctx.save_for_backward(taps)
        ctx.windows, ctx.shape = windows, values.shape
        return most

    @staticmethod
    @once_differentiable
    def backward(  # type: ignore[override]
        ctx: Any, gradient: Tensor
    ) -> tuple[Tensor, None]:
        (taps,) = ctx.saved_tensors
        return way_back_of_maxima(gradient, taps, ctx.shape, ctx.windows), None


def maxima(values: Tensor, windows: Windows) -> tuple[Tensor, Tensor]:
    """The most of each window, and which place in it holds that, in eight bits; both channels last.

    Args:
        values: (N, C, H, W) on the CPU, channels last, float32 or bfloat16, of no gradient.
        windows: of at most 256 places.
    """
    shape = _shape(values.shape, windows)
    most = torch.empty(shape, dtype=values.dtype, memory_format=_CHANNELS_LAST)
    taps = torch.empty(shape, dtype=torch.uint8, memory_format=_CHANNELS_LAST)
    take_maxima = _loops(values.dtype, windows).take_maxima
    take_maxima(_array(values), _array(most), _array(taps), _threads(values))
    return most, taps


def way_back_of_maxima(
    gradient: Tensor, taps: Tensor, shape: torch.Size, windows: Windows
) -> Tensor:
    """The gradient of values of that shape, from that of their maxima, which lay at `taps`.

    Args:
        gradient: float32 or bfloat16, whichever the values were.
    """
    gradient = gradient.contiguous(memory_format=_CHANNELS_LAST)
    result = torch.empty(shape, dtype=gradient.dtype, memory_format=_CHANNELS_LAST)
    go_back = _loops(gradient.dtype, windows).go_back
    go_back(_array(result), _array(gradient), _array(taps), _threads(result))
    return result


@lru_cache(maxsize=256)
def _shape(values: torch.Size, windows: Windows) -> torch.Size:
    """The shape of what `windows` make of values of this shape."""
    return F.max_pool2d(torch.empty(values, device="meta"), *windows).shape


@cache
def _loops(dtype: torch.dtype, windows: Windows) -> Loops:
    # Not sooner than it is needed: a compiler takes a moment to come.
    try:
        from core.networks.pooling_loops import loops_for
    except (ImportError, AttributeError, OSError, RuntimeError, SystemError) as error:
        # A Numba of another NumPy breaks in any of these ways.
        raise BrokenInstallation(
            _("Numba, which makes this network fast, does not work on this computer.")
        ) from error

    return loops_for(_FORMATS[dtype].shift, *windows[:-1])


def _array(tensor: Tensor) -> NDArray[Any]:
    """The bits of (N, C, H, W), as (N, H, W, C), where they are."""
    as_it_lies = tensor.permute(0, 2, 3, 1)
    if tensor.dtype in _FORMATS:
        as_it_lies = as_it_lies.view(_FORMATS[tensor.dtype].bits)
    return as_it_lies.numpy()


def _threads(values: Tensor) -> int:
    return max(1, min(torch.get_num_threads(), values.numel() // _SMALLEST))
