"""Frames of the pipe as a client sees them: a line of JSON, then raw bytes.

Streams are blocking files in binary mode. docs/protocol.md says what the frames mean. Runs on
Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import json

MAX_HEADER = 64 * 1024
MAX_PAYLOAD = 4 * 1024**3

SAMPLE_BYTES = {"float32": 4, "u16": 2, "u8": 1}

# The texts and numbers that plug-ins read of an event without looking whether they are there.
_READ = {
    "progress": (("message",), ("fraction", "eta")),
    "error": (("code", "message"), ()),
}


class FrameError(Exception):
    """What was read or is to be written is no frame."""


class CutOff(FrameError):
    """The stream ends within a frame."""


class TooLarge(FrameError):
    """No frame can hold that; `header` says whether its header is what is too long."""

    def __init__(self, header, payload):
        FrameError.__init__(self, "a frame of {} + {} bytes".format(header, payload))
        self.header = header > MAX_HEADER


def frame_parts(header, *payloads):
    """What to write, one after the other, for a frame: a list of byte strings.

    Args:
        header: a dict without "bytes".
        payloads: byte strings, which are neither joined nor copied.

    Raises:
        TooLarge: no frame can hold it.
    """
    size = sum(len(payload) for payload in payloads)
    line = json.dumps(dict(header, bytes=size) if size else header).encode("utf-8")
    if len(line) > MAX_HEADER or size > MAX_PAYLOAD:
        raise TooLarge(len(line), size)
    return [line + b"\n"] + list(payloads)


def read_frame(stream):
    """Read one frame: (header, payload as bytes), or None where the stream ends.

    Memory is taken for what the header says, 4 GiB at most, and used for what arrives.

    Raises:
        CutOff: the stream ends within the frame.
        FrameError: something that is no frame, or too large to be one; nothing that follows can be
            understood.
    """
    line = stream.readline(MAX_HEADER + 1)
    if not line:
        return None
    if not line.endswith(b"\n"):
        if len(line) <= MAX_HEADER:
            raise CutOff("a header that is cut off")
        raise FrameError("a header that is too long")
    try:
        header = json.loads(line.decode("utf-8"))
        size = header.get("bytes", 0)
        if not 0 <= size <= MAX_PAYLOAD or size != int(size):
            raise ValueError("size")
    except (AttributeError, TypeError, ValueError, RuntimeError):
        # The last one where it nests too deeply for Python.
        raise FrameError("a header that is no header")
    payload = stream.read(int(size)) if size else b""
    if len(payload) != size:
        raise CutOff("a payload that is cut off")
    return header, payload


def check_event(header, payload):
    """See that a frame is an event with all that a plug-in reads of it; unknown ones can be.

    Raises:
        FrameError: it is not.
    """
    name, request = header.get("event"), header.get("id")
    if not _is_text(name) or not (request is None or _is_whole(request)):
        raise FrameError("a frame that is no event")
    texts, numbers = _READ.get(name, ((), ()))
    if not all(_is_text(header.get(key)) for key in texts):
        raise FrameError("an event without what it says")
    if not all(_is_number(header.get(key)) for key in numbers):
        raise FrameError("an event without its figures")
    if name in ("error", "result") and not all(
        _is_text(header.get(key, "")) for key in ("hint", "message")
    ):
        raise FrameError("an end with words that are none")
    # The result of a download has no pixels.
    if name == "preview" or (name == "result" and "width" in header):
        check_pixels(header, payload)
        if name == "result" and not isinstance(header.get("record"), dict):
            raise FrameError("a result without its record")


def check_pixels(header, payload):
    """See that the pixels of a preview or result are as many as its header says.

    Raises:
        FrameError: they are not.
    """
    sides = [header.get(key) for key in ("width", "height", "channels")]
    name = header.get("format", "float32")
    if not all(_is_whole(side) and side > 0 for side in sides) or not _is_text(name):
        raise FrameError("pixels without their size")
    if name not in SAMPLE_BYTES:
        raise FrameError("pixels without their format")
    needed = sides[0] * sides[1] * sides[2] * SAMPLE_BYTES[name]
    if len(payload) != needed:
        raise FrameError("{} bytes of pixels instead of {}".format(len(payload), needed))


def _is_text(value):
    return isinstance(value, type(""))


def _is_whole(value):
    # Python 2 has whole numbers of two types.
    return isinstance(value, (int, type(2**64))) and not isinstance(value, bool)


def _is_number(value):
    """Whether it is a number that can be shown: no infinite one, and not none."""
    return (_is_whole(value) or isinstance(value, float)) and abs(value) < 1e300
