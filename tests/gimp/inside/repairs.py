"""An engine that is damaged, and repaired from within GIMP."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from artist import DIALOG, Artist

REPAIR = "^Repair Deep Dream$"


def repair(artist: Artist) -> dict:
    """The engine is damaged: it is repaired at a click, the second one, and dreams."""
    artist.gimp.do("show", kind="rgba-u8", selected=False)
    home, part = damage()
    manifest = (home / "manifest.json").read_text()
    (home / "manifest.json").write_text("{")
    artist.press("alt+r", "a", "d")
    artist.screen.activate(artist.screen.wait_for(REPAIR))
    artist.screen.shot("repair")
    artist.screen.keys("alt+r")
    artist.screen.wait_until(lambda: not installers(), "the installer to give up", 60)
    time.sleep(1.0)
    artist.screen.shot("repair-failed")
    broken = not part.exists()
    (home / "manifest.json").write_text(manifest)
    artist.screen.keys("alt+t")
    artist.screen.wait_until(installers, "the installer to try again", 60)
    artist.screen.shot("repairing")
    artist.screen.activate(artist.screen.wait_for(DIALOG))
    # The last dream was one of a thousand iterations, of another preset.
    artist.search("flames")
    artist.agree()
    return {"broken": broken, "repaired": part.exists(), "dreamed": artist.gimp.do("look")}


def installers() -> str:
    """The installer's processes."""
    return subprocess.run(["pgrep", "-f", "install[.]py"], capture_output=True, text=True).stdout


def damage() -> tuple[Path, Path]:
    """Take a part of the engine away, in a copy that is this profile's alone: its home, the part.

    Another GIMP may be at work with the one that the copy is of.
    """
    plugin = Path(os.environ["GIMP3_DIRECTORY"]) / "plug-ins" / "deep_dream"
    profile = plugin.parents[1]
    # What a try before this one has changed is not what the copy is of.
    before = profile.with_name(f"{profile.name} core.json")
    if not before.exists():
        shutil.copy(plugin / "core.json", before)
    config = json.loads(before.read_text())
    home = Path(config["program"]).parent
    own = profile.with_name(f"{profile.name} home")
    shutil.rmtree(own, ignore_errors=True)
    shutil.copytree(home / "program", own / "program")
    manifest = json.loads((home / "manifest.json").read_text())
    manifest |= {"profiles": [str(profile)], "owned": [str(plugin)]}
    (own / "manifest.json").write_text(json.dumps(manifest))
    (plugin / "core.json").write_text(json.dumps({**config, "program": str(own / "program")}))
    part = own / "program" / "core" / "__main__.py"
    part.unlink()
    return own, part
