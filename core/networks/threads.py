"""Compiled loops on the threads with which PyTorch itself computes.

Those have just worked, and look for more: threads of one's own have to be woken, which on virtual
processors takes longer than a loop of a millisecond, and while they work, PyTorch's fall asleep.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from pathlib import Path

import torch


def work_on(loop: int, task: int, threads: int) -> None:
    """Call a compiled function with a task on several threads at once; wait until all are done.

    Args:
        loop: the address of a function of C's type `void (*)(void *)`. How many others run it at
            the same time it is not told; what is left to do is to be found in the task.
        task: the address of something that stays there meanwhile.
        threads: how many at most. Where PyTorch's own threads cannot be reached, it is one.
    """
    parallel = _parallel()
    if parallel is None or threads < 2:
        ctypes.CFUNCTYPE(None, ctypes.c_void_p)(loop)(task)
    else:
        parallel(loop, task, threads, 0)


@cache
def _parallel() -> Callable[[int, int, int, int], None] | None:
    """What GCC's OpenMP begins a parallel region with, in the library that PyTorch has loaded.

    Others that speak OpenMP have it too where they stand in for GCC's; macOS and Windows have not.
    """
    library = Path(torch.__file__).with_name("lib") / "libtorch_cpu.so"
    try:
        # What this library needs is looked through as well.
        function = ctypes.CDLL(str(library)).GOMP_parallel
    except (OSError, AttributeError):
        return None
    function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint]
    function.restype = None
    return function
