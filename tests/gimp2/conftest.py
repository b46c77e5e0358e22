"""The GIMP 2.10 plug-in, put into a profile by the installer's own parts."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.installing import plugin
from core.installing.places import Home
from core.installing.program import copy_program
from core.version import VERSION
from tests.gimp.gimps import PROJECT
from tests.gimp2 import gimps2, python2

_HOME = "data home"


@dataclass(frozen=True)
class Installed:
    """A GIMP 2.10, a profile of it that has the plug-in, and the folder that the core is in."""

    gimp: gimps2.Gimp2
    profile: Path
    home: Path

    @property
    def plugin(self) -> Path:
        """The installed plug-in's folder."""
        return self.profile / "plug-ins" / "deep_dream_gimp2"

    def run(self, script: str, **arguments: object) -> str:
        """Run inside/SCRIPT.py; returns what GIMP printed."""
        return self.gimp.run(self.profile, script, plugin=self.plugin, **arguments)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder, its name with a space and letters of many kinds, with core and plug-in in it."""
    if not python2.can_have():
        pytest.skip(python2.MISSING)
    place = tmp_path_factory.mktemp("gimp2") / "Jöhn Smith 日本"
    home = Home(place / _HOME)
    home.folder.mkdir(parents=True)
    copy_program(PROJECT, home.program)
    for kind in gimps2.kinds():
        profile = place / f"{kind} 2.10"
        profile.mkdir(mode=0o700)
        plugin.install(PROJECT, profile, home, Path(sys.executable), VERSION)
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="session", params=gimps2.kinds())
def installed(request: pytest.FixtureRequest, place: Path) -> Installed:
    """Each GIMP 2.10 with the plug-in installed."""
    kind = request.param
    return Installed(gimps2.get(kind), place / f"{kind} 2.10", place / _HOME)


@pytest.fixture(scope="session")
def standing_in(place: Path) -> Installed:
    """The stand-in with the plug-in installed."""
    kind = gimps2.STAND_IN
    return Installed(gimps2.get(kind), place / f"{kind} 2.10", place / _HOME)


def report(installed: Installed, name: str) -> Path:
    """Where what was seen is written."""
    return installed.home.parent / f"{name} {'real' if installed.gimp.real else 'stand-in'}.json"


Facts = dict[str, Any]
