"""Part f: what a layer of 12 megapixels costs inside GIMP beside the dreaming itself."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.gimp import gimps

_SMALL, _LARGE = (64, 48), (4000, 3000)


def overheads() -> dict[str, object]:
    """Seconds of a dream that is next to nothing, on a tiny layer and on a large one, by GIMP.

    Their difference is what the layer's pixels cost: read, sent, received, laid on and written.
    """
    facts: dict[str, object] = {}
    for version in gimps.versions():
        if version == gimps.NONE:
            return {"NOT RUN": "no GIMP: needs Debian and root to make one, or one on the PATH"}
        gimp = gimps.get(version)
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            profile = place / "profile"
            profile.mkdir(mode=0o700)
            command = [sys.executable, str(gimps.PROJECT / "install.py"), "--python"]
            command += [sys.executable, "--home", str(place / "home")]
            command += ["--gimp-profile", str(profile)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            report = place / "report.json"
            sizes = [list(_SMALL), list(_LARGE)]
            gimp.run_batch(profile, "overhead", report=str(report), sizes=sizes)
            small, large = json.loads(report.read_text())
        facts[f"GIMP {version}, tiny layer: seconds"] = round(small, 2)
        facts[f"GIMP {version}, 12 megapixels RGBA float: seconds"] = round(large, 2)
        facts[f"GIMP {version}, outside the dreaming: seconds"] = round(large - small, 2)
    return facts
