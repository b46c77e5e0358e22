"""The plug-in unpacked from its ZIP, before the core is installed, in a real GIMP."""

from __future__ import annotations

import json
import shutil

from core.installing import drop_in
from core.installing.places import SOURCE
from tests.gimp.conftest import Installed
from tests.installing.unzipping import unzip


def test_it_is_in_the_menu_and_says_how_to_install_the_rest(installed: Installed) -> None:
    place = installed.home.parent
    profile = place / f"GIMP {installed.gimp.version} unpacked"
    (profile / "plug-ins").mkdir(parents=True)
    shutil.copy(installed.profile / "gimprc", profile)
    archive = profile / drop_in.NAME
    drop_in.make(SOURCE, archive)
    unzip(archive, profile / "plug-ins")

    report = place / "unpacked.json"
    installed.gimp.run_batch(profile, "speaking", report=str(report))
    said = json.loads(report.read_text())
    assert said["menu"][0] == "_Deep Dream…"
    installer = profile / "plug-ins" / "deep_dream" / "install" / "install.py"
    assert f'python3 "{installer}"' in said["dreamed"]
