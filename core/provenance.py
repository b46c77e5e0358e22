"""How a dream was made: one record that is kept with it, from which it can be made again.

Written down, a record is a JSON object. Keys beside those of `Record` are left to whoever keeps it:

    {"format": "deep-dream-record", "number": 1, "version": "0.1.0", "pytorch": "2.9.0",
     "device": "cpu", "precision": "float32", "weights": "…", "mask": "", "guide": "",
     "partial": false, "settings": {"preset": "default", "network": "built-in", …}}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from core.errors import RecordError, SettingError
from core.language import _
from core.settings import Settings, declarations, parse, presets, values_of
from core.version import VERSION

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from core.precision import Precision

FORMAT, NUMBER = "deep-dream-record", 1
# Small enough for every place that keeps one: a frame's header, a JPEG segment, a GIMP parasite.
MAX_BYTES = 32 * 1024


@dataclass(frozen=True)
class Record:
    """How a dream was made. Its JSON object is at most `MAX_BYTES` long.

    Attributes:
        settings: every setting by its declared name.
        weights: the SHA-256 of the network's weights file, 64 hexadecimal digits.
        version, pytorch: of this program, and of what computes.
        device, precision: what the dream was made on and in, such as "cpu" and "float32", see
            `core.precision`.
        mask, guide: a fingerprint of what was given beside the picture, empty for none.
        partial: whether it was ended before its last step, and kept.

    Of a record that somebody wrote by hand, all but the settings may be empty.
    """

    settings: Mapping[str, object]
    weights: str = ""
    version: str = ""
    pytorch: str = ""
    device: str = ""
    precision: str = ""
    mask: str = ""
    guide: str = ""
    partial: bool = False


def record_of(
    settings: Settings,
    weights: str,
    device: torch.device,
    precision: Precision,
    mask: NDArray[Any] | None = None,
    guide: NDArray[Any] | None = None,
) -> Record:
    """The record of a dream that is made now.

    Raises:
        SettingError: its settings are too long to be kept.
    """
    # Not at the top: mistakes in a record are told before PyTorch is in.
    from torch import __version__ as pytorch

    record = Record(
        values_of(settings),
        weights,
        VERSION,
        str(pytorch),
        str(device),
        precision.name,
        fingerprint(mask),
        fingerprint(guide),
    )
    size = len(as_text(record))
    if size > MAX_BYTES:
        raise SettingError(
            _(
                "The settings are too long to be kept with the dream ({size} bytes,"
                " {most} at most)."
            ).format(size=size, most=MAX_BYTES),
            _("Write shorter layers, concepts or sums."),
        )
    return record


def fingerprint(samples: NDArray[Any] | None) -> str:
    """The SHA-256 of an array's shape, type and content; empty for no array."""
    if samples is None:
        return ""
    digest = hashlib.sha256(f"{samples.shape} {samples.dtype}".encode())
    digest.update(samples.tobytes())
    return digest.hexdigest()


def as_fields(record: Record) -> dict[str, object]:
    """The record as the JSON object that it is written as."""
    return {"format": FORMAT, "number": NUMBER, **asdict(record)}


def as_text(record: Record) -> str:
    """The record as JSON text, in ASCII."""
    return json.dumps(as_fields(record))


def from_text(text: str) -> Record:
    """The record in a JSON text: one that `as_text` wrote, or an object of settings alone.

    Raises:
        RecordError: it is neither, or of a later kind.
    """
    try:
        written = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordError(_("The record is damaged: it is no JSON text.")) from error
    if isinstance(written, dict) and "format" not in written:
        return Record(written)
    return from_fields(written)


def from_fields(written: object) -> Record:
    """The record that a JSON object holds; the settings in it are not checked yet.

    Raises:
        RecordError: it holds none, or one of a later kind.
    """
    if not isinstance(written, dict) or written.get("format") != FORMAT:
        raise RecordError(_("That is no record of a dream."))
    if written.get("number") != NUMBER:
        what = _("Its record is of kind {number!r:.20}, which this version does not know.")
        raise _too_new(what.format(number=written.get("number")), written.get("version"))
    facts = {row.name: written[row.name] for row in fields(Record) if row.name in written}
    kinds = {"settings": dict, "partial": bool}
    if "settings" not in facts or not all(
        isinstance(fact, kinds.get(name, str)) for name, fact in facts.items()
    ):
        raise RecordError(_("The record is damaged: it does not hold what it should."))
    return Record(**facts)


def settings_of(record: Record, given: Mapping[str, object] | None = None) -> Settings:
    """The settings of `record`, save those `given` beside it, which win.

    A preset that is given wins with all that it sets. Settings that are newer than the record have
    their defaults, with which they change nothing.

    Raises:
        RecordError: the record has a setting, or a value, that this version does not know.
        SettingError: what is given is wrong.
    """
    given = given or {}
    parse(given)
    kept = dict(record.settings)
    preset = kept.get("preset")
    if isinstance(preset, str) and preset not in presets():
        # A name for settings that are all spelt out here. It may have been renamed since.
        del kept["preset"]
    unknown = ", ".join(name[:40] for name in kept if name not in declarations())
    if unknown and record.version:
        what = _("It has settings that this version does not know ({unknown:.200}).")
        raise _too_new(what.format(unknown=unknown), record.version)
    try:
        parse(kept)
    except SettingError as error:
        raise RecordError(
            _("The record cannot be used: {message}").format(message=error.message), error.hint
        ) from error
    sets = presets()[str(given["preset"])] if "preset" in given else {}
    return parse({**kept, **sets, **given})


def differences(kept: Record, now: Record) -> tuple[str, ...]:
    """Why the dream of `now` is not, bit for bit, that of `kept` on the same picture.

    Sentences for the artist. Settings are not compared: who changes one knows.
    """
    found = []
    same_network = kept.settings.get("network") == now.settings["network"]
    if same_network and kept.weights and kept.weights != now.weights:
        found.append(
            _(
                "The network's weights are not those that the dream was made with, so this one"
                " looks different."
            )
        )
    if kept.partial:
        found.append(_("The dream was ended early, and this one is not."))
    if kept.mask and not now.mask:
        found.append(_("The dream was made with a strength map, and this one has none."))
    elif kept.mask and kept.mask != now.mask:
        found.append(_("The dream was made with another strength map."))
    if kept.guide and not now.guide:
        found.append(_("The dream was made with a guide, and this one has none."))
    elif kept.guide and kept.guide != now.guide:
        found.append(_("The dream was made with another guide."))
    if kept.device and _place(kept) != _place(now):
        found.append(
            _("The dream was made by {then}, this one by {now}: small things may differ.").format(
                then=_place(kept), now=_place(now)
            )
        )
    return tuple(found)


def precision_kept(kept: Record | None, device: torch.device) -> str:
    """The precision that the dream of `kept` was made in, were it on `device`; empty if not."""
    return kept.precision if kept is not None and kept.device == str(device) else ""


def _place(record: Record) -> str:
    """What decides how numbers are rounded."""
    return _("version {version} on {device} in {precision} with PyTorch {pytorch}").format(
        version=record.version,
        device=record.device,
        precision=record.precision,
        pytorch=record.pytorch,
    )


def _too_new(what: str, version: object) -> RecordError:
    if isinstance(version, str) and version:
        maker = _("The dream was made by version {version:.20} of Deep Dream.")
        maker = maker.format(version=version)
    else:
        maker = _("The dream was made by another version of Deep Dream.")
    return RecordError(
        f"{maker} {what}",
        _("This is version {version}. Install a newer one, then try again.").format(
            version=VERSION
        ),
    )
