"""The result of one of the doctor's checks."""

from __future__ import annotations

from dataclasses import dataclass

AGAIN = "Run install.py again; it repairs this."
"""The remedy for whatever an installation makes."""


@dataclass(frozen=True)
class Check:
    """What was looked at and found. `mark` is ok, note or PROBLEM; `remedy` says what to do."""

    mark: str
    text: str
    remedy: str = ""

    @property
    def good(self) -> bool:
        return self.mark != "PROBLEM"

    @property
    def repairable(self) -> bool:
        """Whether running install.py again puts it right."""
        return self.remedy == AGAIN


def ok(text: str) -> Check:
    """All is well."""
    return Check("ok", text)


def note(text: str) -> Check:
    """Worth knowing, neither well nor ill."""
    return Check("note", text)


def problem(text: str, remedy: str) -> Check:
    """Something is wrong."""
    return Check("PROBLEM", text, remedy)
