"""The plug-in, installed by the real installer into a profile of each GIMP."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gimp import gimps, profiles

_HOME = "data home"


@dataclass(frozen=True)
class Installed:
    """A GIMP, a profile of it that has the plug-in, and the folder that the core was put in."""

    gimp: gimps.Gimp
    profile: Path
    home: Path

    @property
    def plugin(self) -> Path:
        """The installed plug-in's folder."""
        return self.profile / "plug-ins" / "deep_dream"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.gimp)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder, its name with a space and letters of many kinds, with the core installed in it.

    The plug-in is in a profile for each GIMP.
    """
    place = tmp_path_factory.mktemp("gimp") / "Jöhn Smith 日本"
    profiles.install(place / _HOME, [place / f"GIMP {version}" for version in gimps.versions()])
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="session", params=gimps.versions())
def installed(request: pytest.FixtureRequest) -> Installed:
    """Each GIMP with the plug-in installed."""
    version = request.param
    if version == gimps.NONE:
        pytest.skip("NOT RUN: no GIMP. Needs Debian and root to make one, or gimp-console on PATH.")
    return made_ready(version, request.getfixturevalue("place"))


def made_ready(version: str, place: Path) -> Installed:
    """The GIMP of that version, made if need be, with its profile in `place`."""
    gimp = gimps.get(version)
    profile = place / f"GIMP {version}"
    profiles.configure(gimp, profile)
    return Installed(gimp, profile, place / _HOME)
