"""The desk: progress that never goes back, and one end for each request."""

from __future__ import annotations

import io
import json
import os
from typing import Any

from core.errors import SettingError
from core.worker.desk import Desk
from core.worker.outbox import Outbox


class Counter:
    """A desk whose frames can be read."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        self._reading = os.fdopen(reading, "rb")
        self._outbox = Outbox(io.FileIO(writing, "wb"), lambda: None)
        self.desk = Desk(self._outbox)

    def said(self) -> list[dict[str, Any]]:
        """The headers of all frames since the last call."""
        self._outbox.put({"event": "mark"})
        lines = iter(self._reading.readline, b'{"event":"mark"}\n')
        return [json.loads(line) for line in lines]


def test_fraction_never_goes_back() -> None:
    counter = Counter()
    job = counter.desk.open(1, "fetch", "Waiting")
    fractions = []
    for fraction in (0.5, 0.2, 0.7, 3.0):
        counter.desk.report(job, "Downloading", fraction=fraction)
        fractions.append(counter.said()[-1]["fraction"])
    assert fractions == [0.5, 0.5, 0.7, 1.0]
    counter.desk.report(job, "Checking")
    assert counter.said()[-1]["fraction"] == 1.0


def test_what_is_dropped_ends_at_once() -> None:
    """Whoever works on it may not look for seconds."""
    counter = Counter()
    job = counter.desk.open(1, "dream", "Starting")
    assert counter.desk.wants(job)
    counter.desk.cancel(1, keep=True)
    assert counter.desk.wants(job)
    counter.desk.cancel(1, keep=False)
    assert not counter.desk.wants(job)
    assert counter.said()[-1]["code"] == "cancelled"
    counter.desk.admit_dream()


def test_nothing_comes_after_the_end() -> None:
    counter = Counter()
    job = counter.desk.open(1, "dream", "Starting")
    counter.desk.fail(job, SettingError("No."))
    counter.desk.end(job, {"width": 1})
    counter.desk.fail(job, SettingError("No."))
    counter.desk.report(job, "Dreaming")
    counter.desk.preview(job, {"width": 1}, memoryview(b"x"))
    counter.desk.cancel(1, keep=False)
    counter.desk.fail_all(SettingError("No."))
    assert [frame["event"] for frame in counter.said()] == ["progress", "error"]
    # Nor does a job that has ended speak for the next one of its id.
    counter.desk.open(1, "dream", "Starting")
    counter.desk.end(job, {"width": 1})
    assert [frame["event"] for frame in counter.said()] == ["progress"]
