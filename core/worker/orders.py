"""The dream that was ordered last, until whoever dreams has taken it."""

from __future__ import annotations

import threading
from typing import NamedTuple

from core.worker.desk import Job
from core.worker.requests import DreamRequest


class Order(NamedTuple):
    """An open dream: its job, what was requested, and the pixels."""

    job: Job
    request: DreamRequest
    payload: bytearray


class Orders:
    """One place, in which an order waits while the one before is dreamed or PyTorch loads.

    One is enough: at most one dream is open. For any number of threads.
    """

    def __init__(self) -> None:
        self._order: Order | None = None
        self._changed = threading.Condition()

    def put(self, order: Order) -> None:
        """Have `order` done next. What lies here was dropped, else this one would not be."""
        with self._changed:
            self._order = order
            self._changed.notify_all()

    def take(self) -> Order:
        """The next order, as soon as there is one; the place is free then."""
        with self._changed:
            order = self._wait()
            self._order = None
            return order

    def look(self) -> Order:
        """The next order, as soon as there is one; it stays here."""
        with self._changed:
            return self._wait()

    def _wait(self) -> Order:
        while self._order is None or self._order.job.stop == "drop":
            self._changed.wait()
        return self._order
