"""What the core needs, as pyproject.toml lists it."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from pathlib import Path

_MODULES = {"pillow": "PIL"}
_COMPARE = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True)
class Requirement:
    """One package: `text` as pip takes it, its `name`, and the `module` that a program imports."""

    text: str
    name: str
    module: str

    def accepts(self, version: str) -> bool:
        """Whether a package of that version will do."""
        for compare, limit in re.findall(r"(>=|<=|==|!=|>|<)\s*([\d.]+)", self.text):
            found, wanted = _numbers(version), _numbers(limit)
            length = max(len(found), len(wanted))
            padded = [numbers + (0,) * (length - len(numbers)) for numbers in (found, wanted)]
            if not _COMPARE[compare](*padded):
                return False
        return True


def read_requirements(project: Path) -> tuple[Requirement, ...]:
    """The dependencies in the file pyproject.toml.

    Its own small reader, because Python 3.10 has none for TOML: it takes the array `dependencies`
    of the table `[project]`, one string to a line.
    """
    text = project.read_text(encoding="utf-8")
    table = text.split("\n[project]\n", 1)[1].split("\n[", 1)[0]
    array = table.split("\ndependencies = [\n", 1)[1].split("\n]", 1)[0]
    return tuple(_requirement(found) for found in re.findall(r'^\s*"([^"]+)"', array, re.M))


def _requirement(text: str) -> Requirement:
    name = re.split(r"[\[<>=!; ]", text, maxsplit=1)[0]
    return Requirement(text, name, _MODULES.get(name, name.replace("-", "_")))


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: "2.15.0+cpu" is (2, 15, 0)."""
    return tuple(int(part) for part in re.split(r"[^\d.]", version)[0].split(".") if part)
