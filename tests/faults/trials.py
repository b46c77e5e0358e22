"""How often each fault is tried, at which moments, and what the artist saw: docs/faults.md.

Moments are drawn from a seed that every run prints; `--faults-seed` draws the same ones again.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
_INTRODUCTION = """\
# What if something breaks?

Then your picture is as it was. A dream becomes a layer only when it is there as a whole, in one
undo step; until then nothing in the image is touched, and nothing is written anywhere else. The
dream engine is a process of its own, which ends with the filter, however that ends.

This is what `tests/run --faults` tried for real, at random moments, with the real engine and the
real client of the plug-ins, and in real GIMPs. After each try it looked whether the picture, its
layers, selection and undo steps were as before, whether any process, file or lock was left, and
whether the next dream worked. The message is what the artist saw; the time is the longest of all
tries, on two processors that had much else to do. The installer was killed at its own changes and
at any moment while packages were installed; then it was run again, and what it had installed was
compared, file by file.

What reads frames, settings and records was given bytes that nobody should send: 12.9 million in an
hour of atheris (`python -m tests.faults.fuzz 3600`), on PyTorch's and GIMP's side of the pipe. Once
something broke that should have been refused, a record whose preset was no text; it is refused now.

| what broke | where | tried | lost | last process gone after | message |
|---|---|---|---|---|---|
"""
_ROW = re.compile(
    r"^\| ([^|]+) \| ([^|]+) \| (\d+) \| nothing \| ([\d.]+) s \| (.*) \|$", re.MULTILINE
)


@dataclass
class Fault:
    """One thing that breaks, and what came of it.

    Attributes:
        name, where: of its row in the table.
        quiet: what the table says where the artist saw nothing of it.
        times: how often it is to be tried.
        seed: what its moments come from.
        tried: how often it was, and nothing was lost.
        messages: what the artist saw, and how often.
        longest: after how many seconds, at most, no process was left.
    """

    name: str
    where: str
    times: int
    seed: int
    quiet: str
    tried: int = 0
    messages: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0

    def moments(self) -> Iterator[random.Random]:
        """For each try what draws its moment; it counts when the next one is asked for."""
        for number in range(self.times):
            yield random.Random(f"{self.seed} {self.name} {number}")
            self.tried += 1

    def saw(self, message: str) -> None:
        """Note what the artist saw, which must be sentences for artists."""
        assert ". " in message, "what is wrong, and what to do"
        assert "\n" not in message, message
        assert "Traceback" not in message, message
        self.messages[message] += 1

    def left_after(self, seconds: float) -> None:
        """Note how long it took until no process was left."""
        self.longest = max(self.longest, seconds)


class Trials:
    """The faults of one run.

    Args:
        seed: what all moments come from.
        many: whether each is tried as often as the table tells, or just a few times.
    """

    def __init__(self, seed: int, many: bool) -> None:
        self.seed = seed
        self.many = many
        self._faults: list[Fault] = []

    def fault(
        self,
        name: str,
        where: str = "engine",
        few: int = 2,
        often: int = 50,
        quiet: str = "none: the dream goes on",
    ) -> Fault:
        """A fault that is to be tried."""
        self._faults.append(Fault(name, where, often if self.many else few, self.seed, quiet))
        return self._faults[-1]

    def write(self) -> None:
        """Bring the table up to what was tried now; rows of other faults stay as they are."""
        rows = {(row[1], row[2]): row.groups()[2:] for row in _ROW.finditer(_read(TABLE))}
        for fault in filter(lambda fault: fault.tried, self._faults):
            shown = " / ".join(message for message, _ in fault.messages.most_common())
            shown = shown or fault.quiet
            rows[fault.name, fault.where] = str(fault.tried), f"{fault.longest:.1f}", shown
        lines = [
            f"| {name} | {where} | {tried} | nothing | {longest} s | {shown} |\n"
            for (name, where), (tried, longest, shown) in sorted(rows.items())
        ]
        TABLE.write_text(_INTRODUCTION + "".join(lines), encoding="utf-8")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
