"""What there is to translate, read out of the sources: a catalogue of texts in English."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from babel.messages import Catalog

ROOT = Path(__file__).resolve().parent.parent.parent
COMMON = ROOT / "gimp_plugin" / "common"
DOMAIN = "deep-dream-gimp"
PROJECT = "Deep Dream for GIMP"
# What the artist reads in GIMP comes from here; the rest of the core is the command line's.
_FOLDERS = ("gimp_plugin", "core")
_FUNCTIONS = ("_", "N_", "ngettext")
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
        for message in wrapped(path):
            found.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)])
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
    path = COMMON / "words.json"
    for words in _read(path).values():
        yield path, ", ".join(words)
    path = COMMON / "gallery" / "index.json"
    for entry in _read(path)["entries"]:
        if entry["kind"] == "concept":
            yield path, entry["name"]
            yield path, entry["title"]


def wrapped(path: Path) -> Iterator[str | tuple[str, ...]]:
    """The texts in the calls of `_` and its kin in a Python file; of `ngettext` both in one."""
    for call in _calls(path):
        given = call.args[:2] if _name(call) == "ngettext" else call.args
        literals = (part.value for part in given if isinstance(part, ast.Constant))
        found = [value for value in literals if isinstance(value, str)]
        if found:
            yield tuple(found) if len(found) > 1 else found[0]


def wrongly_wrapped(path: Path) -> Iterator[str]:
    """Such calls, as FILE:LINE, whose texts are put together at run time, unseen by any tool."""
    for call in _calls(path):
        if any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in call.args):
            yield f"{path.relative_to(ROOT)}:{call.lineno}"


def _calls(path: Path) -> list[ast.Call]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    found = [node for node in nodes if isinstance(node, ast.Call) and _name(node) in _FUNCTIONS]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
