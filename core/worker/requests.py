"""Requests off the pipe, checked. Standard library alone: this runs before PyTorch is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.errors import DreamError, RequestError
from core.provenance import Record, from_fields
from core.worker.frames import MAX_PAYLOAD, Header, request_id

SAMPLE_BYTES = {"float32": 4, "u16": 2, "u8": 1}


class Beside(NamedTuple):
    """A picture that comes beside the one to dream on; `format` is a key of `SAMPLE_BYTES`."""

    width: int
    height: int
    channels: int
    format: str

    @property
    def bytes(self) -> int:
        """How many its samples take."""
        return self.width * self.height * self.channels * SAMPLE_BYTES[self.format]


@dataclass(frozen=True)
class DreamRequest:
    """A dream to be made of the payload that follows.

    Attributes:
        width, height: in pixels, at least 1.
        channels: 1 to 4.
        format: of every sample, a key of `SAMPLE_BYTES`.
        mask: whether a plane of one sample per pixel follows the pixels.
        guide: a picture that follows that; None for no guide.
        seen: the same for what is dreamed on instead of the picture itself.
        settings: as they came, unchecked.
        repeats: the record of the dream that this is to be again, unchecked; None for a new one.
    """

    id: int
    width: int
    height: int
    channels: int
    format: str
    mask: bool
    guide: Beside | None
    seen: Beside | None
    settings: Mapping[str, object]
    repeats: object

    @property
    def pictures(self) -> tuple[Beside, Beside | None, Beside | None, Beside | None]:
        """Picture, mask (of one channel), guide and what is seen, as they lie in the payload."""
        own = Beside(self.width, self.height, self.channels, self.format)
        return own, own._replace(channels=1) if self.mask else None, self.guide, self.seen

    def repeated(self) -> Record | None:
        """The record of the dream that this is to be again; None for a new one.

        Raises:
            RecordError: `repeats` is no such record.
        """
        return None if self.repeats is None else from_fields(self.repeats)

    def parts(self, payload: bytearray) -> list[memoryview | None]:
        """The bytes of each of `pictures`, None where there is none; not copied."""
        view, start, parts = memoryview(payload), 0, []
        for picture in self.pictures:
            end = start + (0 if picture is None else picture.bytes)
            parts.append(None if picture is None else view[start:end])
            start = end
        return parts


def parse_dream(header: Header) -> DreamRequest:
    """The dream that a header asks for.

    Raises:
        RequestError: the header is not of the protocol or its payload has another size.
    """
    fields = header.fields
    width, height, channels = _size(fields)
    form = _format(fields, "float32")
    mask = fields.get("mask", False)
    if not isinstance(mask, bool):
        raise RequestError(f"“mask” must be true or false, not {mask!r:.60}.")
    settings = fields.get("settings", {})
    if not isinstance(settings, dict):
        raise RequestError("“settings” must be an object.")
    guide, seen = (_beside(fields, name, form) for name in ("guide", "seen"))
    needed = width * height * (channels + mask) * SAMPLE_BYTES[form]
    needed += sum(picture.bytes for picture in (guide, seen) if picture is not None)
    if header.size != needed:
        raise RequestError(f"The dream needs {needed} bytes of pixels; “bytes” is {header.size}.")
    request, repeats = require_id(fields), fields.get("repeats")
    return DreamRequest(
        request, width, height, channels, form, mask, guide, seen, settings, repeats
    )


def require_id(fields: Mapping[str, object]) -> int:
    """The id that a request must have.

    Raises:
        RequestError: it has none.
    """
    found = request_id(fields)
    if found is None:
        raise RequestError(f"“{fields.get('op')}” needs an “id” that is a whole number.")
    return found


def require_network(fields: Mapping[str, object]) -> str:
    """The name of the network that a request is about; whether there is such a one is unchecked.

    Raises:
        RequestError: it names none.
    """
    name = fields.get("network")
    if not isinstance(name, str):
        raise RequestError(f"“{fields.get('op')}” needs a “network”, by name.")
    return name


def require_keep(fields: Mapping[str, object]) -> bool:
    """Whether a cancelled dream is to be kept as far as it came.

    Raises:
        RequestError: it is neither true nor false.
    """
    keep = fields.get("keep", False)
    if not isinstance(keep, bool):
        raise RequestError(f"“keep” must be true or false, not {keep!r:.60}.")
    return keep


def error_fields(error: DreamError, request: int | None) -> dict[str, object]:
    """The header that reports `error` about a request, None where none can be named."""
    return {
        "event": "error",
        "id": request,
        "code": error.code,
        "message": error.message[:2000],
        "hint": error.hint[:2000],
    }


def _beside(fields: Mapping[str, object], name: str, form: str) -> Beside | None:
    """The picture of that name that a header brings, if any; `form` is that of the others."""
    facts = fields.get(name)
    if facts is None:
        return None
    if not isinstance(facts, dict):
        raise RequestError(f"“{name}” must be an object with width, height and channels.")
    return Beside(*_size(facts), _format(facts, form))


def _format(fields: Mapping[str, object], otherwise: str) -> str:
    """What a sample is, out of a header or of a picture beside it."""
    form = fields.get("format", otherwise)
    if not isinstance(form, str) or form not in SAMPLE_BYTES:
        raise RequestError(f"“format” must be float32, u16 or u8, not {form!r:.60}.")
    return form


def _size(fields: Mapping[str, Any]) -> tuple[int, int, int]:
    """Width, height and channels out of a header or of a picture beside it."""
    sides = (fields.get("width"), fields.get("height"))
    for name, value in zip(("width", "height"), sides, strict=True):
        if type(value) is not int or not 1 <= value <= MAX_PAYLOAD:
            raise RequestError(f"“{name}” must be a whole number above 0, not {value!r:.60}.")
    channels = fields.get("channels")
    if type(channels) is not int or not 1 <= channels <= 4:
        raise RequestError(f"“channels” must be 1, 2, 3 or 4, not {channels!r:.60}.")
    return sides[0], sides[1], channels  # type: ignore[return-value]
