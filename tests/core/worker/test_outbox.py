"""The outbox, before a client that does not read."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator

import pytest

from core.worker.outbox import Outbox


class Pipe:
    """A real pipe with an outbox at one end."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        self.reading = os.fdopen(reading, "rb")
        self.writing = io.FileIO(writing, "wb")
        self.closed = threading.Event()
        self.outbox = Outbox(self.writing, self.closed.set)

    def block(self) -> None:
        """Send more than a pipe holds, so that all that comes after has to wait."""
        self.outbox.put({"first": True}, bytes(4_000_000))
        assert self.reading.readline() == b'{"first":true,"bytes":4000000}\n'

    def unblock(self) -> None:
        self.reading.read(4_000_000)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.reading.close()


def test_only_the_latest_of_a_kind_waits(pipe: Pipe) -> None:
    pipe.block()
    for number in range(100):
        pipe.outbox.put({"shown": number}, bytes(2), latest="preview")
    pipe.outbox.put({"last": True})
    pipe.unblock()
    # It keeps its place: what was put after it comes after it.
    assert pipe.reading.readline() == b'{"shown":99,"bytes":2}\n'
    pipe.reading.read(2)
    assert pipe.reading.readline() == b'{"last":true}\n'


def test_complaints_are_dropped_when_many_wait(pipe: Pipe) -> None:
    pipe.block()
    for number in range(5000):
        pipe.outbox.put({"complaint": number}, droppable=True)
    pipe.outbox.put({"last": True})
    pipe.unblock()
    lines = list(iter(pipe.reading.readline, b'{"last":true}\n'))
    assert 500 < len(lines) < 5000


def test_drain(pipe: Pipe) -> None:
    assert pipe.outbox.drain(60)
    pipe.block()
    assert not pipe.outbox.drain(0.01)
    pipe.unblock()
    assert pipe.outbox.drain(60)


def test_closed_pipe_is_told(pipe: Pipe) -> None:
    pipe.reading.close()
    pipe.outbox.put({"anybody": "there"})
    assert pipe.closed.wait(60)
