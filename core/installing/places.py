"""Where things are: the source, and the folder HOME that holds all that is installed."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

NAME = "deep-dream-gimp"
SOURCE = Path(__file__).resolve().parents[2]
"""The checkout (or the installed program) that this installer was started from."""


@dataclass(frozen=True)
class Home:
    """The folder that holds the environment, the program, and what the installer wrote."""

    folder: Path

    @property
    def environment(self) -> Path:
        return self.folder / "env"

    @property
    def program(self) -> Path:
        return self.folder / "program"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def scratch(self) -> Path:
        """Downloads and unfinished work; gone at the end of an installation that succeeds."""
        return self.folder / "scratch"

    @property
    def picture(self) -> Path:
        return self.folder / "first-dream.png"

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.json"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"


def find_home(given: str | None) -> Home:
    """HOME: `given`, or the user's data folder.

    Links are resolved, because some Pythons (the Microsoft Store's) see a user's data folder where
    other programs, GIMP among them, do not.
    """
    folder = Path(given).expanduser() if given else _data_folder() / NAME
    return Home(Path(os.path.realpath(folder)))


def _data_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    data = os.environ.get("XDG_DATA_HOME", "")
    # The XDG rules ignore relative paths.
    return Path(data) if os.path.isabs(data) else Path.home() / ".local" / "share"


def free_bytes(folder: Path) -> int:
    """Free space in bytes on the disk that holds, or will hold, `folder`."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
