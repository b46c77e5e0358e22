"""The installer, run from within GIMP: which one there is, and what it says while it works."""

import os
import shutil
import sys
import threading
from typing import Any, NamedTuple

from gi.repository import GLib

from common.core_config import PASSING, WATCHED, installed_program, packed_installer
from common.environment import core_environment
from common.log_tail import LogTail
from common.mailbox import Mailbox
from common.process import start_process
from common.translation import VARIABLE, languages

# Seconds.
_LAST_WORDS = 0.5
_NAME = "deep-dream-gimp"
# Where Python is on a Mac that a program started from the Finder does not look.
_MORE_PLACES = (
    "/Library/Frameworks/Python.framework/Versions/Current/bin",
    "/opt/homebrew/bin",
    "/usr/local/bin",
)


class Said(NamedTuple):
    """A line of the installer's; a `passing` one stands only until the next."""

    text: str
    passing: bool


class Installer:
    """A run of install.py.

    `command` starts it; what it then writes down is in the file `log_path`. `fresh` says whether
    there is nothing yet to repair.
    """

    def __init__(self, command, log_path, fresh):
        self.log_path, self.fresh = log_path, fresh
        self._command = command
        self._process: Any = None
        self._errors: Any = None
        self._said = Mailbox()
        self._readers = []

    def start(self):
        """Begin, or begin again once it has ended.

        Raises OSError where it cannot be started.
        """
        self._said = Mailbox()
        self._process = start_process(self._command, _environment())
        self._process.stdin.close()
        self._errors = LogTail(self._process.stderr)
        self._readers = [
            threading.Thread(target=work, daemon=True) for work in (self._errors.run, self._read)
        ]
        for reader in self._readers:
            reader.start()

    def said(self):
        """What it has said since the last call, a list of Said."""
        return self._said.take_all(0)

    def ended(self):
        """Whether it has ended; then all that it said can be taken."""
        if self._process.poll() is None:
            return False
        for reader in self._readers:
            # What it started may still hold the other ends.
            reader.join(_LAST_WORDS)
        return True

    def succeeded(self):
        """Whether it has ended well."""
        return self._process.returncode == 0

    def reason(self):
        """Why it has not: its own sentences, and what to do; empty where it said nothing."""
        return self._errors.text()

    def stop(self):
        """End it. It puts right whatever was left half done when it runs again."""
        if self._process is not None and not self.ended():
            self._process.terminate()
            self._process.wait()

    def _read(self):
        with self._process.stdout as stream:
            for line in stream:
                text = line.decode("utf-8", "replace").rstrip("\n")
                passing = text.startswith(PASSING)
                said = Said(text.strip(), passing)
                self._said.put(said, "passing" if passing else None)


def find_installer(folder):
    """The installer of the plug-in in `folder`, None where it cannot be run from within GIMP."""
    if os.path.exists("/.flatpak-info") or "SNAP" in os.environ:
        # What it would make in there is not where the sandbox's GIMP is allowed to look.
        return None
    python, script = _python(), packed_installer(folder)
    if python is None or script is None:
        return None
    program = installed_program(folder)
    home = os.path.dirname(program) if program else _default_home()
    log_path = os.path.join(home, "logs", "install.log")
    return Installer([python, script, "--home", home], log_path, program is None)


def _environment():
    environment = dict(core_environment(), **{WATCHED: "1", VARIABLE: ":".join(languages())})
    # That one of GIMP's own is what says which profile to care for.
    if "GIMP3_DIRECTORY" in os.environ:
        environment["GIMP3_DIRECTORY"] = os.environ["GIMP3_DIRECTORY"]
    return environment


def _python():
    """A Python that is the system's, not GIMP's own; None where there is none."""
    places = core_environment().get("PATH", os.defpath).split(os.pathsep)
    mounted = os.environ.get("APPDIR")
    if mounted:
        # An AppImage's Python is gone as soon as its GIMP ends.
        places = [place for place in places if not place.startswith(mounted)]
    if sys.platform == "darwin":
        places += _MORE_PLACES
    names = ["py"] if os.name == "nt" else []
    names += ["python3", "python"] if os.name == "nt" else ["python3"]
    found = (shutil.which(name, path=os.pathsep.join(places)) for name in names)
    return next((python for python in found if python), None)


def _default_home():
    """Where the installer puts all, unless told otherwise (core/installing/places.py)."""
    if sys.platform == "darwin":
        return os.path.expanduser(f"~/Library/Application Support/{_NAME}")
    return os.path.join(GLib.get_user_data_dir(), _NAME)
