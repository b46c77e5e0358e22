"""What brings the plug-in into a real GIMP without the installer, before and after that."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.installing import drop_in
from core.installing.places import SOURCE
from tests.gimp.conftest import Installed
from tests.installing.unzipping import unzip


def test_unpacked_it_says_how_to_install_the_rest(installed: Installed) -> None:
    profile = fresh(installed, "unpacked")
    archive = profile / drop_in.NAME
    drop_in.make(drop_in.contents(SOURCE), archive)
    unzip(archive, profile / "plug-ins")
    said = installed.gimp.run_batch(profile, "speaking")
    assert said["menu"][0] == "_Deep Dream…"
    installer = profile / "plug-ins" / "deep_dream" / "install" / "install.py"
    assert f'python3 "{installer}"' in said["dreamed"]


def test_the_extension_finds_the_core_once_that_is_installed(installed: Installed) -> None:
    profile = fresh(installed, "extended")
    archive = profile / drop_in.EXTENSION
    drop_in.make(drop_in.extension(SOURCE), archive)
    unzip(archive, profile / "extensions")
    # As the box in GIMP's dialog of extensions does.
    chosen = f'(GimpExtension "{drop_in.ID}"\n    (active yes))\n'
    (profile / "extensionrc").write_text(chosen)
    assert "install.py" in installed.gimp.run_batch(profile, "speaking")["dreamed"]

    # What the installer leaves in that profile.
    shutil.copytree(installed.plugin, profile / "plug-ins" / "deep_dream")
    assert installed.gimp.run_batch(profile, "speaking")["dreamed"] == ""


def fresh(installed: Installed, name: str) -> Path:
    """A profile without the plug-in."""
    profile = installed.profile.with_name(f"{installed.profile.name} {name}")
    (profile / "plug-ins").mkdir(parents=True)
    shutil.copy(installed.profile / "gimprc", profile)
    return profile
