"""What the worker sends, written by one thread, so that nobody else ever waits for the client."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Hashable, Mapping

from core.worker.frames import encode_header

# A client that floods the worker and reads no answers shall not fill its memory: with so many
# frames waiting, each with a header of at most 64 KiB, what can be left out is.
_CROWDED = 1000


class Outbox:
    """Frames on their way to the client, in order. All methods may be called from any thread.

    Args:
        sink: an unbuffered stream that blocks.
        on_closed: called on the writing thread when nobody reads the other end any more.
    """

    def __init__(self, sink: io.RawIOBase, on_closed: Callable[[], None]) -> None:
        self._sink = sink
        self._on_closed = on_closed
        # In order of arrival. Replacing a value keeps its place in a dict.
        self._frames: dict[Hashable, tuple[bytes, memoryview]] = {}
        self._serial = 0
        self._writing = False
        self._changed = threading.Condition()
        threading.Thread(target=self._write, name="outbox", daemon=True).start()

    def put(
        self,
        header: Mapping[str, object],
        payload: memoryview | bytes = b"",
        *,
        latest: Hashable = None,
        droppable: bool = False,
    ) -> None:
        """Send a frame.

        Args:
            header: without `bytes`.
            payload: contiguous; not to be changed afterwards.
            latest: a frame that carries this same key and is still waiting is replaced, so that
                frames of one kind never queue behind each other.
            droppable: leave it out if very many are waiting.
        """
        view = memoryview(payload)
        if view.nbytes:
            view = view.cast("B")
        frame = (encode_header(header, view.nbytes), view)
        with self._changed:
            if droppable and self.crowded():
                return
            self._serial += 1
            self._frames[self._serial if latest is None else latest] = frame
            self._changed.notify_all()

    def crowded(self) -> bool:
        """Whether so many frames are waiting that no more should be asked for."""
        return len(self._frames) >= _CROWDED

    def drain(self, timeout: float | None = None) -> bool:
        """Wait until all is written, at most `timeout` seconds; False if it is not."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._frames and not self._writing, timeout)

    def _write(self) -> None:
        while True:
            with self._changed:
                self._writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._frames)
                header, payload = self._frames.pop(next(iter(self._frames)))
                self._writing = True
            try:
                self._write_all(memoryview(header))
                self._write_all(payload)
            except OSError:
                self._on_closed()
                return

    def _write_all(self, data: memoryview) -> None:
        while data.nbytes:
            written = self._sink.write(data)
            data = data[written or 0 :]
