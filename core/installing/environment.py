"""The Python that runs the core: what is in it, and whether it will do."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.installing.requirements import Requirement
from core.installing.running import Answer, Command, ask
from core.installing.talk import InstallError, shown

OLDEST = (3, 10)
INSIDE = Path(__file__).with_name("inside.py")
MARKER = "deep-dream.json"
"""In an environment of our own: what it was made of."""
PATIENCE = 300.0
"""Seconds for a first import of PyTorch from a slow disk."""


@dataclass(frozen=True)
class Environment:
    """A Python and how to start it.

    Attributes:
        python: absolute path of the interpreter, links not resolved: a link is what makes it the
            environment's own.
        launcher: the words that run a sandboxed application whose Python it is, such as
            `("flatpak", "run", "org.gimp.GIMP")`; empty for a Python of the system's own.
    """

    python: Path
    launcher: tuple[str, ...] = ()

    def command(self, *arguments: str | Path) -> Command:
        """The command that runs this Python, isolated from the user's packages and variables."""
        return [*started(str(self.python), self.launcher), "-I", *arguments]

    def ask(self, *arguments: str, inside: Path = INSIDE, timeout: float = PATIENCE) -> Answer:
        """Have `inside.py` answer a question in there."""
        return ask(self.command(inside, *arguments), timeout)


def started(program: str, launcher: tuple[str, ...]) -> list[str]:
    """The words that start `program`: itself, or through a Flatpak application's sandbox."""
    if not launcher:
        return [program]
    *words, application = launcher
    return [*words, f"--command={program}", application]


@dataclass(frozen=True)
class Contents:
    """What was found in an environment: its Python's version, the packages' versions, and what is
    wrong with others, all by name. `python` is empty where nothing could be found out."""

    python: str
    versions: dict[str, str]
    wrong: dict[str, str]

    @property
    def good(self) -> bool:
        return bool(self.python) and not self.wrong


def python_of(folder: Path) -> Path:
    """The interpreter of the environment in `folder`."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def examine(environment: Environment, requirements: Sequence[Requirement]) -> Contents:
    """Import everything that the core needs."""
    pairs = [f"{requirement.name}={requirement.module}" for requirement in requirements]
    answer = environment.ask("modules", *pairs)
    try:
        values = json.loads(answer.output.splitlines()[-1])
        python, versions, wrong = values["python"], values["versions"], values["failed"]
    except (IndexError, ValueError, KeyError, TypeError):
        last = (answer.errors.strip().splitlines() or ["it says nothing"])[-1]
        return Contents("", {}, {"python": last})
    if tuple(map(int, python.split(".")[:2])) < OLDEST:
        wrong["python"] = f"it is Python {python}, too old"
    for requirement in requirements:
        version = versions.get(requirement.name)
        if version is not None and not requirement.accepts(version):
            wrong[requirement.name] = f"version {version} is too old, {requirement.text} is needed"
    return Contents(python, versions, wrong)


def given_python(text: str) -> Path:
    """The interpreter that `--python` names: a path, a command, or an environment's folder.

    Raises:
        InstallError: there is none.
    """
    path = Path(text).expanduser()
    if path.is_dir():
        path = python_of(path)
    found = shutil.which(str(path))
    if found is None:
        raise InstallError(
            f"There is no Python at {text}.",
            "Give --python the path of an environment's Python, such as env/bin/python.",
        )
    return Path(os.path.abspath(found))


def require_good(
    environment: Environment, contents: Contents, requirements: Sequence[Requirement]
) -> None:
    """See that an environment of the user's has what the core needs.

    Raises:
        InstallError: it lacks something.
    """
    if contents.good:
        return
    if "python" in contents.wrong:
        raise InstallError(
            f"{environment.python} cannot run Deep Dream: {contents.wrong['python']}.",
            f"Give --python an environment with Python {OLDEST[0]}.{OLDEST[1]} or later.",
        )
    needed = [
        requirement.text for requirement in requirements if requirement.name in contents.wrong
    ]
    reasons = "; ".join(f"{name}: {reason}" for name, reason in contents.wrong.items())
    raise InstallError(
        f"{environment.python} lacks what Deep Dream needs ({reasons}).",
        "This brings it: "
        + shown([environment.python, "-m", "pip", "install", "--upgrade", *needed]),
    )


def made_of(folder: Path) -> list[str]:
    """The pins that the environment in `folder` was made of, as texts; empty without one."""
    try:
        return list(json.loads((folder / MARKER).read_text(encoding="utf-8"))["pins"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
