"""What whoever helps an artist must know: one text to copy, without the artist's names and folders.

In English, for it is written for them. Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import getpass
import os
import platform
import re
import socket
import sys

from .text import as_text

_USER_VARIABLES = ("USER", "LOGNAME", "USERNAME", "SUDO_USER")
_HOST_VARIABLES = ("HOSTNAME", "COMPUTERNAME", "HOST")
_HOME_VARIABLES = ("HOME", "USERPROFILE")
# Names that name nobody.
_NOBODY = ("root", "user", "admin", "administrator", "localhost", "none", "unknown")
# Beginnings of paths that are the same on every computer.
_COMMON_PLACES = re.compile(
    r"(?:~|/(?:usr|lib\w*|bin|sbin|opt|etc|proc|sys|dev|app|snap|Applications|Library|System)"
    r"|[A-Z]:\\(?:Windows|Program(?: Files[^\\]*)?))(?:[/\\]|$)",
    re.IGNORECASE,
)
_QUOTED_PATH = re.compile(
    r"(?<=[\"'\u201c\u2018])(?:[A-Za-z]:)?[/\\][^\"'\u201c\u201d\u2018\u2019\n]+"
)
# On disks of one's own folders have names with spaces, so that a path may go on to the line's end.
_OWN_DISK = re.compile(
    r"(?<![\w~.\\])(?:/(?:media|mnt|run/media|Volumes)/|\\\\|[A-Z]:[/\\](?!Windows|Program))"
    r"[^\n\"'\u201d:]+",
    re.IGNORECASE,
)
# What stands before a path must not belong to it, as in an address of the web.
_OTHER_PATH = re.compile(r"(?<![\w~:/\\.\u2026])/[^\s\"'\u201c\u201d:;,()]+")
_OTHERS_HOME = re.compile(r"(?:[A-Z]:)?[/\\](?:home|Users)[/\\][^/\\\s\"']+", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FLAGS = re.IGNORECASE | re.UNICODE


def text(gimp, plugin, ready=None, error=None, log=""):
    """All of it.

    Args:
        gimp: GIMP's version.
        plugin: the plug-in's, as core.json says it; empty where there is none.
        ready: the worker's `ready` event (docs/protocol.md), None where it has not come.
        error: the WorkerError that came last, or None.
        log: what the worker last wrote to standard error.
    """
    ready = ready or {}
    networks = [row["name"] for row in ready.get("networks", []) if row.get("installed")]
    lines = [
        ("GIMP", gimp),
        ("Deep Dream", plugin),
        ("Core", ready.get("version")),
        ("Device", ready.get("device")),
        ("PyTorch", ready.get("pytorch")),
        ("Core's Python", ready.get("python")),
        ("GIMP's Python", platform.python_version()),
        ("System", _system()),
        ("Language", as_text(os.environ.get(str("LANGUAGE")) or os.environ.get(str("LANG"), ""))),
        ("Networks", ", ".join(networks)),
        ("Last error", _told(error)),
    ]
    said = "\n".join("{}: {}".format(name, value or "unknown") for name, value in lines)
    log = "\n".join(part for part in (error.log if error else "", log) if part)
    if log:
        said += "\n\nLog:\n" + log
    return scrubbed(said, *whose())


def scrubbed(said, homes, names):
    """The text `said` without folders and names of a person.

    Args:
        homes: the person's home folders, which become "~".
        names: of the person and the computer, which become "NAME".
    """
    for home in sorted(homes, key=len, reverse=True):
        said = _without_home(said, home)
    said = _ADDRESS.sub("NAME", _OTHERS_HOME.sub("~", said))
    for kind in (_QUOTED_PATH, _OWN_DISK, _OTHER_PATH):
        said = kind.sub(lambda found: _short(found.group()), said)
    for name in sorted(names, key=len, reverse=True):
        alone = r"(?<![^\W_]){}(?![^\W_])".format(re.escape(name))
        said = re.sub(alone, "NAME", said, flags=_FLAGS)
    return said


def whose():
    """Home folders and names of who runs this, and of the computer, as `scrubbed` takes them."""
    homes = {_variable(name) for name in _HOME_VARIABLES}
    homes.add(as_text(os.path.expanduser(str("~"))))
    homes |= {as_text(os.path.realpath(home)) for home in homes if home}
    names = {_variable(name) for name in _USER_VARIABLES + _HOST_VARIABLES}
    names |= {as_text(platform.node()), as_text(socket.gethostname())} | _accounts_names()
    names |= {name.split(".")[0] for name in names}
    names |= {re.split("[/\\\\]", home.rstrip("/\\"))[-1] for home in homes}
    homes = {home.rstrip("/\\") for home in homes}
    kept = {name for name in names if len(name) > 1 and name.lower() not in _NOBODY}
    return {home for home in homes if len(home) > 1 and home.strip("/\\").count(":") < 2}, kept


def _accounts_names():
    found = set()
    try:
        found.add(as_text(getpass.getuser()))
    except (ImportError, KeyError, OSError):
        pass  # There is no account of that number, as in some containers.
    try:
        import pwd

        full = as_text(pwd.getpwuid(os.getuid()).pw_gecos).split(",")[0].strip()
        found |= {full} | {part for part in full.split() if len(part) > 2}
    except (ImportError, KeyError):
        pass  # Windows has none, and neither has such a container.
    return found


def _variable(name):
    return as_text(os.environ.get(str(name), ""))


def _without_home(said, home):
    """`home` as "~", with either kind of stroke, doubled or not, whatever the case on Windows."""
    strokes = "(?:/|\\\\{1,2})"
    pattern = strokes.join(re.escape(part) for part in re.split("[/\\\\]", home))
    flags = re.IGNORECASE if ":" in home else 0
    return re.sub(pattern + r"(?![^\W_])", "~", said, flags=flags | re.UNICODE)


def _short(path):
    """A path of a place that may tell something as its last part alone."""
    if _COMMON_PLACES.match(path):
        return path
    parts = [part for part in re.split("[/\\\\]", path) if part]
    return path if len(parts) < 2 else "\u2026/" + parts[-1]


def _system():
    names = (platform.system(), platform.release(), platform.machine())
    boxes = [box for box, sign in (("Flatpak", "FLATPAK_ID"), ("Snap", "SNAP")) if _variable(sign)]
    bits = "64 bits" if sys.maxsize > 2**32 else "32 bits"
    return ", ".join([" ".join(as_text(name) for name in names), bits] + boxes)


def _told(error):
    return "none" if error is None else "{}: {}".format(error.code, error.sentence())
