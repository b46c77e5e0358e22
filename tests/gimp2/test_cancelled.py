"""GIMP's Cancel kills the plug-in at any moment."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.gimp2.conftest import Installed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]
_PATIENCE = 60.0
# Seconds of computing that the worker's start does not take.
_STARTED = 8.0
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def test_a_killed_plugin_leaves_no_process_and_no_file(standing_in: Installed) -> None:
    program = str(standing_in.home / "program" / "core")
    before = _files(standing_in)
    with standing_in.gimp.begin(
        standing_in.profile, "cancelled", plugin=standing_in.plugin
    ) as gimp:
        _wait(lambda: any(_seconds_busy(worker) > _STARTED for worker in _workers(program)))
        # Not its process group: the worker must see for itself.
        os.kill(gimp.pid, signal.SIGKILL)
        gimp.wait()
        _wait(lambda: not _workers(program))
    assert _files(standing_in) == before


def _workers(program: str) -> list[int]:
    """The processes that run that core as a worker."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if program.encode() in words and b"worker" in words:
                found.append(int(entry.name))
    return found


def _seconds_busy(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _wait(seen) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _files(installed: Installed) -> set[Path]:
    places = [installed.profile, Path("/dev/shm"), Path("/var/tmp")]
    return {
        path for place in places for path in place.rglob("*") if "__pycache__" not in path.parts
    }
