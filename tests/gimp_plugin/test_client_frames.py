"""The client's side of the frames."""

from __future__ import annotations

import io

import pytest

from gimp_plugin.common.frames import (
    MAX_HEADER,
    FrameError,
    check_event,
    check_pixels,
    frame_parts,
    read_frame,
)


def test_what_is_written_can_be_read() -> None:
    stream = io.BytesIO()
    stream.writelines(frame_parts({"op": "dream", "name": "ü"}, b"ab", b"c"))
    stream.writelines(frame_parts({"op": "quit"}))
    stream.seek(0)
    assert read_frame(stream) == ({"op": "dream", "name": "ü", "bytes": 3}, b"abc")
    assert read_frame(stream) == ({"op": "quit"}, b"")
    assert read_frame(stream) is None


def test_payloads_are_not_copied() -> None:
    payload = bytes(10)
    assert frame_parts({}, payload)[1] is payload


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"nonsense\n",
        b"[]\n",
        b"\xff\n",
        b" " * MAX_HEADER + b" {}\n",
        b'{"bytes":-1}\n',
        b'{"bytes":1.5}\n',
        b'{"bytes":"1"}\n',
        b'{"bytes":5000000000}\n',
        b'{"bytes":3}\nab',
    ],
)
def test_what_is_no_frame(data: bytes) -> None:
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(data))


def test_too_large_to_be_written() -> None:
    with pytest.raises(FrameError):
        frame_parts({"layers": "x" * MAX_HEADER})


def test_pixels_must_be_as_many_as_said() -> None:
    header = {"width": 2, "height": 3, "channels": 4}
    check_pixels(header, bytes(96))
    check_pixels(dict(header, format="u8"), bytes(24))
    for wrong in (header, dict(header, format="u9"), {"width": 2}, dict(header, width=None)):
        with pytest.raises(FrameError):
            check_pixels(wrong, bytes(95))


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"event": ["ready"]},
        {"event": "error", "id": [], "code": "busy", "message": "No."},
        {"event": "error", "id": True, "code": "busy", "message": "No."},
        {"event": "error", "id": 1, "code": "busy"},
        {"event": "error", "id": 1, "code": "busy", "message": "No.", "hint": None},
        {"event": "progress", "message": "", "fraction": float("nan"), "eta": 0},
        {"event": "progress", "message": "", "fraction": 10**400, "eta": 0},
        {"event": "progress", "message": 1, "fraction": 0.5, "eta": 0},
        {"event": "result", "message": 1},
        {"event": "result", "width": 1, "height": 1, "channels": 4},
        {"event": "preview", "width": "8" * 9, "height": 10**9, "channels": 10**9},
    ],
)
def test_what_is_no_event(header: dict[str, object]) -> None:
    check_event({"event": "of a later version", "message": 1}, b"")
    with pytest.raises(FrameError):
        check_event(header, bytes(16))
