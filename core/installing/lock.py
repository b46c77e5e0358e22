"""One installer at a time in one HOME."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.installing.talk import InstallError, say

PATIENCE = 120.0
"""Seconds to wait for another installer. What a killed one had started, such as a pip that unpacks
PyTorch, may notice only when it next says something."""
_QUIETLY = 2.0


@contextmanager
def only_one(path: Path) -> Iterator[int]:
    """Hold the lock file `path`; yields its descriptor.

    A child that inherits the descriptor holds the lock too, so that a pip whose installer was
    killed is not taken by surprise.

    Raises:
        InstallError: another installer holds it, and goes on doing so.
    """
    with path.open("a+b") as file:
        begun = time.monotonic()
        told = False
        while not _take(file):
            waited = time.monotonic() - begun
            if waited > _QUIETLY and not told:
                say("Waiting for another installation, or what is left of one, to end …")
                told = True
            if waited > PATIENCE:
                raise InstallError(
                    f"Another installation is running in {path.parent}.",
                    "Wait until it is done, then run install.py again.",
                )
            time.sleep(0.2)
        yield file.fileno()


def _take(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
