"""The worker against clients that make mistakes: it says so and stays in step."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from core.worker.frames import MAX_HEADER
from tests.core.worker.worker_process import WorkerProcess, dream_header


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        '{"op": "hello"}'.encode("utf-16"),
        b"[" * 60000,
        b"[]",
        b'"hello"',
        b"{}",
        b'{"op": null}',
        b'{"op": ["hello"]}',
        b'{"op": "no-such-thing"}',
        b'{"op": "cancel"}',
        b'{"op": "cancel", "id": "one"}',
        b'{"op": "cancel", "id": 1, "keep": "yes"}',
        b'{"op": "describe"}',
        b'{"op": "fetch", "network": "googlenet"}',
        b'{"op": "dream"}',
    ],
)
def test_malformed_lines(worker: WorkerProcess, line: bytes) -> None:
    worker.send_bytes(line + b"\n")
    *rest, last = [s.header for s in worker.settled()]
    assert [header["code"] for header in rest] == ["bad-request"]
    assert last["event"] == "ready"


@pytest.mark.parametrize(
    "changes",
    [
        {"width": 0},
        {"width": 9},
        {"width": -8, "height": -8},
        {"width": 8.0},
        {"width": True, "height": 64},
        {"width": None},
        {"height": "8"},
        {"height": 10**4000, "width": 10**4000},
        {"channels": 0},
        {"channels": 5},
        {"format": "u16"},
        {"format": ["u8"]},
        {"mask": True},
        {"mask": 1},
        {"settings": []},
        {"guide": True},
        {"guide": {"width": 1, "height": 1}},
        {"guide": {"width": 1, "height": 1, "channels": 1}},
        {"guide": {"width": 1, "height": 0, "channels": 1}},
        {"id": "seventeen"},
        {"id": None},
        {"id": True},
    ],
)
def test_malformed_dreams(worker: WorkerProcess, changes: dict[str, object]) -> None:
    header = {**dream_header(17, 8, 8), **changes}
    worker.send(header, b'\n{"op": "quit"}\n'.ljust(64))
    *rest, last = [s.header for s in worker.settled()]
    known = 17 if "id" not in changes else None
    assert [(error["code"], error["id"]) for error in rest] == [("bad-request", known)]
    assert last["event"] == "ready"


def test_unknown_keys_and_line_ends_are_no_matter(worker: WorkerProcess) -> None:
    worker.send_bytes(b'{"op": "hello", "colour": "blue", "bytes": 3}\r\nabc')
    assert worker.next().header["event"] == "ready"


def test_long_headers(worker: WorkerProcess) -> None:
    fitting = b'{"op": "hello"}'.ljust(MAX_HEADER)
    worker.send_bytes(fitting + b"\n")
    assert worker.next().header["event"] == "ready"
    # Told before the line ends.
    worker.send_bytes(fitting + b" ")
    assert worker.next().header["code"] == "bad-request"
    worker.send_bytes(b" " * 3_000_000 + b"\n")
    worker.send({"op": "hello"})
    assert worker.next().header["event"] == "ready"


def test_headers_are_ascii_lines(worker: WorkerProcess) -> None:
    """Whatever a client sends comes back in lines that any JSON reader takes."""
    worker.dream(23, layers="ü\ud800\n" + "x" * 20_000)
    error = worker.until_end(23).header
    assert error["code"] == "layer-unknown"
    assert len(json.dumps(error)) < 5000


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for its memory in /proc")
def test_a_flood_of_questions_fills_no_memory() -> None:
    """Of a client that reads no answer. Were all kept, they would be 80 MB and more."""
    questions = b'{"op": "describe", "network": "built-in"}\n' * 1000 + b"nonsense\n" * 100
    with WorkerProcess(reads=False) as worker:
        # So that all that is needed to answer is in.
        worker.dream(1, iterations=1, octaves=1)
        while (header := json.loads(worker.stdout.readline()))["event"] != "result":
            worker.stdout.read(header.get("bytes", 0))
        worker.stdout.read(header["bytes"])
        before = peak_memory(worker)
        for number in range(100):
            for request in range(100 * number, 100 * number + 100):
                worker.send({"op": "fetch", "id": request, "network": "built-in"})
            worker.send_bytes(questions)
        worker.send_bytes(b" " * 100_000_000 + b"\n")
        assert peak_memory(worker) - before < 50 * 2**20


def peak_memory(worker: WorkerProcess) -> int:
    """In bytes."""
    status = Path(f"/proc/{worker.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
