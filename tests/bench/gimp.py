"""Part f: what a layer of 12 megapixels costs inside GIMP beside the dreaming itself, and how soon
GIMP answers a click while it dreams.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.gimp import gimps, profiles

_SMALL, _LARGE = (64, 48), (4000, 3000)
_NO_GIMP: dict[str, object] = {
    "NOT RUN": "no GIMP: needs Debian and root to make one, or one on the PATH"
}


def overheads() -> dict[str, object]:
    """Seconds of a dream that is next to nothing, on a tiny layer and on a large one, by GIMP.

    Their difference is what the layer's pixels cost: read, sent, received, laid on and written.
    """
    facts: dict[str, object] = {}
    for version, profile in _profiles():
        sizes = [list(_SMALL), list(_LARGE)]
        small, large = gimps.get(version).run_batch(profile, "overhead", sizes=sizes)
        facts[f"GIMP {version}, tiny layer: seconds"] = round(small, 2)
        facts[f"GIMP {version}, 12 megapixels RGBA float: seconds"] = round(large, 2)
        facts[f"GIMP {version}, outside the dreaming: seconds"] = round(large - small, 2)
    return facts or _NO_GIMP


def answers() -> dict[str, object]:
    """Seconds from a click on a menu until it is seen, taking pictures of the screen."""
    facts: dict[str, object] = {}
    for version, profile in _profiles():
        gimp = gimps.get(version)
        if gimp.lacks():
            return {"NOT RUN": f"the interface needs {', '.join(gimp.lacks())}"}
        profiles.configure(gimp, profile)
        report = profile.with_name("answers.json")
        gimp.run_interface(profile, "answers", str(report), str(profile.with_name("shots")))
        for state, seconds in json.loads(report.read_text()).items():
            facts[f"GIMP {version}, {state}: seconds"] = f"{min(seconds)} to {max(seconds)}"
    return facts or _NO_GIMP


def _profiles() -> Iterator[tuple[str, Path]]:
    """Of each GIMP its version, and a profile that has the plug-in, in a folder of its own."""
    for version in gimps.versions():
        if version == gimps.NONE:
            return
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            profiles.install(place / "home", [place / "profile"])
            yield version, place / "profile"
