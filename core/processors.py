"""What PyTorch's libraries are told about this machine before they are loaded. Imports no PyTorch.

For whole processes of this program, the command line and the worker; a library that is imported
into somebody else's process has no business with such things.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

_TOPOLOGY = Path("/sys/devices/system/cpu")
# Parameters of glibc's mallopt, from malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
# Above what a tile's largest block takes, below a large canvas, which is given back at once.
_LARGEST_KEPT = 128 * 2**20
_KEPT = 1024 * 2**20


def prepare() -> None:
    """Set this process up for dreaming; what the environment says already stays."""
    # Threads that wait for each other shall sleep soon, but not at once. PyTorch's OpenMP (libgomp)
    # looks 300000 times by default whether there is work, which takes milliseconds. Where another
    # program computes too, its threads then wait for one that is not running. A step of GoogLeNet
    # on two processors, idle / with another program busy on one of them: 130 ms / 485 to 510 with
    # 300000 looks, 135 / 280 with 5000, 148 / 245 with 1000, after which a virtual processor sleeps
    # whenever one thread works alone, and waking it takes long.
    os.environ.setdefault("GOMP_SPINCOUNT", "5000")
    cores = physical_cores()
    if cores:
        os.environ.setdefault("OMP_NUM_THREADS", str(cores))
    keep_memory()


def physical_cores(topology: Path = _TOPOLOGY) -> int | None:
    """How many processor cores this process may run on, twins of one core counted once.

    The twins share what computes: twice the threads gain nothing but waiting for each other. None
    where the system does not say; PyTorch's own choice is good on macOS and Windows.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None
    cores = set()
    for processor in os.sched_getaffinity(0):
        try:
            twins = (topology / f"cpu{processor}" / "topology" / "thread_siblings_list").read_text()
        except OSError:
            return None
        cores.add(twins.strip())
    return len(cores) or None


def return_memory() -> None:
    """Give back to the system what `keep_memory` has kept; where that is not so, do nothing.

    Between two octaves: blocks of one size leave holes that those of another do not fit.
    """
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def keep_memory() -> bool:
    """Let the C library keep what a step frees for the next one; whether it took notice.

    glibc gives large blocks back to the system at once, and takes them anew, page by page, at the
    next step: a fifth of a plain run's time. Other C libraries have no such switch, or no need.
    """
    mallopt = _of_glibc("mallopt")
    if mallopt is None:
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT) and mallopt(_TRIM_THRESHOLD, _KEPT))


def _of_glibc(name: str) -> Callable[..., int] | None:
    """A function of the C library, None where that is another."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        return getattr(ctypes.CDLL(None), name)
    except (OSError, AttributeError):
        return None
