"""The plug-in, installed by the real installer into a profile of each GIMP."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gimp import gimps

_HOME = "data home"
_GIMPRC = """\
(config-version "{version}")
(show-welcome-dialog no)
(check-updates no)
(color-profile-policy keep)
(save-session-info no)
(restore-session no)
(save-document-history no)
"""


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
    command = [sys.executable, str(gimps.PROJECT / "install.py"), "--python", sys.executable]
    command += ["--home", str(place / _HOME)]
    for version in gimps.versions():
        (place / f"GIMP {version}").mkdir(parents=True, mode=0o700)
        command += ["--gimp-profile", str(place / f"GIMP {version}")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="session", params=gimps.versions())
def installed(request: pytest.FixtureRequest) -> Installed:
    """Each GIMP with the plug-in installed."""
    version = request.param
    if version == gimps.NONE:
        pytest.skip("NOT RUN: no GIMP. Needs Debian and root to make one, or gimp-console on PATH.")
    gimp = gimps.get(version)
    place: Path = request.getfixturevalue("place")
    profile = place / f"GIMP {version}"
    shown = gimp.run(profile, ["gimp-console", "--version"])
    found = re.search(r"\d+\.\d+\.\d+", shown)
    assert found, shown
    (profile / "gimprc").write_text(_GIMPRC.format(version=found[0]))
    return Installed(gimp, profile, place / _HOME)
