"""The order of the tests, and a loud word about those that could not run."""

from __future__ import annotations

import os

# The texts that tests expect are the English ones, whoever runs them. Before all other imports.
os.environ["LANGUAGE"] = "en"

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The code first, then fast tests, slow ones, and those in GIMP."""
    items.sort(key=_turn)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A test that could not run here is easily overlooked among hundreds that did."""
    skipped = terminalreporter.stats.get("skipped", [])
    missing = [report for report in skipped if "NOT RUN" in str(report.longrepr)]
    if missing:
        terminalreporter.section(f"{len(missing)} TESTS WERE NOT RUN", sep="!", red=True)
        for reason in sorted({str(report.longrepr[2]) for report in missing}):
            terminalreporter.line(reason)


def _turn(item: pytest.Item) -> int:
    if item.path.name == "test_code.py":
        return 0
    if item.get_closest_marker("gimp"):
        return 3
    return 2 if item.get_closest_marker("slow") else 1
