"""How much memory a device has left, and what it looks like when that runs out."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path

import torch

# PyTorch's CPU allocator, and libraries that it calls, raise plain errors; their text is all there
# is to tell by.
_SIGNS = ("not enough memory", "can't allocate memory", "std::bad_alloc", "out of memory")
_SIGNS += ("could not create a memory", "memory allocation failed", "unable to mmap")
# oneDNN says no more. That of a "primitive descriptor" it says where it cannot compute something.
_SIGNS += ("could not create a primitive\n", "can't start new thread")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` is one of the several ways in which memory runs out."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    text = str(error).lower() + "\n"
    return isinstance(error, RuntimeError) and any(sign in text for sign in _SIGNS)


def free_memory(device: torch.device) -> int | None:
    """Bytes that are free on `device`; None where the system does not say."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    if device.type == "xpu":
        return int(torch.xpu.mem_get_info(device)[0])
    if device.type == "mps":
        # It shares the computer's; this is how much of it PyTorch may take.
        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    figures = [figure for figure in (_free_in_system(), _free_in_group()) if figure is not None]
    return min(figures, default=None)


def _free_in_system() -> int | None:
    if sys.platform == "win32":
        return _free_in_windows()
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    try:
        # macOS has no figure of what is free that means anything: half is a fair guess.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (ValueError, OSError):
        return None


def _free_in_windows() -> int | None:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("all", "free", "a", "b", "c", "d", "e")),
        )

    status = Status()
    status.length = ctypes.sizeof(status)
    asked = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined]
    return int(status.free) if asked else None


def _free_in_group() -> int | None:
    """What a container's limit leaves, on Linux."""
    with contextlib.suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        limit = (group / "memory.max").read_text("ascii").strip()
        if limit != "max":
            return max(0, int(limit) - int((group / "memory.current").read_text("ascii")))
    return None
