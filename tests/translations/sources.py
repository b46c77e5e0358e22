"""What there is to translate, read out of the sources: a catalogue of texts in English."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_file

ROOT = Path(__file__).resolve().parent.parent.parent
COMMON = ROOT / "gimp_plugin" / "common"
DOMAIN = "deep-dream-gimp"
PROJECT = "Deep Dream for GIMP"
# What the artist reads in GIMP comes from here; the rest of the core is the command line's.
_FOLDERS = ("gimp_plugin", "core")
_FUNCTIONS = {"_": None, "N_": None, "ngettext": (1, 2)}
# A date would change the files at every run; what has changed and when, git knows.
NO_DATE = datetime(2026, 1, 1, tzinfo=timezone.utc)


def template() -> Catalog:
    """All texts, with the files that they are in."""
    found = Catalog(
        project=PROJECT, version="1", charset="utf-8", creation_date=NO_DATE, fuzzy=False
    )
    found.header_comment = (
        "# Texts of Deep Dream for GIMP. GPL-3.0-or-later.\n"
        "# Made by `python -m tests.translations`; CONTRIBUTING.md says how to add a language."
    )
    for path in python_files():
        name = path.relative_to(ROOT).as_posix()
        for _line, message, comments, _context in extract_from_file(
            "python", path, _FUNCTIONS, ["Translators:"], {"encoding": "utf-8"}
        ):
            found.add(message, locations=[(name, 0)], auto_comments=comments)
    for path, text in declared():
        found.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return found


def python_files() -> list[Path]:
    """The files that may have texts in them, in a fixed order."""
    found = (path for folder in _FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "__pycache__" not in path.parts)


def declared() -> Iterator[tuple[Path, str]]:
    """The texts of the JSON files, each with its file."""
    path = COMMON / "settings.json"
    for row in _read(path):
        choices = (label for _, label in row.get("choices", ()))
        for text in (row["label"], row["help"], row.get("unit", ""), *choices):
            if text:
                yield path, text
    path = COMMON / "groups.json"
    for _, title in _read(path):
        yield path, title
    path = COMMON / "gallery" / "index.json"
    for entry in _read(path)["entries"]:
        if entry["kind"] == "concept":
            yield path, entry["name"]
            yield path, entry["title"]


def wrongly_wrapped(path: Path) -> Iterable[str]:
    """Calls of `_` and its kin that no tool can read: texts that are put together at run time."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _FUNCTIONS
            and any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in node.args)
        ):
            yield f"{path.relative_to(ROOT)}:{node.lineno}"


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
