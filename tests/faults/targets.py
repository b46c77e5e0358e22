"""What reads bytes that anybody may have written: each function takes some and must bear them.

A function here returns, whatever the bytes are; what it raises is a finding. Used by hypothesis
(test_fuzzed.py) and atheris (fuzz.py). Imports no PyTorch, so that many fit into a second.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable

from core.errors import DreamError, RecordError, RequestError, SettingError
from core.provenance import from_text, settings_of
from core.settings import declarations, parse, values_of
from core.settings import from_text as setting_from_text
from core.targets import check_targets, parse_concepts
from core.worker.frames import FrameReader, Header, StreamLost, encode_header, request_id
from core.worker.requests import (
    error_fields,
    parse_dream,
    require_id,
    require_keep,
    require_network,
)
from gimp_plugin.common import record as client_record
from gimp_plugin.common.errors import WorkerError
from gimp_plugin.common.mailbox import Mailbox
from gimp_plugin.common.worker_client import Event, WorkerClient, _read_events


def worker_frames(data: bytes) -> None:
    """A stream to the worker: its reader, and all that looks into a header before PyTorch is in."""
    frames = FrameReader(io.BytesIO(data))
    with contextlib.suppress(EOFError):
        while True:
            try:
                header = frames.header()
            except StreamLost as error:
                _tell(error, error.request_id)
                return
            except RequestError as error:
                _tell(error, None)
                continue
            _look_into(header)
            frames.skip(header.size)


def _look_into(header: Header) -> None:
    for reader in (
        parse_dream,
        lambda header: require_id(header.fields),
        lambda header: require_network(header.fields),
        lambda header: require_keep(header.fields),
    ):
        try:
            reader(header)
        except DreamError as error:
            _tell(error, request_id(header.fields))


def _tell(error: DreamError, request: int | None) -> None:
    """Every error can be sent, and says something."""
    line = encode_header(error_fields(error, request))
    assert json.loads(line)["message"], error


def client_frames(data: bytes) -> None:
    """A stream to a plug-in: its reading thread, and the account that the client keeps."""
    arriving = Mailbox()
    _read_events(io.BytesIO(data), arriving)
    *events, reason = arriving.take_all(0)
    assert isinstance(reason, str)
    client = WorkerClient()
    for event in events:
        assert isinstance(event, Event)
        client._note(event)


def settings(data: bytes) -> None:
    """Settings as they come with a dream."""
    values = _object(data)
    try:
        parsed = parse(values)
        assert parse(values_of(parsed)) == parsed
        check_targets(parsed.layers, parsed.channels, parsed.mix)
    except SettingError as error:
        _tell(error, 1)


def setting_texts(data: bytes) -> None:
    """The text of a setting, as a command line or a text field has it."""
    text = data.decode("utf-8", "replace")
    readers: list[Callable[[str], object]] = [
        parse_concepts,
        lambda text: check_targets(text, "", ""),
        lambda text: check_targets("", text, ""),
        lambda text: check_targets("", "", text),
    ]
    readers += [lambda text, name=name: setting_from_text(name, text) for name in declarations()]
    for reader in readers:
        try:
            reader(text)
        except SettingError as error:
            _tell(error, 1)


def records(data: bytes) -> None:
    """The record of a dream, as a picture file or a layer has it."""
    text = data.decode("utf-8", "replace")
    try:
        settings_of(from_text(text))
    except (RecordError, SettingError) as error:
        _tell(error, 1)
    try:
        client_record.values_of(client_record.from_text(text))
    except WorkerError as error:
        _tell(SettingError(error.message, error.hint), 1)


def _object(data: bytes) -> dict[str, object]:
    """The JSON object in `data`, by the worker's own reader; an empty one where there is none."""
    try:
        return dict(FrameReader(io.BytesIO(data.replace(b"\n", b" ") + b"\n")).header().fields)
    except RequestError:
        return {}


Target = Callable[[bytes], None]
ALL: tuple[Target, ...] = (worker_frames, client_frames, settings, setting_texts, records)
