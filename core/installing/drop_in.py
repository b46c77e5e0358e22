"""Makes ZIPs that bring the plug-in into GIMP 3 without this installer.

    python -m core.installing.drop_in

One is for GIMP's folder of plug-ins. It holds the folder deep_dream: the plug-in, and in its folder
`install` what install.py needs to install the core. Without the core the plug-in says so, and with
which command. The installer then puts the plug-in as it should be in that folder's place.

The other is for GIMP's folder of extensions: the same and a description, so that GIMP's dialog of
extensions shows it and turns it on and off. It is no .gex: of one that is opened GIMP 3.0 forgets
what is a program, and GIMP 3.2 takes it for a compressed picture.
"""

from __future__ import annotations

import argparse
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.installing.kinds import GIMP_3
from core.installing.places import SOURCE
from core.installing.program import DEVELOPERS, FILES, FOLDERS
from core.version import VERSION
from gimp_plugin.common.core_config import INSTALLER

NAME = f"deep-dream-gimp-{VERSION}.zip"
ID = "org.deep_dream_gimp.deep_dream"
"""The extension's, and its folder's name."""
METAINFO = f"{ID}.metainfo.xml"
EXTENSION = f"{ID}-{VERSION}.zip"
_PROGRAMS = (GIMP_3.entry, "install.py")
_DAY = (2026, 1, 1, 0, 0, 0)
"""Of all files, so that equal sources make equal archives."""


def contents(source: Path) -> Iterator[tuple[Path, str]]:
    """What the archive holds: files of the project `source`, and their names in the archive."""
    plugin = Path(GIMP_3.name)
    for folder, place in GIMP_3.parts(source, plugin):
        yield from _below(folder, place)
    within = plugin / INSTALLER[0]
    for name in FILES:
        yield source / name, (within / name).as_posix()
    for name in FOLDERS:
        yield from _below(source / name, within / name)


def extension(source: Path) -> Iterator[tuple[Path, str]]:
    """What the extension holds, likewise."""
    yield source / "gimp_plugin" / METAINFO, f"{ID}/{METAINFO}"
    for path, name in contents(source):
        yield path, f"{ID}/{name}"


def make(held: Iterable[tuple[Path, str]], target: Path) -> None:
    """Write an archive of these files, each with its name in it, to the file `target`."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in sorted(held, key=lambda entry: entry[1]):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.create_system = 3  # Unix: else the mode is not heeded.
            mode = 0o755 if path.name in _PROGRAMS else 0o644
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def _below(folder: Path, place: Path) -> Iterator[tuple[Path, str]]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not {"__pycache__", *DEVELOPERS}.intersection(parts):
            yield path, place.joinpath(*parts).as_posix()


def main(arguments: list[str]) -> int:
    """Make both and say where they are; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m core.installing.drop_in",
        description="Makes the ZIPs for GIMP 3's folders of plug-ins and of extensions.",
    )
    parser.add_argument(
        "-o", metavar="DIR", type=Path, default=Path.cwd(), help="where to put them; else here"
    )
    folder: Path = parser.parse_args(arguments).o
    for name, held in ((NAME, contents(SOURCE)), (EXTENSION, extension(SOURCE))):
        make(held, folder / name)
        print(folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
