"""A worker in a process of its own, driven with bytes written by hand.

This is a client like any other: it shares no code with the worker or with the plug-ins' client.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[3]
# Far more than anything takes; a test that hangs shall fail some day.
PATIENCE = 120.0
# Workers of one run share what they find out about this machine.
_NO_WEIGHTS = Path(tempfile.gettempdir()) / f"deep-dream-tests-{os.getpid()}"


class Said(NamedTuple):
    """A frame from the worker."""

    header: dict[str, Any]
    payload: bytes


class WorkerProcess:
    """A running worker.

    Args:
        arguments: what Python is started with; None starts the worker as the plug-ins do.
        reads: False leaves the worker's output alone.
        cache: the folder for weights; None for one without any.
    """

    def __init__(
        self, arguments: list[str] | None = None, *, reads: bool = True, cache: Path | None = None
    ) -> None:
        environment = dict(os.environ, OMP_NUM_THREADS="1")
        environment["DEEP_DREAM_CACHE"] = str(cache or _NO_WEIGHTS)
        self.process = subprocess.Popen(
            [sys.executable, *(arguments or ["-I", str(ROOT / "core"), "worker"])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
        )
        assert self.process.stdin
        assert self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self.said: list[Said] = []
        self._arrived: queue.SimpleQueue[Said | None] = queue.SimpleQueue()
        if reads:
            threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.stdout.close()
        with contextlib.suppress(BrokenPipeError):  # What a test left unsent is of no interest.
            self.stdin.close()

    def send(self, header: object, payload: bytes = b"") -> None:
        """Write one frame; `bytes` must be in the header."""
        self.send_bytes(json.dumps(header).encode() + b"\n" + payload)

    def send_bytes(self, data: bytes) -> None:
        """Write whatever it is."""
        self.stdin.write(data)
        self.stdin.flush()

    def dream(self, request: int, size: tuple[int, int] = (64, 48), **settings: object) -> None:
        """Ask for a dream over grey noise of `size` (width, height), 8 bits a pixel."""
        self.send(dream_header(request, *size, **settings), noise(size[0] * size[1]))

    def long_dream(self, request: int) -> None:
        """Ask for a dream that takes longer than anybody waits, in short steps."""
        self.dream(request, iterations=1000, octaves=1)

    def next(self) -> Said:
        """The next frame; fails where the output ends."""
        said = self._arrived.get(timeout=PATIENCE)
        if said is None:
            raise EOFError("the worker's output has ended")
        self.said.append(said)
        return said

    def until(self, event: str, **fields: object) -> Said:
        """The next frame of that event which carries all of `fields`."""
        while True:
            said = self.next()
            wanted = {"event": event, **fields}
            if all(said.header.get(name) == value for name, value in wanted.items()):
                return said

    def until_step(self, request: int, iteration: int) -> None:
        """Until at least so many steps are done; progress may leave some out."""
        while self.until("progress", id=request).header["iteration"] < iteration:
            pass

    def until_end(self, request: int) -> Said:
        """The next result or error of that id."""
        while True:
            said = self.next()
            if said.header["event"] in ("result", "error") and said.header["id"] == request:
                return said

    def settled(self) -> list[Said]:
        """All frames that were heard until now, once the worker has answered all it was sent."""
        self.send({"op": "hello"})
        self.until("ready")
        return self.said

    def rest(self) -> list[Said]:
        """All frames up to the end of the output."""
        found = []
        while (said := self._arrived.get(timeout=PATIENCE)) is not None:
            found.append(said)
        return found

    def wait(self) -> int:
        """The exit status, once there is one."""
        return self.process.wait(PATIENCE)

    def _read(self) -> None:
        try:
            while line := self.stdout.readline():
                header = json.loads(line)
                self._arrived.put(Said(header, self.stdout.read(header.get("bytes", 0))))
        finally:
            self._arrived.put(None)


def dream_header(request: int, width: int, height: int, **settings: object) -> dict[str, Any]:
    """A dream of 8-bit grey; settings with underscores for hyphens."""
    return {
        "op": "dream",
        "id": request,
        "width": width,
        "height": height,
        "channels": 1,
        "format": "u8",
        "settings": {name.replace("_", "-"): value for name, value in settings.items()},
        "bytes": width * height,
    }


def noise(size: int) -> bytes:
    """Bytes that look like nothing, the same every time."""
    return bytes((index * 2654435761 >> 13) & 255 for index in range(size))


def odd(oddity: str) -> WorkerProcess:
    """A worker with one of the oddities of `tests.core.worker.odd_worker`."""
    return WorkerProcess(["-m", "tests.core.worker.odd_worker", oddity])


def ends(said: list[Said]) -> list[int | None]:
    """The ids of all results and errors, in order."""
    return [frame.header["id"] for frame in said if frame.header["event"] in ("result", "error")]
