"""Why the plug-in might not be in GIMP's menu: looks at one profile, and asks GIMP itself."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.installing.gimps import Profile
from core.installing.kinds import GIMP_2, GIMP_3, PlugIn, plugin_cache, plugin_for
from core.installing.manifest import Manifest
from core.installing.places import Home
from core.installing.plugin import CONFIG
from core.installing.python_fu import lacking, of_profile
from core.installing.report import AGAIN, Check, note, ok, problem
from core.installing.running import ask

_QUESTIONS = {
    GIMP_3: (
        "--batch-interpreter=python-fu-eval",
        "-b",
        "print('deep dream known:', int(Gimp.get_pdb().procedure_exists('plug-in-deep-dream')))",
    ),
    # By Script-Fu, for Python-Fu may be what is missing.
    GIMP_2: (
        "-b",
        '(gimp-message (string-append "deep dream known: " (number->string (car '
        '(gimp-procedural-db-proc-exists "python-fu-deep-dream")))))',
    ),
}
_UNAVAILABLE = 69
"""GIMP's exit status where its Python does not work."""


@dataclass(frozen=True)
class Cached:
    """What GIMP remembers of a plug-in: its file's time in whole seconds, and its procedures."""

    time: int
    procedures: tuple[str, ...]


def check_profile(folder: Path, home: Home, manifest: Manifest | None) -> Iterator[Check]:
    """Everything about the plug-in in the profile `folder` that can be seen without GIMP."""
    version, kind = folder.name, plugin_for(folder)
    if kind != GIMP_2 and re.fullmatch(r"[012]\.\d+", version):
        later = "It needs GIMP 2.10, or 3.0 or later."
        yield problem(f"{folder} is of GIMP {version}, which Deep Dream does not work in.", later)
        return
    if kind == GIMP_2 and of_profile(folder) is False:
        yield lacking(f"The GIMP 2.10 of {folder}")
    plugin = kind.folder_in(folder)
    entry = plugin / kind.entry
    if not entry.is_file():
        yield problem(f"The plug-in is not in {folder}.", AGAIN)
    else:
        yield ok(f"The plug-in is in {plugin}")
        yield from _check_entry(entry)
        yield from _check_files(kind, plugin, home)
        yield from _check_config(plugin / CONFIG, manifest)
        yield from _check_cache(kind, folder, entry)
    yield from _check_folders(kind, folder, plugin)


def registered(profile: Profile) -> Check:
    """Start the profile's GIMP without windows and ask whether it knows the plug-in."""
    gimp = profile.gimp
    if gimp is None:
        return note("GIMP was not asked.")
    kind = plugin_for(profile.folder)
    answer = ask([*gimp.command, *kind.options, *_QUESTIONS[kind], *kind.leave], 120)
    said = answer.output + answer.errors
    if "deep dream known: 1" in said:
        return ok(f"{gimp.name} has the plug-in in its menu: Filters > Artistic > Deep Dream")
    if "deep dream known: 0" in said:
        return problem(f"{gimp.name} does not load the plug-in.", AGAIN)
    if answer.status == _UNAVAILABLE:
        return problem(
            f"{gimp.name} cannot run plug-ins in Python.",
            "Install GIMP's Python support (on Debian and Ubuntu: sudo apt install python3-gi "
            "gir1.2-gimp-3.0), and see that “python3” is the system's own.",
        )
    return note(f"{gimp.name} did not say whether it has the plug-in.")


def _check_entry(entry: Path) -> Iterator[Check]:
    if os.name == "posix" and not os.access(entry, os.X_OK):
        yield problem(f"{entry} is not marked as a program, so GIMP ignores it.", AGAIN)
    if not entry.read_bytes().startswith(b"#!"):
        yield problem(f"{entry} does not begin with “#!”, so GIMP cannot start it.", AGAIN)


def _check_files(kind: PlugIn, plugin: Path, home: Home) -> Iterator[Check]:
    """Compare the plug-in with the copy of it that the program has."""
    for kept, used in kind.parts(home.program, plugin):
        for path in kept.rglob("*"):
            copy = used / path.relative_to(kept)
            if path.is_file() and "__pycache__" not in path.parts:
                if not copy.is_file():
                    yield problem(f"{copy} is missing.", AGAIN)
                elif copy.read_bytes() != path.read_bytes():
                    yield problem(f"{copy} is of another version.", AGAIN)


