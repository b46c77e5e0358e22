"""Frames, on streams in memory; the real streams are in test_worker."""

from __future__ import annotations

import io

import pytest

from core.errors import RequestError
from core.worker.frames import MAX_DEPTH, MAX_HEADER, FrameReader, StreamLost, encode_header


def reader(data: bytes) -> FrameReader:
    return FrameReader(io.BytesIO(data))


def test_header_payload_and_skip_stay_in_step() -> None:
    frames = reader(b'{"a":1,"bytes":3}\nabc{"b":2,"bytes":4}\n\n\n\n\n{"c":3}\n')
    first = frames.header()
    payload = bytearray(first.size)
    frames.payload(payload)
    assert (dict(first.fields), bytes(payload)) == ({"a": 1, "bytes": 3}, b"abc")
    frames.skip(frames.header().size)
    last = frames.header()
    assert (last.fields["c"], last.size) == (3, 0)
    with pytest.raises(EOFError):
        frames.header()


@pytest.mark.parametrize("data", [b"", b"{", b'{"op":"hello"}', b" " * MAX_HEADER])
def test_cut_off_headers(data: bytes) -> None:
    with pytest.raises(EOFError):
        reader(data).header()


def test_cut_off_payloads() -> None:
    with pytest.raises(EOFError):
        reader(b"ab").payload(bytearray(3))
    with pytest.raises(EOFError):
        reader(b"ab").skip(3)


def test_long_line_is_skipped_to_its_end() -> None:
    frames = reader(b"x" * (5 * MAX_HEADER) + b"\n{}\n")
    with pytest.raises(RequestError):
        frames.header()
    assert frames.header().fields == {}


def test_long_line_may_end_the_stream() -> None:
    frames = reader(b"x" * (5 * MAX_HEADER))
    with pytest.raises(RequestError):
        frames.header()
    with pytest.raises(EOFError):
        frames.header()


def test_lost_stream_knows_whose_fault_it_was() -> None:
    with pytest.raises(StreamLost) as caught:
        reader(b'{"id":7,"bytes":-1}\n').header()
    assert caught.value.request_id == 7


def test_encoded_header() -> None:
    assert encode_header({"a": "ü"}, 0) == b'{"a":"\\u00fc"}\n'
    assert encode_header({"a": 1}, 5) == b'{"a":1,"bytes":5}\n'
    with pytest.raises(ValueError, match="header of"):
        encode_header({"a": "x" * MAX_HEADER})


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nested_too_deeply_is_refused_with_its_payload(opening: str) -> None:
    def nested(depth: int) -> bytes:
        inner = opening * (depth - 1) + "0" + ("]" if opening == "[" else "}") * (depth - 1)
        return f'{{"x":{inner},"bytes":3}}\nabc'.encode()

    frames = reader(nested(MAX_DEPTH) + nested(MAX_DEPTH + 1) + b"{}\n")
    frames.skip(frames.header().size)
    with pytest.raises(RequestError, match="deep"):
        frames.header()
    assert frames.header().fields == {}
