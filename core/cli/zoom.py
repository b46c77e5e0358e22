"""`python -m core zoom`: from a picture file to a folder of frames, each dreamed on the last.

How the frames are made stands beside them in `zoom.json`, so that only the same zoom goes on in the
same folder. Every frame is made from the file of the one before: a zoom that was stopped and taken
up again has the same frames as one that never was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cli.arguments import Arguments
from core.cli.guide import read_guide
from core.cli.settings_from import chosen_settings
from core.cli.terminal import frames_progress, say
from core.errors import PictureFileError, RecordError
from core.pictures.files import read, write
from core.provenance import (
    Record,
    as_fields,
    as_text,
    differences,
    fingerprint,
    from_fields,
    precision_kept,
    record_of,
)

_PLAN = "zoom.json"
_FORMAT, _NUMBER = "deep-dream-zoom", 1
_ELSEWHERE = "Name another folder."


def zoom(arguments: Arguments) -> None:
    """Make the frames that `arguments` ask for and that are not there yet.

    Raises:
        DreamError: anything that keeps one from being made; those before it are there.
    """
    folder = arguments.output
    picture = read(arguments.input)
    guide = read_guide(arguments.guide, arguments.guide_region)
    settings, repeated = chosen_settings(arguments)
    notes = picture.notes
    if picture.pixels.shape[2] in (2, 4):
        notes += ("Frames have no transparency: where the picture has, its mean colour shows.",)

    # PyTorch takes seconds to come in, and mistakes above are told at once.
    from core.calibration import precision_for
    from core.device import choose_device
    from core.networks.registry import load_network, weights_sha256
    from core.zoom import Motion, first_frame, look_of, next_frame

    device = choose_device(settings.device)
    precision = precision_for(settings, device, precision_kept(repeated, device))
    network = load_network(settings.network, device, *precision)
    weights = weights_sha256(settings.network)
    record = record_of(settings, weights, device, network.precision, guide=guide)
    motion = Motion(arguments.zoom, arguments.rotation, arguments.drift)
    plan = {**motion._asdict(), "picture": fingerprint(picture.pixels)}
    notes += _settle(folder, plan, record)
    if repeated is not None:
        notes += differences(repeated, record)
    for note in dict.fromkeys(notes):
        say(f"Note: {note}")

    missing = [n for n in range(1, arguments.frames + 1) if not _frame(folder, n).exists()]
    form = replace(
        picture,
        bits=8 if picture.bits == 8 else 16,
        metadata=replace(picture.metadata, record=as_text(record)),
    )
    with frames_progress(arguments.quiet, arguments.frames, min(missing, default=1)) as begin:
        for number in missing:
            if number == 1:
                dreamed = first_frame(picture.pixels, settings, network, begin(1), guide)
            else:
                first, previous = (_pixels(_frame(folder, n)) for n in (1, number - 1))
                look, on_progress = look_of(first), begin(number)
                dreamed = next_frame(
                    number, previous, look, motion, settings, network, on_progress, guide
                )
            write(_frame(folder, number), replace(form, pixels=dreamed.pixels))
    if not arguments.quiet:
        made = f"{len(missing)} new" if missing else "none new"
        say(f"{folder}: {arguments.frames} frames, {made}")


def _frame(folder: Path, number: int) -> Path:
    return folder / f"frame-{number:05}.png"


def _pixels(frame: Path) -> NDArray[np.float32]:
    """A frame that is there, in [0, 1]."""
    pixels = read(frame).pixels
    if pixels.dtype == np.uint8:
        return np.divide(pixels, 255, dtype=np.float32)
    return pixels


def _settle(folder: Path, plan: Mapping[str, Any], record: Record) -> tuple[str, ...]:
    """Make `folder` the place of this zoom, or see that it is.

    Returns:
        What may look different from the frames that are there.

    Raises:
        PictureFileError: it cannot be the place of any.
        RecordError: it is the place of another zoom.
    """
    fields = {"format": _FORMAT, "number": _NUMBER, **plan, "record": as_fields(record)}
    text = json.dumps(fields, indent=1)
    try:
        folder.mkdir(exist_ok=True)
        kept = _read(folder / _PLAN)
        if kept is None:
            if next(folder.glob("frame-*.png"), None) is not None:
                raise RecordError(
                    f"{folder} has frames, but no {_PLAN} that says how they were made.",
                    _ELSEWHERE,
                )
            _write(folder / _PLAN, text)
            return ()
    except FileExistsError:
        raise PictureFileError(f"{folder} is a file.", "Name a folder for the frames.") from None
    except FileNotFoundError:
        raise PictureFileError(
            f"There is no folder {folder.parent}.", "Make it, or name another."
        ) from None
    except OSError as error:
        raise PictureFileError(f"{folder} cannot be used: {error.strerror}.") from error
    return _compared(folder, *kept, json.loads(text), record)


def _compared(
    folder: Path, kept: Mapping[str, Any], before: Record, now: Mapping[str, Any], record: Record
) -> tuple[str, ...]:
    """As `_settle`, for the plan that is there with its record, and what was asked for."""
    changed = [
        f"{name} was {_shown(old)}, and is {_shown(new)} now"
        for there, here in (
            (kept, now),
            (before.settings, record.settings),
            (asdict(before), {"weights": record.weights, "guide": record.guide}),
        )
        for name, new in here.items()
        if name not in ("record", "preset") and (old := there.get(name)) != new
    ]
    if changed:
        raise RecordError(
            f"{folder} holds the frames of another zoom: {'; '.join(changed[:3])}.",
            "Name another folder, or give the same settings to go on with that one.",
        )
    return differences(before, record)


def _shown(value: object) -> str:
    return f"{value}"[:20] if isinstance(value, str) else f"{value!r:.40}"


def _read(path: Path) -> tuple[dict[str, Any], Record] | None:
    """The plan in a folder and the record in it, None where there is none.

    Raises:
        RecordError: it is damaged or of a later kind.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["format"] != _FORMAT:
            raise ValueError(kept["format"])
        if kept["number"] != _NUMBER:
            raise RecordError("It was written by another version of Deep Dream.")
        return kept, from_fields(kept["record"])
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise RecordError(f"{path} is damaged.", _ELSEWHERE) from error
    except RecordError as error:
        raise RecordError(f"{path} cannot be used. {error.message}", _ELSEWHERE) from error


def _write(path: Path, text: str) -> None:
    """The file appears whole or not at all."""
    unfinished = path.with_suffix(".part")
    try:
        unfinished.write_text(text, encoding="utf-8")
        os.replace(unfinished, path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
