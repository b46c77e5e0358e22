"""The two plug-ins, for GIMP 3 and for GIMP 2.10: which one a profile gets, and what differs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_PROTOCOL_3 = 100
"""GIMP 2.10 speaks version 26 of the protocol that its pluginrc names, GIMP 3.0 version 277."""


@dataclass(frozen=True)
class PlugIn:
    """A plug-in: its folder's name, its procedure's, and the words that start its GIMP.

    `options` start GIMP without its windows; `leave` has it end by itself then.
    """

    name: str
    procedure: str
    options: tuple[str, ...]
    leave: tuple[str, ...]

    @property
    def entry(self) -> str:
        """The script's name. Folder and script must have one name: GIMP's rule."""
        return self.name + ".py"

    def folder_in(self, profile: Path) -> Path:
        """Where the plug-in is in a profile."""
        return profile / "plug-ins" / self.name

    def parts(self, source: Path, plugin: Path) -> tuple[tuple[Path, Path], ...]:
        """The folders of the source that make up the plug-in, and where each goes in `plugin`."""
        folder = source / "gimp_plugin"
        return ((folder / self.name, plugin), (folder / "common", plugin / "common"))


GIMP_3 = PlugIn(
    "deep_dream",
    "plug-in-deep-dream",
    ("--new-instance", "--no-interface", "--no-data", "--no-fonts", "--no-splash"),
    ("--quit",),
)
GIMP_2 = PlugIn(
    "deep_dream_gimp2",
    "python-fu-deep-dream",
    ("--new-instance", "--no-interface", "--no-data", "--no-fonts", "--no-splash"),
    # Script-Fu is in every GIMP 2.10, whatever else it lacks.
    ("-b", "(gimp-quit 1)"),
)
ALL = (GIMP_3, GIMP_2)


def plugin_for(profile: Path) -> PlugIn:
    """The plug-in for the GIMP whose profile that folder is."""
    return GIMP_2 if is_gimp_2(profile) else GIMP_3


def is_gimp_2(profile: Path) -> bool:
    """Whether a profile is of GIMP 2.10, by its name or by what GIMP has written into it."""
    if re.search(r"(^|[^\d.])2\.10$", profile.name):
        return True
    found = re.search(r"^\(protocol-version (\d+)\)", plugin_cache(profile), re.M)
    return found is not None and int(found[1]) < _PROTOCOL_3


def plugin_cache(profile: Path) -> str:
    """What GIMP has written down of all plug-ins; empty before its first start."""
    path = profile / "pluginrc"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
