"""A queue between two threads. Runs on Python 2.7 and 3."""

from __future__ import absolute_import, division, print_function, unicode_literals

import threading
from collections import deque


class Mailbox(object):
    """First in, first out; a later item of the same kind may take an earlier one's place."""

    def __init__(self):
        self._items = deque()
        self._arrived = threading.Condition()

    def put(self, item, kind=None):
        """Add `item`; one of the same `kind` that still lies here is thrown away, None aside."""
        with self._arrived:
            if kind is not None:
                self._items = deque(entry for entry in self._items if entry[1] != kind)
            self._items.append((item, kind))
            self._arrived.notify()

    def take(self):
        """The oldest item; waits for one."""
        with self._arrived:
            while not self._items:
                self._arrived.wait()
            return self._items.popleft()[0]

    def take_all(self, timeout):
        """All items, the oldest first; waits at most `timeout` seconds while there is none."""
        with self._arrived:
            # Python 2's wait with a time is a loop of short sleeps: not for nothing.
            if not self._items and timeout > 0:
                self._arrived.wait(timeout)
            items = [item for item, _ in self._items]
            self._items.clear()
            return items
