"""A worker, started as the plug-ins start it, and heard by the clock."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.bench.paths import ROOT


class Worker:
    """A running worker; `with` ends it."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", str(ROOT / "core"), "worker"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def dream(self, request: int, size: tuple[int, int], **settings: object) -> None:
        """Send a dream over a smooth picture of `size` (width, height), 8-bit RGB."""
        width, height = size
        row = bytes((column * channel) % 251 for column in range(width) for channel in (1, 2, 3))
        pixels = row * height
        header = {"op": "dream", "id": request, "width": width, "height": height, "channels": 3}
        self._send({**header, "format": "u8", "settings": settings, "bytes": len(pixels)}, pixels)

    def cancel(self, request: int) -> None:
        self._send({"op": "cancel", "id": request})

    def until(self, event: str) -> dict[str, Any]:
        """The next frame of that event.

        Raises:
            RuntimeError: the worker or the dream ended, or something went wrong.
        """
        assert self._process.stdout
        while line := self._process.stdout.readline():
            header = json.loads(line)
            self._process.stdout.read(header.get("bytes", 0))
            if header["event"] == event:
                return header
            if header["event"] in ("result", "error"):
                raise RuntimeError(header["message"] or f"A dream ended before its {event}.")
        raise RuntimeError("The worker has ended.")

    def _send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(header).encode() + b"\n" + payload)
        self._process.stdin.flush()
