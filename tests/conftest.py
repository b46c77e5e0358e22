"""The order of the tests, those of faults, and a loud word about those that could not run."""

from __future__ import annotations

import os

# The texts that tests expect are the English ones, whoever runs them. Before all other imports.
os.environ["LANGUAGE"] = "en"

import random

import pytest

from tests.faults.trials import TABLE, Trials

_FAULTS = ("tests/faults", "tests/gimp/test_faults.py", "tests/installing/test_killed.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How faults are tried."""
    group = parser.getgroup("faults")
    group.addoption(
        "--faults",
        action="store_true",
        help="run the tests of faults alone, each fault 50 times, and write docs/faults.md",
    )
    group.addoption("--faults-seed", type=int, help="repeat the moments of an earlier run")


def pytest_configure(config: pytest.Config) -> None:
    """Of one run all moments come from one seed, which is told."""
    seed = config.getoption("faults_seed")
    seed = random.randrange(10**6) if seed is None else seed
    # Processes that run tests side by side get the options from this one.
    config.option.faults_seed = seed
    config.stash[_TRIALS] = Trials(seed, bool(config.getoption("faults")))
    if config.getoption("faults") and config.args_source is not config.ArgsSource.ARGS:
        config.args = [str(config.rootpath / path) for path in _FAULTS]


_TRIALS = pytest.StashKey[Trials]()


def pytest_report_header(config: pytest.Config) -> str:
    """What repeats this run's moments."""
    return f"faults: --faults-seed {config.stash[_TRIALS].seed}"


@pytest.fixture(scope="session")
def trials(pytestconfig: pytest.Config) -> Trials:
    """The faults of this run."""
    return pytestconfig.stash[_TRIALS]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Only what has passed everywhere is written down."""
    if session.config.getoption("faults") and exitstatus == 0:
        session.config.stash[_TRIALS].write()
        print(f"\n{TABLE} is written.")


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
