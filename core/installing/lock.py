"""One installer at a time in one HOME."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.installing.talk import InstallError

PATIENCE = 10.0
"""Seconds to wait for another installer; a killed one's last child may need some to notice."""


@contextmanager
def only_one(path: Path) -> Iterator[int]:
    """Hold the lock file `path`; yields its descriptor.

    A child that inherits the descriptor holds the lock too, so that a pip whose installer was
    killed is not taken by surprise.

    Raises:
        InstallError: another installer holds it, and goes on doing so.
    """
    with path.open("a+b") as file:
        end = time.monotonic() + PATIENCE
        while not _take(file):
            if time.monotonic() > end:
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
