"""Folders that are there as a whole or not at all: filled beside their place, then renamed."""

from __future__ import annotations

import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Collection
from pathlib import Path


def staging(target: Path) -> Path:
    """Where the next `target` is filled. Its name starts with a dot: GIMP does not look there."""
    return target.with_name(f".{target.name}.new")


def retired(target: Path) -> Path:
    """Where the former `target` waits to be deleted."""
    return target.with_name(f".{target.name}.old")


def leftovers(target: Path) -> list[Path]:
    """What an interrupted run may have left beside `target`."""
    return [path for path in (staging(target), retired(target)) if os.path.lexists(path)]


def swap_in(target: Path) -> None:
    """Put `staging(target)` in the place of `target`, whatever was there."""
    remove(retired(target))
    if os.path.lexists(target):
        _patiently(lambda: target.rename(retired(target)))
    _patiently(lambda: staging(target).rename(target))
    remove(retired(target))


def remove(path: Path) -> None:
    """Delete a file, a link or a folder with all that is in it; nothing there is fine."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        _make_writable(path)
        _patiently(lambda: shutil.rmtree(path))


def take_away(target: Path) -> None:
    """Delete `target` so that nobody finds half of it, whenever this is broken off."""
    hidden = target.name.startswith(".")
    if target.is_dir() and not target.is_symlink() and not hidden:
        remove(retired(target))
        _patiently(lambda: target.rename(retired(target)))
        target = retired(target)
    remove(target)


def copy_folder(source: Path, target: Path, leave_out: Collection[str] = ()) -> None:
    """Copy a folder's files, not their times: GIMP asks a plug-in again when its time changed.

    `leave_out` names entries, anywhere below `source`, that stay behind.

    Raises:
        OSError: the first file that could not be copied.
    """
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", *leave_out)
    try:
        shutil.copytree(source, target, ignore=ignored, copy_function=shutil.copyfile)
    except shutil.Error as error:
        # It has one text for each file, and no number that tells what happened.
        _, place, why = error.args[0][0]
        number = re.match(r"\[(?:Errno|WinError) (\d+)\] ([^:]*)", why)
        raise OSError(int(number[1]) if number else 0, number[2] if number else why, place) from (
            error
        )


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that it is never seen half-written."""
    staged = staging(path)
    with staged.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _patiently(lambda: os.replace(staged, path))


def _make_writable(folder: Path) -> None:
    """A folder without write permission keeps its contents from being deleted, even by its owner;
    on Windows a read-only file does."""
    for parent, folders, files in os.walk(folder):
        for name in folders + (files if os.name == "nt" else []):
            path = os.path.join(parent, name)
            if not os.path.islink(path) and not os.stat(path).st_mode & stat.S_IWUSR:
                os.chmod(path, os.stat(path).st_mode | stat.S_IRWXU)


def _patiently(change: Callable[[], object]) -> None:
    """On Windows a virus scanner holds new files for a moment."""
    for pause in (0.2, 0.5, 1.0) if os.name == "nt" else ():
        try:
            change()
            return
        except PermissionError:
            time.sleep(pause)
    change()
