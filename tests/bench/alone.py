"""Recipes in a process each, as people run them: `python -m tests.bench.alone FUNCTION ARGUMENT …`.

Our own is told of the machine what the command line and the worker are told (`core.processors`);
those of others have PyTorch as it comes. What one leaves behind in its memory slows down no other.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack

from tests.bench.paths import ROOT


def side_by_side(recipes: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """The least seconds of each, taking turns, so that a busy minute hits all alike.

    Args:
        recipes: by name, a function of `recipes.py` that returns what is to be timed, and its
            arguments. Processes are told of the machine where the name begins with "ours".
        rounds: how often each is run; the first run of a process, with all that it does once, is
            one of them.

    Raises:
        RuntimeError: a process has ended.
    """
    times = dict.fromkeys(recipes, float("inf"))
    with ExitStack() as stack:
        running = {
            name: stack.enter_context(_Alone(arguments, name.startswith("ours")))
            for name, arguments in recipes.items()
        }
        for _ in range(rounds):
            for name, alone in running.items():
                times[name] = min(times[name], alone.seconds())
    return times


class _Alone:
    """A process with a recipe, idle until it is to dream once more; `with` ends it."""

    def __init__(self, arguments: list[str], ours: bool) -> None:
        command = [sys.executable, "-m", "tests.bench.alone", json.dumps(ours), *arguments]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        # When it is ready, so that none gets ready while another is timed.
        self._answer()

    def __enter__(self) -> _Alone:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def seconds(self) -> float:
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("A recipe's process has ended; what it said is above.")
        return line


def _main(ours: str, function: str, *arguments: str) -> None:
    if json.loads(ours):
        # Before PyTorch is in.
        from core.processors import prepare

        prepare()
    from tests.bench import recipes
    from tests.bench.machine import once

    work = getattr(recipes, function)(*arguments)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(once(work), flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
