"""Writes docs/licences.md: under which licence each locked package is, as its own metadata says.

    python3 tests/licences.py

Run by tests/run's environment, which has most of them; what is for other systems is downloaded.
"""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import tempfile
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# In the place of this folder, which has a gimp_plugin of its own.
sys.path[0] = str(ROOT)

from core.installing.pins import LOCK, TEST_LOCK, Pin, read_pins  # noqa: E402

PAGE = ROOT / "docs" / "licences.md"
_LONG = 60
_BEGINNING = """\
# Licences of what gets installed

Deep Dream for GIMP itself is GPL-3.0-or-later. `install.py` fetches the packages below from where
their makers publish them; none of them is part of this project. What is said of each is what its
own metadata says. Those of NVIDIA come with PyTorch for graphics cards, on Linux alone.
`tests/licences.py` makes this page from `requirements.lock`.

"""
_TESTS = """
## For the tests alone

"""
_TABLE = "| package | versions | licence | home |\n|---|---|---|---|\n"


def main() -> int:
    """Write the page. Returns the exit status."""
    installed, tests = read_pins(ROOT / LOCK), read_pins(ROOT / TEST_LOCK)
    PAGE.write_text(_BEGINNING + _table(installed) + _TESTS + _table(tests), encoding="utf-8")
    return 0


def _table(pins: tuple[Pin, ...]) -> str:
    rows: dict[str, list[str]] = {}
    for pin in pins:
        versions = rows.setdefault(pin.name, [])
        versions += [pin.version] if pin.version not in versions else []
    return _TABLE + "".join(
        f"| {name} | {', '.join(versions)} | {licence(about)} | {_home(about)} |\n"
        for name, versions in rows.items()
        for about in [_metadata(name, versions[-1])]
    )


def licence(about: Message) -> str:
    """A package's licence: its SPDX expression, or its classifiers, or the old field."""
    if expression := about.get("License-Expression"):
        return expression
    kinds = [
        text.rpartition(" :: ")[2]
        for text in about.get_all("Classifier", [])
        if text.startswith("License :: ") and text != "License :: OSI Approved"
    ]
    field = (about.get("License") or "").strip().splitlines()
    return ", ".join(kinds) or (field[0][:_LONG] if field else "see its home page")


def _home(about: Message) -> str:
    urls = dict(text.split(", ", 1) for text in about.get_all("Project-URL", []) if ", " in text)
    known = {name.lower(): url for name, url in urls.items()}
    for name in ("homepage", "home", "source", "source code", "repository", "documentation"):
        if name in known:
            return known[name]
    return about.get("Home-page") or next(iter(urls.values()), "")


def _metadata(name: str, version: str) -> Message:
    try:
        return message_from_string(str(importlib.metadata.distribution(name).read_text("METADATA")))
    except importlib.metadata.PackageNotFoundError:
        return _downloaded(name, version)


def _downloaded(name: str, version: str) -> Message:
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*pip, "--dest", folder, f"{name}=={version}"], check=True)
        (wheel,) = Path(folder).iterdir()
        with zipfile.ZipFile(wheel) as archive:
            (path,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
            return message_from_string(archive.read(path).decode("utf-8"))


if __name__ == "__main__":
    sys.exit(main())
