"""A Python 2.7 for what GIMP 2.10 would run: one that is here already, else one made on Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.gimp import gimps

HERE = Path(__file__).resolve().parent
MISSING = "NOT RUN: no Python 2.7. Needs Debian and root to get one, or DEEP_DREAM_PYTHON2=PATH."


def can_have() -> bool:
    """Whether `get` will give one; quick, and none made."""
    return _ready() is not None or gimps.can_make()


def get() -> str:
    """Its path. It is made now if need be, which takes half a minute.

    Raises:
        AssertionError: it cannot be made.
    """
    ready = _ready()
    if ready is not None:
        return ready
    folder = gimps.cache() / "python2.7"
    done = subprocess.run([str(HERE / "make_python2.sh"), str(folder)])
    assert done.returncode == 0, f"Python 2.7 could not be made in {folder}"
    return str(folder / "usr" / "bin" / "python2.7")


def _ready() -> str | None:
    return next(filter(_runs, _candidates()), None)


def _candidates() -> Iterator[str]:
    """What may be one: named, on the PATH, pyenv's, or made before."""
    given = [os.environ.get("DEEP_DREAM_PYTHON2"), shutil.which("python2.7")]
    yield from filter(None, given)
    yield from map(str, Path.home().glob(".pyenv/versions/2.7*/bin/python2.7"))
    made = gimps.cache() / "python2.7" / "usr" / "bin" / "python2.7"
    if made.exists():
        yield str(made)


def _runs(candidate: str) -> bool:
    check = [candidate, "-c", "import sys; sys.exit(sys.version_info[:2] != (2, 7))"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0
