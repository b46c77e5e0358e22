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


def read_requirements(
    project: Path, table: str = "project", key: str = "dependencies"
) -> tuple[Requirement, ...]:
    """The requirements in the array `key` of `[table]` in the file pyproject.toml.

    Its own small reader, because Python 3.10 has none for TOML: arrays of plain strings, without
    comments in them.
    """
    text = project.read_text(encoding="utf-8")
    _, _, rest = text.partition(f"\n[{table}]\n")
    inside = rest.split("\n[", 1)[0]
    array = re.search(rf'^{key} = \[((?:"[^"]*"|[^"\]])*)\]', inside, re.M)
    if array is None:
        raise ValueError(f"{project} has no {key} in [{table}]")
    return tuple(_requirement(found) for found in re.findall(r'"([^"]+)"', array[1]))


def _requirement(text: str) -> Requirement:
    name = re.split(r"[\[<>=!; ]", text, maxsplit=1)[0]
    return Requirement(text, name, _MODULES.get(name, name.replace("-", "_")))


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: "2.15.0+cpu" is (2, 15, 0)."""
    return tuple(int(part) for part in re.split(r"[^\d.]", version)[0].split(".") if part)
