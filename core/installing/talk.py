"""What the installer says: plain sentences on standard output, errors that say what to do."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from core.errors import DreamError
from gimp_plugin.common.core_config import PASSING, WATCHED


class InstallError(DreamError):
    """The installer cannot go on; the hint says what the user can do."""

    code = "install"


def say(text: str = "") -> None:
    """Print one sentence, over the moving line if there is one."""
    _wipe()
    print(text, flush=True)


def moving(text: str) -> None:
    """Show `text` in place of the moving line before it; nothing where nobody watches."""
    if os.environ.get(WATCHED):
        print(f"{PASSING}{text}", flush=True)
    elif sys.stdout.isatty():
        width = _width()
        print(f"\r{text[:width]:<{width}}", end="", flush=True)


def shown(command: Sequence[str | Path]) -> str:
    """`command` as one line that can be pasted into a terminal."""
    words = [str(word) for word in command]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def gigabytes(size: float) -> str:
    """A size in bytes as people read it."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _wipe() -> None:
    if sys.stdout.isatty():
        print(f"\r{'':<{_width()}}\r", end="")


def _width() -> int:
    return max(20, shutil.get_terminal_size().columns - 1)
