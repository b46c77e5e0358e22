"""`--settings-from FILE`: the settings of a dream that was made before."""

from __future__ import annotations

from pathlib import Path

from core.cli.arguments import Arguments
from core.errors import PictureFileError, RecordError
from core.pictures.files import read_record
from core.provenance import MAX_BYTES, Record, from_text, settings_of
from core.settings import Settings

_REMEDY = "Name a picture that this program has dreamed, or a JSON file."
# With what the file's maker may have put beside the record, and spaces.
_LARGEST_FILE = 4 * MAX_BYTES


def chosen_settings(arguments: Arguments) -> tuple[Settings, Record | None]:
    """The settings that the command line asks for, and the record that they are from, if any.

    Raises:
        PictureFileError: the file cannot be read.
        RecordError: it has no record, or one that this version cannot repeat.
    """
    path = arguments.settings_from
    if path is None:
        return arguments.settings, None
    try:
        record = from_text(_text(path))
        return settings_of(record, arguments.given), record
    except RecordError as error:
        raise RecordError(f"{path.name} cannot be repeated. {error.message}", error.hint) from error


def _text(path: Path) -> str:
    """The record in a file, as JSON text."""
    try:
        with open(path, "rb") as file:
            begin = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        raise PictureFileError(f"There is no file {path}.") from None
    except OSError as error:
        raise PictureFileError(f"{path} cannot be read: {error.strerror}.") from error
    if path.suffix.lower() != ".json" and not begin.lstrip().startswith(b"{"):
        text = read_record(path)
        if not text:
            raise RecordError("It holds no record of a dream.", _REMEDY)
        return text
    if len(begin) > _LARGEST_FILE:
        raise RecordError("It is too large to be a record.", _REMEDY)
    try:
        return begin.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordError("It is no text in UTF-8.", _REMEDY) from error
