"""Unpacks archives as file managers and `unzip` do: Python's zipfile forgets what is a program."""

from __future__ import annotations

import zipfile
from pathlib import Path


def unzip(archive: Path, folder: Path) -> None:
    """Unpack all of `archive` into `folder`, each file with the mode that is written beside it."""
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            Path(opened.extract(entry, folder)).chmod(entry.external_attr >> 16 & 0o777)
