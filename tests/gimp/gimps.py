"""The real GIMPs that the tests drive: chroots on Debian with root, else the `gimp` on the PATH."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.gimp import host_python

HERE = Path(__file__).resolve().parent
INSIDE = HERE / "inside"
PROJECT = HERE.parent.parent
SUITES = {"trixie": "3.0", "forky": "3.2"}
NONE = "none"
PATH = "PATH"
_SECONDS = 1800


@dataclass(frozen=True)
class Gimp:
    """A GIMP: its version (“3.0”), and the chroot it lives in; None for this system itself."""

    version: str
    root: Path | None

    def run(self, profile: Path, command: list[str], **environment: str) -> str:
        """Run `command` with GIMP's `profile`; returns what it printed.

        This project, its Python environment and the folder around the profile are at their usual
        places inside.

        Raises:
            AssertionError: the command failed.
            subprocess.TimeoutExpired: it took longer than it ever should.
        """
        environment = {
            "GIMP3_DIRECTORY": str(profile),
            "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
            **environment,
        }
        if self.root is not None:
            binds = [PROJECT, profile.parent, *host_python.paths(self.root)]
            options = [word for path in binds for word in ("--bind", str(path))]
            options += [
                word for item in environment.items() for word in ("--set", "{}={}".format(*item))
            ]
            command = [str(HERE / "in_gimp.sh"), str(self.root), *options, "--", *command]
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_SECONDS,
        )
        if done.returncode:
            raise AssertionError(f"status {done.returncode} of {command}:\n{done.stdout}")
        return done.stdout

    def run_batch(
        self,
        profile: Path,
        script: str,
        environment: Mapping[str, str] | None = None,
        **arguments: object,
    ) -> Any:
        """Have GIMP, without a screen, call `run(report, **arguments)` of inside/SCRIPT.py.

        Returns what that has written to the JSON file `report`.
        """
        report = profile.parent / f"{script}.json"
        report.unlink(missing_ok=True)
        code = batch_code(script, {"report": str(report), **arguments})
        self.run(profile, batch_command(code), **(environment or {}))
        return json.loads(report.read_text())

    def lacks(self) -> list[str]:
        """The programs that `run_interface` needs and this system has not."""
        needed = ("gimp", "Xvfb", "openbox", "xdotool", "import", "dbus-run-session", "pgrep")
        return [] if self.root else [name for name in needed if not shutil.which(name)]

    def run_interface(self, profile: Path, driver: str, *arguments: str, **environment: str) -> str:
        """Run `inside/DRIVER.py` with the arguments on a virtual screen."""
        screen = [str(INSIDE / "with_screen.sh"), "python3", str(INSIDE / f"{driver}.py")]
        return self.run(profile, [*screen, *arguments], **environment)


def batch_command(code: str) -> list[str]:
    """What has GIMP, without a screen, run a line of Python and end."""
    console = ["gimp-console", "--no-interface", "--no-data", "--no-fonts", "--console-messages"]
    return [*console, "--batch-interpreter=python-fu-eval", "-b", code, "--quit"]


def batch_code(script: str, arguments: dict[str, object], function: str = "run") -> str:
    """The line of Python that calls a function of inside/SCRIPT.py in GIMP's own Python."""
    find = f"import sys; sys.path.insert(0, {str(INSIDE)!r})"
    return f"{find}; import {script}; {script}.{function}(**{arguments!r})"


def versions() -> list[str]:
    """The GIMPs that this machine can have, quickly, none made: "3.0", "PATH", or `NONE` alone."""
    if can_make():
        return list(SUITES.values())
    return [PATH] if shutil.which("gimp-console") else [NONE]


def get(version: str) -> Gimp:
    """One of those, made now if need be, which takes minutes.

    Raises:
        AssertionError: it cannot be made, or is too old.
    """
    if version == PATH:
        return _on_path()
    suite = next(suite for suite, its_version in SUITES.items() if its_version == version)
    root = cache() / f"gimp-{suite}"
    done = subprocess.run([str(HERE / "make_gimp.sh"), suite, str(root)])
    assert done.returncode == 0, f"GIMP {version} could not be made in {root}"
    return Gimp(version, root)


def cache() -> Path:
    """Where what the tests make for themselves is kept."""
    folder = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(folder) / "deep-dream-gimp" / "tests"


def can_make() -> bool:
    """Whether this machine can have Debians of its own in folders."""
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    return sys.platform == "linux" and os.geteuid() == 0 and keyring.exists()


def _on_path() -> Gimp:
    shown = subprocess.run(["gimp-console", "--version"], capture_output=True, text=True).stdout
    found = re.search(r"(\d+)\.(\d+)\.\d+", shown)
    assert found, shown
    assert int(found[1]) >= 3, f"GIMP 3 is needed, and this is: {shown!r}"
    return Gimp(f"{found[1]}.{found[2]}", None)


if __name__ == "__main__":
    for name in versions():
        if name == NONE:
            sys.exit("No GIMP: neither Debian with root to make one, nor gimp-console on the PATH.")
        print(get(name))
