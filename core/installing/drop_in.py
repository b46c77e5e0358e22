"""Makes the ZIP for GIMP 3's folder of plug-ins: `python -m core.installing.drop_in`.

It holds the folder deep_dream: the plug-in for GIMP 3, and in its folder `install` what install.py
needs to install the core. Without the core the plug-in says so, and with which command. The
installer then puts the plug-in as it should be in that folder's place.
"""

from __future__ import annotations

import argparse
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from core.installing.install import DEVELOPERS, FILES, FOLDERS
from core.installing.kinds import GIMP_3
from core.installing.places import SOURCE
from core.version import VERSION
from gimp_plugin.common.core_config import INSTALLER

NAME = f"deep-dream-gimp-{VERSION}.zip"
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


def make(source: Path, target: Path) -> None:
    """Write the archive of the project in `source` to the file `target`."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in sorted(contents(source), key=lambda entry: entry[1]):
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
    """Make it and say where it is; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m core.installing.drop_in",
        description="Makes the ZIP that is unpacked into GIMP 3's folder of plug-ins.",
    )
    parser.add_argument(
        "-o", metavar="DIR", type=Path, default=Path.cwd(), help="where to put it; else here"
    )
    target = parser.parse_args(arguments).o / NAME
    make(SOURCE, target)
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
