"""Makes or updates the tests' environment in the user's cache folder; prints its Python's path.

Run by tests/run with any Python from 3.10 on. The environment is the project's dependencies and its
test tools; it is touched only when the lock files have changed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# In the place of this folder, which has a gimp_plugin of its own.
sys.path[0] = str(ROOT)

from core.installing.building import choose_index  # noqa: E402
from core.installing.environment import (  # noqa: E402
    MARKER,
    Environment,
    examine,
    made_of,
    python_of,
)
from core.installing.pins import LOCK, TEST_LOCK, Pin, first, read_pins, ways  # noqa: E402
from core.installing.requirements import read_requirements  # noqa: E402


def main() -> int:
    """Make sure that the environment is there and good. Returns the exit status."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "deep-dream-gimp" / "tests" / "env"
    needed = read_requirements(ROOT / "pyproject.toml")
    pins = (*read_pins(ROOT / LOCK), *read_pins(ROOT / TEST_LOCK))
    texts = [pin.text for pin in pins]
    environment = Environment(python_of(folder))
    if made_of(folder) != texts or not environment.python.exists():
        # An environment that was broken off, or whose Python is gone, is made anew.
        for extra in ([], ["--clear"]):
            if _fill(folder, extra, pins) and examine(environment, needed).good:
                break
        else:
            print("The tests' environment could not be made.", file=sys.stderr)
            return 1
        (folder / MARKER).write_text(json.dumps({"pins": texts}), encoding="utf-8")
    print(environment.python)
    return 0


def _fill(folder: Path, options: list[str], pins: tuple[Pin, ...]) -> bool:
    if not _run([sys.executable, "-m", "venv", *options, str(folder)]):
        return False
    pip = [str(word) for word in Environment(python_of(folder)).command("-m", "pip")]
    with tempfile.TemporaryDirectory() as lists:
        _run([*pip, *first(pins, Path(lists))])
        return any(
            all(_run([*pip, *words]) for words in commands)
            for commands in ways(pins, choose_index(), Path(lists))
        )


def _run(words: list[str]) -> bool:
    # Standard output is for the answer alone.
    return subprocess.run(words, stdout=sys.stderr).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
