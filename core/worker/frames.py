"""The pipe: the two streams, and the frames on them.

A frame is one line of JSON (UTF-8, at most 64 KiB before its newline) and then as many raw bytes as
its key `bytes` says, 0 where that is absent. `docs/protocol.md` describes what the frames mean.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from core.errors import RequestError

MAX_HEADER = 64 * 1024
MAX_PAYLOAD = 4 * 1024**3
# How deep a header's objects and lists may nest. Far deeper than any does, and shallow enough for
# everything that walks through one later.
MAX_DEPTH = 64
_CHUNK = 1024 * 1024


class StreamLost(RequestError):
    """After this message nobody knows where the next one begins.

    `request_id` is the message's id, None where it has none.
    """

    def __init__(self, message: str, request_id: int | None) -> None:
        super().__init__(message)
        self.request_id = request_id


@dataclass(frozen=True)
class Header:
    """A frame's header: its keys, and how many bytes of payload follow it."""

    fields: Mapping[str, object]
    size: int


class FrameReader:
    """Reads frames off a stream that blocks. After a header comes `payload` or `skip`, once.

    Every method raises EOFError when the stream ends before what was asked for is complete.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._inside_long_line = False

    def header(self) -> Header:
        """The next header.

        Raises:
            RequestError: the line is no header; the stream is in step, so just go on.
            StreamLost: its `bytes` makes no sense; stop reading.
            EOFError: there is no next one.
        """
        self._leave_long_line()
        line = self._stream.readline(MAX_HEADER + 1)
        if not line.endswith(b"\n"):
            if len(line) <= MAX_HEADER:
                raise EOFError
            # Said at once and skipped later: the newline may be long in coming.
            self._inside_long_line = True
            raise RequestError("A message's header is longer than 64 KiB.")
        try:
            # Decoded here, because json would also take UTF-16 and UTF-32.
            fields = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError):
            raise RequestError("A message's header is no JSON.") from None
        if not isinstance(fields, dict):
            raise RequestError("A message's header must be a JSON object.")
        size = fields.get("bytes", 0)
        if type(size) is not int or not 0 <= size <= MAX_PAYLOAD:
            shown = f"{size!r:.60}" if isinstance(size, str | int | float) else "that"
            raise StreamLost(
                f"“bytes” must be a whole number from 0 to {MAX_PAYLOAD}, not {shown}.",
                request_id(fields),
            )
        if _deeper_than(MAX_DEPTH, fields):
            self.skip(size)
            raise RequestError(f"A message's header is nested more than {MAX_DEPTH} deep.")
        return Header(fields, size)

    def payload(self, into: bytearray) -> None:
        """Fill `into` with the next bytes."""
        view, filled = memoryview(into), 0
        while filled < len(into):
            count = self._stream.readinto(view[filled:])  # type: ignore[attr-defined]
            if not count:
                raise EOFError
            filled += count

    def skip(self, size: int) -> None:
        """Read `size` bytes and throw them away."""
        while size:
            part = self._stream.read(min(size, _CHUNK))
            if not part:
                raise EOFError
            size -= len(part)

    def _leave_long_line(self) -> None:
        while self._inside_long_line:
            part = self._stream.readline(_CHUNK)
            if not part:
                raise EOFError
            self._inside_long_line = not part.endswith(b"\n")


def request_id(fields: Mapping[str, object]) -> int | None:
    """The id that a header carries; None where it has none, or one that is no whole number."""
    value = fields.get("id")
    return value if type(value) is int else None


def _deeper_than(depth: int, value: object) -> bool:
    """Whether objects and lists nest deeper than that in `value`; itself not recursive."""
    level: list[Any] = [value]
    for _ in range(depth):
        inner = [part.values() if isinstance(part, dict) else part for part in level]
        level = [one for part in inner for one in part if isinstance(one, dict | list)]
    return bool(level)


def encode_header(fields: Mapping[str, object], size: int = 0) -> bytes:
    """A header's line, newline included, for a payload of `size` bytes.

    Raises:
        ValueError: it is longer than a header may be.
    """
    whole = {**fields, "bytes": size} if size else fields
    line = json.dumps(whole, separators=(",", ":")).encode("ascii")
    if len(line) > MAX_HEADER:
        raise ValueError(f"a header of {len(line)} bytes")
    return line + b"\n"


def take_streams() -> tuple[io.BufferedReader, io.FileIO]:
    """Take standard input and output away from everyone else in this process.

    Returns:
        What to read frames from and what to write them to. From here on descriptor 0 is empty and
        descriptor 1 is standard error, so that a stray print of any library does no harm.

    Raises:
        OSError: the process was started without one of the two.
    """
    null = os.open(os.devnull, os.O_RDWR)
    if null < 2:  # the lowest free number
        raise OSError("no standard input or output")
    source, sink = os.dup(0), os.dup(1)
    # Not for tidiness alone: on Windows a library that looks at standard input while it loads
    # (numpy's does) hangs for as long as another thread waits to read from it.
    os.dup2(null, 0)
    os.dup2(2, 1)
    if null > 2:  # else there was no standard error, and now it is this
        os.close(null)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (source, sink):
            msvcrt.setmode(descriptor, os.O_BINARY)
    return io.BufferedReader(io.FileIO(source, "rb"), _CHUNK), io.FileIO(sink, "wb")
