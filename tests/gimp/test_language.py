"""The plug-in speaks the language that is chosen in GIMP's preferences."""

from __future__ import annotations

import shutil

from tests.gimp.conftest import Installed


def test_gimp_in_german_has_a_german_plug_in(installed: Installed) -> None:
    """Although GIMP keeps labels from one start to the next, here from one in English."""
    profile = installed.profile.with_name(f"{installed.profile.name} in German")
    shutil.copytree(installed.profile, profile)
    said = installed.gimp.run_batch(profile, "speaking")
    assert said["menu"] == ["_Deep Dream…", "Deep Dream Agai_n…"]
    with open(profile / "gimprc", "a") as file:
        file.write('(language "de")\n')
    said = installed.gimp.run_batch(profile, "speaking")
    assert said["menu"] == ["_Deep Dream …", "Deep Dream _noch einmal …"]
    assert said["blurb"] == "Auf der Ebene mit einem neuronalen Netz träumen, als neue Ebene"
    assert said["labels"]["working-size"] == "Arbeitsgröße (Pixel)"
    assert said["refused"].startswith("Keine Ebene ist ausgewählt.")
