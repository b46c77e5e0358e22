"""A file on its way: NAME.part, in one process's hands alone, until it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextlib.contextmanager
def part_file(target: Path) -> Iterator[BinaryIO]:
    """`target`'s part file, made if it is not there, open for reading and for writing at its end.

    It stays when this ends, for the next try to go on with: `finish` or `discard` it afterwards.

    Raises:
        BlockingIOError: another process has it.
        OSError: it cannot be made.
    """
    with open(part_of(target), "a+b") as handle:
        _lock(handle)
        handle.seek(0, os.SEEK_END)
        yield handle
        handle.flush()
        # On disk before the rename, so that a power cut leaves no whole-looking file of zeros.
        os.fsync(handle.fileno())


def part_of(target: Path) -> Path:
    """Where the part file of `target` is."""
    return target.with_name(target.name + ".part")


def finish(target: Path) -> None:
    """Make the part file, whole and checked, into `target`, in one move."""
    os.replace(part_of(target), target)


def discard(target: Path) -> None:
    """Remove the part file, if there is one."""
    part_of(target).unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """The file's SHA-256 as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _lock(handle: BinaryIO) -> None:
    """Claim the file for this process until it is closed; a crash gives it back."""
    if sys.platform == "win32":
        # A byte far behind the end stands for the file: Windows keeps others from a locked range.
        handle.seek(2**31 - 2)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(f"{handle.name} is in use") from error
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        # Some network file systems know no locks. The hash still tells a mixed-up file.
        return
