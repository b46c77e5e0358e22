"""What an installation will do, decided before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.installing import building
from core.installing.environment import (
    Contents,
    Environment,
    examine,
    given_python,
    made_of,
    python_of,
    require_good,
)
from core.installing.gimps import Survey
from core.installing.machine import require_machine, this_machine
from core.installing.manifest import Manifest, missing_folders
from core.installing.pins import LOCK, Pin, read_pins
from core.installing.places import SOURCE, Home, find_home, free_bytes
from core.installing.report import Check, note, problem
from core.installing.requirements import Requirement, read_requirements
from core.installing.talk import InstallError, gigabytes, say

PROGRAM_SIZE = 100_000_000
"""Bytes that the program, the plug-ins and the first dream take at most."""


@dataclass(frozen=True)
class Plan:
    """All that `carry_out` needs to know.

    `build` is False where `environment` is there and good. `index` is the preferred package index.
    """

    home: Home
    source: Path
    manifest: Manifest
    survey: Survey
    notes: tuple[Check, ...]
    requirements: tuple[Requirement, ...]
    pins: tuple[Pin, ...]
    environment: Environment
    own: bool
    build: bool = False
    index: str = ""

    @property
    def options(self) -> list[str]:
        """The options that find this installation again."""
        return [] if self.home == find_home(None) else ["--home", str(self.home.folder)]

    def make_home(self) -> tuple[str, ...]:
        """Make HOME; returns the folders that were not there before."""
        made = missing_folders(self.home.folder)
        self.home.folder.mkdir(parents=True, exist_ok=True)
        return made


def make_plan(home: Home, manifest: Manifest | None, found: Survey, python: str | None) -> Plan:
    """Decide what to do; changes nothing.

    Raises:
        InstallError: it cannot be done on this computer.
    """
    requirements = read_requirements(SOURCE / "pyproject.toml")
    pins = read_pins(SOURCE / LOCK)
    before = manifest or Manifest()
    notes = found.notes
    if python is not None:
        environment = Environment(given_python(python))
        require_good(environment, examine(environment, requirements), requirements)
        return Plan(home, SOURCE, before, found, notes, requirements, pins, environment, False)
    if not before.own:
        environment = Environment(Path(before.python))
        if examine(environment, requirements).good:
            return Plan(home, SOURCE, before, found, notes, requirements, pins, environment, False)
        gone = f"{before.python} no longer has what Deep Dream needs"
        notes = (*notes, note(f"{gone}, so it gets an environment of its own."))
    launcher = found.launcher
    if launcher and not building.sandbox_can(launcher, home):
        notes = (*notes, _boxed())
        found = Survey(found.gimps, (), notes)
        launcher = ()
    environment = Environment(python_of(home.environment), launcher)
    build = not _will_do(environment, home, before, requirements, pins)
    index = ""
    if build:
        require_machine(this_machine())
        if not launcher:
            building.require_venv()
        index = building.choose_index()
    _require_space(home, building.space_needed(index) if build else PROGRAM_SIZE)
    return Plan(
        home, SOURCE, before, found, notes, requirements, pins, environment, True, build, index
    )


def describe(plan: Plan) -> None:
    """Say what would be done."""
    say("This is what would be done; nothing is changed now.")
    for line in _lines(plan):
        say(f"- {line}")


def _lines(plan: Plan) -> Iterator[str]:
    home = plan.home
    wanted = {requirement.name for requirement in plan.requirements}
    texts = ", ".join(pin.text for pin in plan.pins if pin.name in wanted)
    if plan.build:
        origin = plan.index or "the default package index"
        yield f"Make an environment in {home.environment} and install from {origin}: {texts}"
        size = gigabytes(building.space_needed(plan.index))
        yield f"Use up to {size} of disk meanwhile ({gigabytes(free_bytes(home.folder))} are free)"
    else:
        yield f"Use the environment of {plan.environment.python}"
    yield f"Copy the program into {home.program}"
    for profile in plan.survey.profiles:
        yield f"Install the plug-in into {profile.plugins}"
    for said in plan.notes:
        yield f"{said.text} {said.remedy}".rstrip()
    yield f"Make a first dream: {home.picture}"


def _will_do(
    environment: Environment,
    home: Home,
    before: Manifest,
    requirements: Sequence[Requirement],
    pins: Sequence[Pin],
) -> bool:
    """Whether HOME's environment was made of these pins and still works."""
    if made_of(home.environment) != [pin.text for pin in pins]:
        return False
    if before.launcher != environment.launcher:
        return False
    contents: Contents = examine(environment, requirements)
    # A graphics card may have been put in since.
    idle = building.may_have_nvidia() and building.lacks_cuda(contents.versions.get("torch", ""))
    return contents.good and not idle


def _require_space(home: Home, needed: int) -> None:
    free = free_bytes(home.folder)
    if free < needed:
        raise InstallError(
            f"There is not enough room on the disk: {gigabytes(needed)} are needed for "
            f"{home.folder}, {gigabytes(free)} are free.",
            "Free some space, or choose a folder on another disk with --home.",
        )


def _boxed() -> Check:
    return problem(
        "GIMP from Flatpak cannot run Deep Dream here: its sandbox has no Python for it.",
        "Use GIMP from your system's packages, or the AppImage from "
        "https://www.gimp.org/downloads/, then run install.py again.",
    )