def _check_config(path: Path, manifest: Manifest | None) -> Iterator[Check]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        python, program, version = (str(values[k]) for k in ("python", "program", "version"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield problem(f"{path} cannot be read ({error}).", AGAIN)
        return
    if not (Path(program) / "core" / "__main__.py").is_file():
        yield problem(f"{path} points to a core that is not there: {program}.", AGAIN)
    # A sandbox has its own Python, which the file system here does not show.
    boxed = manifest is not None and manifest.launcher
    if not boxed and not os.access(python, os.X_OK):
        yield problem(f"{path} points to a Python that is not there: {python}.", AGAIN)
    if manifest is not None and (python, version) != (manifest.python, manifest.version):
        yield problem(f"{path} belongs to another installation ({version}, {python}).", AGAIN)


def _check_cache(kind: PlugIn, folder: Path, entry: Path) -> Iterator[Check]:
    cached = read_cache(folder, entry)
    if cached is None or cached.time != int(entry.stat().st_mtime):
        return
    replaced = entry.stat().st_ctime > (folder / "pluginrc").stat().st_mtime
    if kind.procedure not in cached.procedures or replaced:
        yield problem(
            f"GIMP remembers another plug-in than the one in {entry.parent}.",
            f"Delete {folder / 'pluginrc'} (GIMP makes it again), or run install.py again.",
        )


def read_cache(profile: Path, entry: Path) -> Cached | None:
    """What GIMP's cache in `profile` has for the plug-in file `entry`, None where nothing."""
    for block in plugin_cache(profile).split("\n(plug-in-def ")[1:]:
        found = re.match(r'"((?:[^"\\]|\\.)*)" (\d+)', block)
        if found and found[1].endswith(f"/{entry.parent.name}/{entry.name}"):
            procedures = re.findall(r'\(proc-def "([^"]+)"', block)
            return Cached(int(found[2]), tuple(procedures))
    return None


def _check_folders(kind: PlugIn, folder: Path, plugin: Path) -> Iterator[Check]:
    """Other copies that GIMP finds besides, or finds instead."""
    searched = search_folders(folder)
    if not any(_same(place, plugin.parent) for place in searched):
        yield problem(
            f"GIMP does not look for plug-ins in {plugin.parent}.",
            "In GIMP, Edit > Preferences > Folders > Plug-Ins, add that folder, then restart GIMP.",
        )
    for place in dict.fromkeys((plugin.parent, *searched)):
        for copy in _copies(kind, place):
            if _same(copy.parent, plugin):
                continue
            if copy.parent.name == copy.stem:
                yield problem(f"There is a second copy: {copy}.", "Delete it, then restart GIMP.")
            elif copy.name == kind.entry:
                yield problem(
                    f"{copy} is in the wrong place: GIMP needs {kind.name}/{kind.entry}.",
                    f"Delete {copy}; the right one is in {plugin}.",
                )


def search_folders(folder: Path) -> tuple[Path, ...]:
    """The folders in which GIMP looks for plug-ins, as far as the profile itself tells."""
    gimprc = folder / "gimprc"
    text = gimprc.read_text(encoding="utf-8", errors="replace") if gimprc.is_file() else ""
    found = re.search(r'^\s*\(plug-in-path\s+"((?:[^"\\]|\\.)*)"', text, re.M)
    places = found[1].replace("\\\\", "\\") if found else "${gimp_dir}/plug-ins"
    places = places.replace("${gimp_dir}", str(folder))
    return tuple(
        Path(place).expanduser()
        for place in places.split(os.pathsep)
        if place and "${" not in place
    )


def _copies(kind: PlugIn, place: Path) -> Iterator[Path]:
    """Files in `place`, and one and two folders below it, that register our procedure."""
    for pattern in ("*.py", "*/*.py", "*/*/*.py"):
        for path in place.glob(pattern):
            hidden = any(part.startswith(".") for part in path.relative_to(place).parts)
            if not hidden and path.is_file():
                text = path.read_bytes()
                if kind.procedure.encode() in text and text.startswith(b"#!"):
                    yield path


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
