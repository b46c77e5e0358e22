"""The record of what is installed; written before each thing is made, so that none is forgotten."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from core.installing.files import leftovers, remove, write_whole
from core.installing.kinds import ALL
from core.installing.places import Home
from core.installing.talk import InstallError

FORMAT = 1
_LISTS = ("launcher", "profiles", "owned", "made")


@dataclass(frozen=True)
class Manifest:
    """What is installed, as HOME/manifest.json has it.

    Attributes:
        version: of the program.
        python: absolute path of the Python that runs the core.
        own: whether that Python is in HOME's own environment.
        launcher: the words that start a program in GIMP's sandbox; empty without one.
        device: what the proof found to work: "auto", or "cpu" where the graphics card cannot.
        profiles: GIMP profiles that have the plug-in, absolute.
        owned: files and folders that are the installer's, with all that is in them, absolute.
        made: folders that it made for others, removed if they are empty, absolute.
    """

    version: str = ""
    python: str = ""
    own: bool = True
    launcher: tuple[str, ...] = ()
    device: str = "auto"
    profiles: tuple[str, ...] = ()
    owned: tuple[str, ...] = ()
    made: tuple[str, ...] = ()


def read(home: Home) -> Manifest | None:
    """The manifest in `home`, None where nothing was installed.

    Raises:
        InstallError: there is one that cannot be read.
    """
    if not home.manifest.is_file():
        return None
    try:
        values = json.loads(home.manifest.read_text(encoding="utf-8"))
        if values.pop("format") != FORMAT:
            raise ValueError("another format")
        return Manifest(**{**values, **{name: tuple(values[name]) for name in _LISTS}})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InstallError(
            f"{home.manifest} cannot be read ({error}).",
            f"Delete the folder {home.folder}, then run install.py again.",
        ) from error


def write(home: Home, manifest: Manifest) -> None:
    """Record `manifest`."""
    values = {"format": FORMAT, **asdict(manifest)}
    write_whole(home.manifest, json.dumps(values, indent=2) + "\n")


def claim(home: Home, manifest: Manifest, *paths: Path) -> Manifest:
    """Record that `paths` are about to be made and are the installer's own."""
    owned = dict.fromkeys((*manifest.owned, *map(str, paths)))
    manifest = replace(manifest, owned=tuple(owned))
    write(home, manifest)
    return manifest


def missing_folders(folder: Path) -> tuple[str, ...]:
    """`folder` and those above it that do not exist, the highest first."""
    absent: list[str] = []
    while not folder.exists():
        absent.insert(0, str(folder))
        folder = folder.parent
    return tuple(absent)


def removable(home: Home, manifest: Manifest) -> list[Path]:
    """What an uninstall deletes before the lock and the manifest: all that is the installer's.

    A path that the installer cannot have made is left alone, whatever the file says.
    """
    paths = [Path(text) for text in manifest.owned if Path(text) not in (home.lock, home.manifest)]
    ours = [path for path in paths if home.folder in path.parents or _is_plugin(path)]
    found = [place for path in ours for place in (*leftovers(path), path)]
    return [path for path in found if os.path.lexists(path)]


def remove_last(home: Home, manifest: Manifest) -> None:
    """Remove the lock, the manifest, and the folders that were made, as far as they are empty."""
    for path in (home.lock, *leftovers(home.manifest), home.manifest):
        remove(path)
    for folder in (home.folder, *map(Path, reversed(manifest.made))):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def remove_empty(home: Home) -> None:
    """Remove HOME where an uninstall was broken off when it had removed all but that."""
    if home.folder.is_dir() and all(path == home.lock for path in home.folder.iterdir()):
        remove(home.lock)
        home.folder.rmdir()


def _is_plugin(path: Path) -> bool:
    return path.name in [plugin.name for plugin in ALL] and path.parent.name == "plug-ins"
