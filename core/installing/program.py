"""The program: what of this project is installed, and with what it can be installed again."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.installing.files import copy_folder
from core.installing.pins import LOCK
from core.installing.talk import InstallError

FILES = ("install.py", "pyproject.toml", LOCK, "LICENSE")
FOLDERS = ("core", "gimp_plugin")
DEVELOPERS = ("training",)
"""Parts of the core that only its makers need."""


def copy_program(source: Path, target: Path) -> None:
    """Make the new folder `target` a copy of the program, with its installer, that is in `source`.

    Raises:
        InstallError: there is no whole program.
        OSError: something cannot be copied.
    """
    target.mkdir()
    for name in FILES:
        shutil.copyfile(source / name, target / name)
    for name in FOLDERS:
        copy_folder(source / name, target / name, leave_out=DEVELOPERS)
    if not (target / "core" / "__main__.py").is_file():
        raise InstallError(f"The downloaded folder {source} is not complete.", "Download it again.")
