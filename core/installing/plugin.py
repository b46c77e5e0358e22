"""Puts the plug-in into a GIMP profile."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from core.installing.files import copy_folder, remove, staging, swap_in, write_whole
from core.installing.gimps import Profile
from core.installing.places import Home
from core.installing.running import Log, ask
from core.installing.talk import InstallError, say

NAME = "deep_dream"
ENTRY = NAME + ".py"
CONFIG = "core.json"
PROCEDURE = "plug-in-deep-dream"
_FIRST_START = 120.0


def folder_in(profile: Path) -> Path:
    """Where the plug-in is in a profile. Folder and file must have one name: GIMP's rule."""
    return profile / "plug-ins" / NAME


def parts(source: Path, plugin: Path) -> tuple[tuple[Path, Path], ...]:
    """The folders of the source that make up the plug-in, and where each goes in its folder."""
    folder = source / "gimp_plugin"
    return ((folder / NAME, plugin), (folder / "common", plugin / "common"))


def prepare_profile(profile: Profile, log: Log) -> None:
    """Let a GIMP that was never started make its profile, as its first start would.

    A profile made by hand would keep GIMP from taking over an older one's settings and brushes.

    Raises:
        InstallError: there is an older profile to take over, and GIMP cannot be started.
    """
    if profile.folder.exists():
        return
    if profile.gimp is not None:
        say(f"Starting {profile.gimp.name} once, so that it makes its settings folder …")
        options = ["--new-instance", "--no-interface", "--no-data", "--no-fonts", "--no-splash"]
        answer = ask([*profile.gimp.command, *options, "--quit"], _FIRST_START)
        log.line(f"{profile.gimp.command}: {answer}")
    if profile.folder.exists():
        return
    if any(other.is_dir() for other in profile.folder.parent.glob("[0-9]*.[0-9]*")):
        raise InstallError(
            f"{profile.folder} is not there yet: this GIMP was never started.",
            "Start GIMP once, close it, then run install.py again.",
        )


def require_place(folder: Path, known: bool) -> None:
    """See that the plug-in's folder can be had: it is free, or has the plug-in in it.

    Raises:
        InstallError: it has something else, which must not be overwritten, or GIMP is too old.
    """
    if re.fullmatch(r"[012]\.\d+", folder.parents[1].name):
        raise InstallError(
            f"{folder.parents[1]} is of a GIMP that is too old.",
            "Deep Dream needs GIMP 3.0 or later.",
        )
    if known or folder.is_symlink() or not folder.exists() or (folder / CONFIG).exists():
        return
    entry = folder / ENTRY
    if not entry.is_file() or PROCEDURE.encode() not in entry.read_bytes():
        raise InstallError(
            f"{folder} holds something else.", "Move it away, then run install.py again."
        )


def install(source: Path, profile: Path, home: Home, python: Path, version: str) -> Path:
    """Install or replace the plug-in in `profile`; returns its folder."""
    folder = folder_in(profile)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = staging(folder)
    remove(staged)
    for part, place in parts(source, staged):
        copy_folder(part, place)
    config = {"python": str(python), "program": str(home.program), "version": version}
    write_whole(staged / CONFIG, json.dumps(config, indent=2) + "\n")
    if os.name == "posix":
        (staged / ENTRY).chmod(0o755)
    swap_in(folder)
    # GIMP remembers a plug-in by this time.
    os.utime(folder / ENTRY)
    return folder
