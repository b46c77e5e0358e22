"""Frames of the pipe as a client sees them: a line of JSON, then raw bytes.

Streams are blocking files in binary mode. docs/protocol.md says what the frames mean. Runs on
Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import json

MAX_HEADER = 64 * 1024
MAX_PAYLOAD = 4 * 1024**3

SAMPLE_BYTES = {"float32": 4, "u16": 2, "u8": 1}


class FrameError(Exception):
    """What was read or is to be written is no frame."""


def frame_parts(header, *payloads):
    """What to write, one after the other, for a frame: a list of byte strings.

    Args:
        header: a dict without "bytes".
        payloads: byte strings, which are neither joined nor copied.

    Raises:
        FrameError: it would be too large.
    """
    size = sum(len(payload) for payload in payloads)
    line = json.dumps(dict(header, bytes=size) if size else header).encode("utf-8")
    if len(line) > MAX_HEADER or size > MAX_PAYLOAD:
        raise FrameError("a frame of {} + {} bytes is too large".format(len(line), size))
    return [line + b"\n"] + list(payloads)


def read_frame(stream):
    """Read one frame: (header, payload as bytes), or None where the stream ends.

    Raises:
        FrameError: something that is no frame, too large to be one, or cut off; nothing that
            follows can be understood.
    """
    line = stream.readline(MAX_HEADER + 1)
    if not line:
        return None
    if not line.endswith(b"\n"):
        raise FrameError("a header that is too long or cut off")
    try:
        header = json.loads(line.decode("utf-8"))
        size = header.get("bytes", 0)
        if not 0 <= size <= MAX_PAYLOAD or size != int(size):
            raise ValueError("size")
    except (AttributeError, TypeError, ValueError):
        raise FrameError("a header that is no header")
    payload = stream.read(int(size)) if size else b""
    if len(payload) != size:
        raise FrameError("a payload that is cut off")
    return header, payload


def check_pixels(header, payload):
    """See that the pixels of a preview or result are as many as its header says.

    Raises:
        FrameError: they are not.
    """
    try:
        needed = header["width"] * header["height"] * header["channels"]
        needed *= SAMPLE_BYTES[header.get("format", "float32")]
    except (KeyError, TypeError):
        raise FrameError("pixels without their size")
    if len(payload) != needed:
        raise FrameError("{} bytes of pixels instead of {}".format(len(payload), needed))
