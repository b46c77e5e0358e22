"""Profiles of GIMP, with the plug-in in them, that ask nothing when GIMP starts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.gimp import gimps

_GIMPRC = """\
(config-version "{version}")
(show-welcome-dialog no)
(check-updates no)
(color-profile-policy keep)
(save-session-info no)
(restore-session no)
(save-document-history no)
"""


def install(home: Path, profiles: list[Path]) -> None:
    """Have the real installer put the core into `home`, and the plug-in into new profiles.

    Raises:
        AssertionError: it failed.
    """
    command = [sys.executable, str(gimps.PROJECT / "install.py"), "--python", sys.executable]
    command += ["--home", str(home)]
    for profile in profiles:
        profile.mkdir(parents=True, mode=0o700)
        command += ["--gimp-profile", str(profile)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout


def configure(gimp: gimps.Gimp, profile: Path, *lines: str) -> None:
    """Write preferences: without questions, and with these lines of a gimprc."""
    shown = gimp.run(profile, ["gimp-console", "--version"])
    found = re.search(r"\d+\.\d+\.\d+", shown)
    assert found, shown
    text = _GIMPRC.format(version=found[0]) + "".join(f"{line}\n" for line in lines)
    (profile / "gimprc").write_text(text)
