"""How the worker ends: by its client's will or death, and never otherwise."""

from __future__ import annotations

import pytest

from core.worker.frames import MAX_PAYLOAD
from tests.core.worker.worker_process import WorkerProcess, dream_header, ends, odd


@pytest.mark.parametrize("size", ["-1", "1.5", "true", "null", '"3"', "[]", str(MAX_PAYLOAD + 1)])
def test_meaningless_size_ends_it(fresh_worker: WorkerProcess, size: str) -> None:
    fresh_worker.send_bytes(b'{"op": "dream", "id": 1, "bytes": %b}\n' % size.encode())
    error = fresh_worker.next().header
    assert (error["code"], error["id"]) == ("bad-request", 1)
    assert fresh_worker.rest() == []
    assert fresh_worker.wait() == 2


def test_end_of_input(fresh_worker: WorkerProcess) -> None:
    fresh_worker.settled()
    fresh_worker.stdin.close()
    assert fresh_worker.wait() == 0


def test_end_of_input_within_a_payload(fresh_worker: WorkerProcess) -> None:
    header = {**dream_header(1, 10_000, 10_000)}
    fresh_worker.send(header, bytes(50_000_000))
    fresh_worker.stdin.close()
    assert fresh_worker.wait() == 0


def test_end_of_input_within_a_step() -> None:
    with odd("endless_step") as worker:
        worker.dream(1)
        worker.until("preview")
        worker.stdin.close()
        assert worker.process.wait(5) == 0


def test_closed_output_ends_it() -> None:
    with WorkerProcess(reads=False) as worker:
        worker.stdout.close()
        worker.long_dream(1)
        assert worker.wait() == 3


def test_quit_ends_what_is_open() -> None:
    with odd("endless_step") as worker:
        worker.dream(1)
        worker.until("preview")
        worker.send({"op": "quit"})
        assert ends(worker.rest()) == [1]
        assert worker.wait() == 0


def test_a_thread_without_memory_ends_it() -> None:
    """A worker that looks alive and is dumb would keep its client waiting."""
    with odd("dumb") as worker:
        worker.long_dream(1)
        assert worker.wait() == 4
