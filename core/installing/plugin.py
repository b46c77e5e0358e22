"""Puts the plug-in into a GIMP profile."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path

from core.installing.files import copy_folder, remove, staging, swap_in, write_whole
from core.installing.gimps import Profile
from core.installing.kinds import GIMP_2, GIMP_3, PlugIn, plugin_for
from core.installing.places import Home
from core.installing.program import copy_program
from core.installing.python_fu import lacking, of_profile, readable
from core.installing.running import Log, ask
from core.installing.talk import InstallError, say
from gimp_plugin.common.core_config import INSTALLER

CONFIG = "core.json"
_FIRST_START = 120.0


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
        plugin = plugin_for(profile.folder)
        words = [*profile.gimp.command, *plugin.options, *plugin.leave]
        answer = ask(words, _FIRST_START)
        log.line(f"{profile.gimp.command}: {answer}")
    if profile.folder.exists():
        return
    if any(other.is_dir() for other in profile.folder.parent.glob("[0-9]*.[0-9]*")):
        raise InstallError(
            f"{profile.folder} is not there yet: this GIMP was never started.",
            "Start GIMP once, close it, then run install.py again.",
        )


def require_place(profile: Profile, known: bool) -> None:
    """See that the plug-in can be had in `profile`: its place is free, or has the plug-in in it.

    Raises:
        InstallError: it has something else, which must not be overwritten, or GIMP is too old.
    """
    plugin = plugin_for(profile.folder)
    _require_gimp(profile.folder, plugin)
    folder = plugin.folder_in(profile.folder)
    if known or folder.is_symlink() or not folder.exists() or (folder / CONFIG).exists():
        return
    entry = folder / plugin.entry
    if not entry.is_file() or plugin.procedure.encode() not in entry.read_bytes():
        raise InstallError(
            f"{folder} holds something else.", "Move it away, then run install.py again."
        )


def require_writable(profile: Profile) -> None:
    """See that files can be made in `profile`; other GIMPs get their plug-in all the same.

    Raises:
        InstallError: they cannot.
    """
    place = profile.plugins
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise InstallError(
            f"{place} cannot be written to: {error.strerror or error}.",
            "See that the folder is yours and its disk is not locked or full, then run install.py "
            "again.",
        ) from error


def _require_gimp(profile: Path, plugin: PlugIn) -> None:
    if plugin != GIMP_2:
        if re.fullmatch(r"[012]\.\d+", profile.name):
            later = "Deep Dream needs GIMP 2.10, or 3.0 or later."
            raise InstallError(f"{profile} is of a GIMP that is too old.", later)
        return
    if of_profile(profile) is False:
        check = lacking(f"The GIMP 2.10 of {profile}")
        raise InstallError(check.text, check.remedy)
    if not readable(profile):
        raise InstallError(
            f"The Python of GIMP 2.10 cannot read {profile}: it knows no such letters.",
            "Use GIMP 3, or start GIMP 2.10 with the variable GIMP2_DIRECTORY naming a folder of "
            "plain letters, and give install.py that folder with --gimp-profile.",
        )


def install(source: Path, profile: Path, home: Home, python: Path, version: str) -> Path:
    """Install or replace the plug-in in `profile`; returns its folder."""
    plugin = plugin_for(profile)
    folder = plugin.folder_in(profile)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = staging(folder)
    remove(staged)
    for part, place in plugin.parts(source, staged):
        copy_folder(part, place)
    if plugin == GIMP_3:
        # With it GIMP 3's plug-in repairs what the plug-in cannot do without.
        copy_program(source, staged / INSTALLER[0])
    config = {"python": str(python), "program": str(home.program), "version": version}
    write_whole(staged / CONFIG, json.dumps(config, indent=2) + "\n")
    if os.name == "posix":
        (staged / plugin.entry).chmod(0o755)
    swap_in(folder)
    # GIMP remembers a plug-in by this time.
    os.utime(folder / plugin.entry)
    return folder
