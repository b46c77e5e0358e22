"""Where anything is written, and that no network is needed: shown where nothing else is possible.

Everything happens in a namespace without a network, where the whole disk is read-only but for one
folder, which holds the user's home. What is found in that folder is all that was written anywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.installing.places import NAME
from tests.installing.stand_in import REAL

_CONFINED = """
set -e
mount --make-rprivate /
mount --bind "$PLACE" "$PLACE"
mount -t tmpfs none /dev/shm
mount -o remount,bind,ro /
if touch /tmp/somewhere "$PROJECT/somewhere" 2>/dev/null; then echo not confined; exit 1; fi
"$@"
find /dev/shm -mindepth 1
"""
# What asks for a network says so to Python, even where it goes on without an answer.
_WATCHED = """
import runpy, sys
ASKS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
sys.addaudithook(lambda event, values: event in ASKS and print("NETWORK", event, values))
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
_DATA, _CACHE = f".local/share/{NAME}", f".cache/{NAME}"
_PLUGIN = ".config/GIMP/3.0/plug-ins/deep_dream"


def _run(place: Path, *command: str | Path) -> str:
    """Run it in there; what it said."""
    words = ["unshare", "--mount", "--net", "sh", "-c", _CONFINED, "sh", *map(str, command)]
    variables = {"PLACE": str(place), "PROJECT": str(REAL), "PATH": os.environ["PATH"]}
    variables |= {"HOME": str(place / "home"), "TMPDIR": str(place / "tmp"), "LANG": "C.UTF-8"}
    done = subprocess.run(words, env=variables, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _written(place: Path) -> set[str]:
    """The folders that README names, as far as there is something in them, and whatever is not in
    any of these."""
    found: set[str] = set()
    for path in place.rglob("*"):
        name = str(path.relative_to(place / "home" if "home" in path.parts else place))
        if path.is_file() or path.is_symlink():
            known = [folder for folder in (_DATA, _CACHE, _PLUGIN) if name.startswith(folder + "/")]
            found.add(known[0] if known else name)
    return found


@pytest.mark.slow
def test_nothing_is_written_elsewhere_and_no_network_is_asked_for(tmp_path: Path) -> None:
    """Installing with an environment that is there, a dream, the doctor, an uninstall."""
    possible = sys.platform.startswith("linux") and os.geteuid() == 0 and shutil.which("unshare")
    probe = ["unshare", "--mount", "--net", "mount", "--make-rprivate", "/"]
    if not possible or subprocess.run(probe, capture_output=True).returncode != 0:
        pytest.skip("NOT RUN: a place without network, else read-only, needs root on Linux.")
    place = tmp_path / "place"
    (place / "tmp").mkdir(parents=True)
    (place / "home" / _PLUGIN).parent.mkdir(parents=True)

    installer = (sys.executable, REAL / "install.py")
    _run(place, *installer, "--python", sys.executable)
    # The first dream measures what is fastest here and keeps it.
    assert _written(place) - {_CACHE} == {_DATA, _PLUGIN}
    core = place / "home" / _DATA / "program" / "core"
    dream = ("dream", REAL / "core" / "sample.jpg", "-o", place / "home" / "mine.png")
    said = _run(place, sys.executable, "-I", "-B", "-c", _WATCHED, core, *dream)
    assert "NETWORK" not in said
    assert _written(place) - {_CACHE} == {_DATA, _PLUGIN, "mine.png"}
    assert "/dev/shm" not in said
    _run(place, *installer, "--doctor")
    said = _run(place, *installer, "--uninstall")
    assert str(place / "home" / _CACHE) in said
    assert _written(place) - {_CACHE} == {"mine.png"}
