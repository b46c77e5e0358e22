"""`python -m core …`, and `python -I PATH/TO/core …` as the plug-ins start it."""

from __future__ import annotations

import sys
from pathlib import Path


def _make_importable() -> None:
    """Started as a folder, Python looks for modules inside it; the package's parent is meant."""
    folder = Path(__file__).resolve().parent
    sys.path[0] = str(folder.parent)


def _dispatch(arguments: list[str]) -> int:
    # The worker goes its own way so that it listens before the command line's libraries are in.
    if arguments == ["worker"]:
        from core.worker.serve import main as work

        work()
    from core.cli import main as command_line

    return command_line(arguments)


if __name__ == "__main__":
    if not __package__:
        _make_importable()
    from core.processors import prepare

    prepare()
    sys.exit(_dispatch(sys.argv[1:]))
