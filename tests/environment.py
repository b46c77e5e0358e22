"""Makes or updates the tests' environment in the user's cache folder; prints its Python's path.

Run by tests/run with any Python from 3.10 on. The environment is the project's dependencies and its
test tools; it is touched only when their lists in pyproject.toml have changed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.installing.building import choose_index  # noqa: E402
from core.installing.environment import (  # noqa: E402
    MARKER,
    Environment,
    examine,
    made_for,
    python_of,
)
from core.installing.requirements import read_requirements  # noqa: E402


def main() -> int:
    """Make sure that the environment is there and good. Returns the exit status."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "deep-dream-gimp" / "tests" / "env"
    needed = read_requirements(ROOT / "pyproject.toml")
    tools = read_requirements(ROOT / "pyproject.toml", "dependency-groups", "test")
    texts = [requirement.text for requirement in (*needed, *tools)]
    environment = Environment(python_of(folder))
    if made_for(folder) != texts or not environment.python.exists():
        # An environment that was broken off, or whose Python is gone, is made anew.
        for extra in ([], ["--clear"]):
            if _fill(folder, extra, texts) and examine(environment, needed).good:
                break
        else:
            print("The tests' environment could not be made.", file=sys.stderr)
            return 1
        (folder / MARKER).write_text(json.dumps({"requirements": texts}), encoding="utf-8")
    print(environment.python)
    return 0


def _fill(folder: Path, options: list[str], texts: list[str]) -> bool:
    index = choose_index()
    indexes = ["--extra-index-url", index] if index else []
    environment = Environment(python_of(folder))
    made = [sys.executable, "-m", "venv", *options, str(folder)]
    filled = [*environment.command("-m", "pip"), "install", *indexes, *texts]
    # Standard output is for the answer alone.
    commands = (made, [str(word) for word in filled])
    return all(subprocess.run(words, stdout=sys.stderr).returncode == 0 for words in commands)


if __name__ == "__main__":
    sys.exit(main())
