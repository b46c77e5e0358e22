"""What stands for GIMP 2.10 in the tests: the stand-in on a Python 2.7, and a real one where named.

DEEP_DREAM_GIMP2 names a real GIMP 2.10 with Python-Fu: the command that starts its console program.
It must see this project, the tests' temporary folder and the running Python at their own places.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.gimp2 import python2

HERE = Path(__file__).resolve().parent
INSIDE = HERE / "inside"
STAND_IN, REAL = "stand-in", "real"
_SECONDS = 600


@dataclass(frozen=True)
class Gimp2:
    """A GIMP 2.10: the words that run Python code in it, and whether it is a real one."""

    command: tuple[str, ...]
    real: bool

    def begin(self, profile: Path, script: str, **arguments: object) -> subprocess.Popen[str]:
        """Have GIMP, with `profile`, call `run(**arguments)` of inside/SCRIPT.py."""
        code = _code(script, arguments)
        if self.real:
            # Where it fails before its end, this GIMP would wait for ever.
            shown = "except BaseException:\n  import traceback; traceback.print_exc()"
            text = f"try:\n  {code}\n{shown}\nfinally:\n  pdb.gimp_quit(1)"
            code = f"exec({text!r})"
        return subprocess.Popen(
            [*self.command, code],
            env={**os.environ, **_environment(profile, self.real)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def run(self, profile: Path, script: str, **arguments: object) -> str:
        """The same, to its end; returns what was printed.

        Raises:
            AssertionError: it failed.
            subprocess.TimeoutExpired: it took longer than it ever should.
        """
        with self.begin(profile, script, **arguments) as started:
            try:
                said, _ = started.communicate(timeout=_SECONDS)
            finally:
                started.kill()
        # A real GIMP's own status tells nothing of its batch.
        assert started.returncode == 0 or self.real, said
        return said


def kinds() -> list[str]:
    """Which there are."""
    return [STAND_IN, *([REAL] if os.environ.get("DEEP_DREAM_GIMP2") else [])]


def get(kind: str) -> Gimp2:
    """One of them."""
    if kind == REAL:
        words = shlex.split(os.environ["DEEP_DREAM_GIMP2"])
        options = ["-i", "-d", "-f", "-c", "--batch-interpreter=python-fu-eval", "-b"]
        return Gimp2((*words, *options), real=True)
    console = str(HERE / "standin" / "gimp_console.py")
    return Gimp2((python2.get(), "-B", console), real=False)


def _code(script: str, arguments: dict[str, object]) -> str:
    """The line of Python 2 that does so: text goes in as UTF-8, in figures, whatever is in it."""
    packed = json.dumps({key: str(value) for key, value in arguments.items()}).encode().hex()
    return (
        f"import json, sys; sys.path.insert(0, {str(INSIDE)!r}); import {script}; {script}.run("
        f"**{{str(k): v.encode('utf-8') for k, v in json.loads('{packed}'.decode('hex')).items()}})"
    )


def _environment(profile: Path, real: bool) -> dict[str, str]:
    """The tests' own, and what GIMP sets for itself and another Python must not see."""
    own = {} if real else {"PYTHONPATH": str(HERE / "standin"), "GTK_PATH": "/nowhere"}
    return {
        "GIMP2_DIRECTORY": str(profile),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
        "LC_ALL": "C.UTF-8",
        **own,
    }
