"""The machine: its name, and the most that it can multiply, the yardstick of all else."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F

from core.calibration import device_name

_SIDE = 2048
_SMALL = 256
_EMULATED = 4.0


def seconds(work: Callable[[], object], runs: int) -> float:
    """The least time of `work` over `runs` runs, after one that does not count.

    The least, not the mean: whatever else runs on the machine only ever adds to it.
    """
    work()
    least = float("inf")
    for _ in range(runs):
        least = min(least, once(work))
    return least


def once(work: Callable[[], object]) -> float:
    """The seconds of `work`."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def has(dtype: torch.dtype) -> bool:
    """Whether this processor computes in `dtype` itself; emulation is a hundred times slower."""
    times = [
        seconds(partial(torch.mm, one, one), 3)
        for one in (torch.rand(_SMALL, _SMALL).to(each) for each in (torch.float32, dtype))
    ]
    return times[1] < _EMULATED * times[0]


def peak(dtype: torch.dtype, runs: int = 12) -> float:
    """Operations per second of a product of two square matrices, on the CPU.

    By whichever of PyTorch's two libraries is faster here: the one that multiplies matrices knows
    other makers' processors less well than the one that convolves, here with a kernel of 1x1.
    """
    one, other = (torch.rand(_SIDE, _SIDE).to(dtype) for _ in range(2))
    kernels = one[..., None, None].contiguous(memory_format=torch.channels_last)
    places = other.view(1, _SIDE // 64, 64, _SIDE).permute(0, 3, 1, 2)
    works = (partial(torch.mm, one, other), partial(F.conv2d, places, kernels))
    return 2 * _SIDE**3 / min(seconds(work, runs) for work in works)


def describe() -> dict[str, object]:
    """Name, threads and peaks of this machine."""
    return {
        "processor": device_name(torch.device("cpu")).removeprefix("cpu "),
        "threads": torch.get_num_threads(),
        "pytorch": str(torch.__version__),
        "float32 peak, GFLOP/s": round(peak(torch.float32) / 1e9, 1),
        "bfloat16 peak, GFLOP/s": (
            round(peak(torch.bfloat16) / 1e9, 1) if has(torch.bfloat16) else "no such instructions"
        ),
    }
