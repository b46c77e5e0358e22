"""Workers for tests to drive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.worker.worker_process import WorkerProcess


@pytest.fixture(scope="module")
def lasting_worker() -> Iterator[WorkerProcess]:
    with WorkerProcess() as worker:
        yield worker


@pytest.fixture
def worker(lasting_worker: WorkerProcess) -> WorkerProcess:
    """A worker that has nothing to do, with what it said before forgotten."""
    lasting_worker.settled()
    lasting_worker.said.clear()
    return lasting_worker


@pytest.fixture
def fresh_worker() -> Iterator[WorkerProcess]:
    with WorkerProcess() as worker:
        yield worker
