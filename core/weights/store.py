"""The weights of downloadable networks: in a cache folder, checked before they are used.

Beside the weights lies a note, NETWORK.json, with the file's name, full SHA-256, size and where it
came from. What its SHA-256 must be is given by the publisher (the beginning of it) or, for a file
that somebody imported, by the note. Importing this module imports no PyTorch.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from core.errors import DownloadError, NetworkMissing, WeightsError
from core.invocation import command
from core.language import _
from core.networks.record import NetworkRecord
from core.weights.download import download
from core.weights.part_file import discard, finish, part_file, part_of, sha256_of

PUBLISHED, IMPORTED = "published", "imported"
# In double precision, and with what an optimiser keeps of each, a checkpoint is six times as large.
_MOST = 8
_SPARE = 64 << 20  # bytes


@dataclass(frozen=True)
class Imported:
    """A weights file that was taken into the cache folder.

    Attributes:
        path: where it is now.
        sha256: its full SHA-256, which is checked from now on.
        published: whether it is the very file that the network's publisher offers.
    """

    path: Path
    sha256: str
    published: bool


@dataclass(frozen=True)
class _Note:
    """What the note beside a weights file says.

    `size` (bytes) and `mtime_ns` are those of the file when its SHA-256 was last found right; while
    they stay the same the file is not read again.
    """

    file: str
    sha256: str
    source: str
    size: int
    mtime_ns: int


def cache_folder() -> Path:
    """Where weights are kept: DEEP_DREAM_CACHE, or the user's cache folder of this program."""
    named = os.environ.get("DEEP_DREAM_CACHE")
    if named:
        return Path(named).expanduser()
    return platformdirs.user_cache_path("deep-dream-gimp", appauthor=False)


def find(record: NetworkRecord) -> Path | None:
    """The network's weights file, unread; None if it is not there."""
    note = _read_note(record)
    for name in (note.file if note else "", _published_name(record)):
        path = cache_folder() / name
        if name and path.is_file():
            return path
    return None


def verified(record: NetworkRecord) -> Path:
    """The network's weights file, after checking that it is the one that was put there.

    Raises:
        NetworkMissing: it is not there.
        WeightsError: it is another, or cannot be read.
    """
    path = find(record)
    if path is None:
        raise NetworkMissing(
            _("The weights of {record} ({size:.0f} MB) are not on this computer.").format(
                record=record.title, size=record.size / 1e6
            ),
            _(
                "Choose the built-in network, which needs no download, or get them with this"
                " command: {command}"
            ).format(command=command(f"networks fetch {record.name}")),
        )
    note = _read_note(record)
    if note and note.file != path.name:
        note = None
    try:
        if note and _unchanged(note, path):
            return path
        found = sha256_of(path)
    except OSError as error:
        raise WeightsError(
            _("The weights of {record} cannot be read: {reason}.").format(
                record=record.title, reason=error.strerror or error
            ),
            repair_hint(record),
        ) from error
    if not found.startswith(note.sha256 if note else record.sha256):
        raise WeightsError(
            _("The weights of {record} are damaged or another file ({path}).").format(
                record=record.title, path=path
            ),
            repair_hint(record),
        )
    # Where the folder cannot be written, the file is read again next time, nothing worse.
    with contextlib.suppress(OSError):
        _write_note(record, path, found, note.source if note else PUBLISHED)
    return path


def sha256(record: NetworkRecord) -> str:
    """The full SHA-256 of the network's weights file; raises as `verified`, which it calls."""
    path = verified(record)
    note = _read_note(record)
    if note and note.file == path.name:
        return note.sha256
    try:
        return sha256_of(path)
    except OSError as error:
        raise WeightsError(
            _("The weights of {record} cannot be read: {reason}.").format(
                record=record.title, reason=error.strerror or error
            ),
            repair_hint(record),
        ) from error


def repair_hint(record: NetworkRecord) -> str:
    """How to replace the network's weights file."""
    note = _read_note(record)
    if note and note.source == IMPORTED:
        return _(
            "Get the published ones with: {fetch} or import the file again with: {again}"
        ).format(
            fetch=command(f"networks fetch {record.name}"),
            again=command(f"networks import {record.name} FILE"),
        )
    return _("Get them again with: {fetch}").format(fetch=command(f"networks fetch {record.name}"))


def fetch(record: NetworkRecord, on_bytes: Callable[[int, int], None]) -> Path:
    """Download the network's published weights, unless they are here and whole already.

    A download that broke off before goes on where it stopped. An imported file is replaced.

    Args:
        record: its `url` is what is fetched.
        on_bytes: called with the bytes that are here and the bytes there are in all, several times
            a second; it may raise `Cancelled`.

    Raises:
        DownloadError: no connection, a broken line, a wrong file, no room.
        Cancelled: `on_bytes` raised it.
    """
    if not record.url:
        raise DownloadError(
            _("{record} comes with the program: there is nothing to download.").format(
                record=record.title
            )
        )
    target = cache_folder() / _published_name(record)
    if _is_published(record, target):
        on_bytes(record.size, record.size)
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(
            _("The folder {parent} cannot be made: {reason}.").format(
                parent=target.parent, reason=error.strerror or error
            ),
            _("Name another folder in DEEP_DREAM_CACHE."),
        ) from error
    sha256 = download(
        record.url,
        target,
        sha256=record.sha256,
        size=record.size,
        on_bytes=on_bytes,
        title=record.title,
    )
    try:
        _settle(record, target, sha256, PUBLISHED)
    except OSError as error:
        raise DownloadError(
            _("The note beside {target} cannot be written: {reason}.").format(
                target=target, reason=error.strerror or error
            )
        ) from error
    return target


def import_file(record: NetworkRecord, path: Path) -> Imported:
    """Copy weights for the network from a file of the user's into the cache folder.

    The published file, or any state dict whose names and shapes fit, with or without auxiliary
    heads, saved by `torch.save` or as safetensors. Code in the file is not run.

    Raises:
        WeightsError: there is no such file, it does not fit (the first mismatch is named), it holds
            code, or it cannot be copied.
    """
    if not record.url:
        raise WeightsError(
            _("{record} comes with the program: it takes no other weights.").format(
                record=record.title
            )
        )
    path = Path(path)
    if not path.is_file():
        raise WeightsError(_("There is no file {path}.").format(path=path))
    _require_size(record, path)
    folder = cache_folder()
    arriving = folder / f"{record.name}-import"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part_file(arriving) as part:
            part.truncate(0)
            with open(path, "rb") as source:
                shutil.copyfileobj(source, part, 1 << 20)
        try:
            return _take_in(record, arriving)
        finally:
            discard(arriving)
    except BlockingIOError as error:
        raise WeightsError(
            _("Another program is importing weights of {record}.").format(record=record.title),
            _("Wait until it is done."),
        ) from error
    except WeightsError as error:
        raise WeightsError(
            _("{path} cannot be imported. {message}").format(path=path.name, message=error.message),
            error.hint,
        ) from error
    except OSError as error:
        raise WeightsError(
            _("{path} cannot be imported: {reason}.").format(
                path=path.name, reason=error.strerror or error
            ),
            _("The weights are copied to {folder}, which must be writable and have room.").format(
                folder=folder
            ),
        ) from error


def _require_size(record: NetworkRecord, path: Path) -> None:
    """See that `path` is no larger than weights can be, before all of it is copied."""
    size = path.stat().st_size
    if size > _MOST * record.size + _SPARE:
        raise WeightsError(
            _(
                "{file} cannot be imported. It has {size} MB, which is too much for weights of"
                " {record}: those have about {usual} MB."
            ).format(
                file=path.name,
                size=size // 10**6,
                record=record.title,
                usual=max(1, record.size // 10**6),
            )
        )


def _take_in(record: NetworkRecord, arriving: Path) -> Imported:
    """Check the copied file and put it in its place."""
    # Here, because they bring PyTorch, which finding and fetching weights do without.
    from core.networks import state_dicts, torchvision_networks

    copy = part_of(arriving)
    torchvision_networks.fit(record, state_dicts.read_tensors(copy))
    sha256 = sha256_of(copy)
    published = sha256.startswith(record.sha256)
    if published:
        target = arriving.with_name(_published_name(record))
    else:
        kind = ".safetensors" if state_dicts.is_safetensors(copy) else ".pth"
        target = arriving.with_name(f"{record.name}-imported{kind}")
    os.replace(copy, target)
    _settle(record, target, sha256, PUBLISHED if published else IMPORTED)
    return Imported(target, sha256, published)


def _settle(record: NetworkRecord, path: Path, sha256: str, source: str) -> None:
    """Make `path` the network's weights, and remove those it replaces."""
    _write_note(record, path, sha256, source)
    for name in _file_names(record):
        if name != path.name:
            (path.parent / name).unlink(missing_ok=True)


def _is_published(record: NetworkRecord, target: Path) -> bool:
    """Whether `target` is the file in use, published and whole."""
    if find(record) != target:
        return False
    try:
        verified(record)
    except WeightsError:
        return False
    return True


def _published_name(record: NetworkRecord) -> str:
    return record.url.rpartition("/")[2]


def _file_names(record: NetworkRecord) -> tuple[str, ...]:
    """Every name that the network's weights file can have in the cache folder."""
    imported = f"{record.name}-imported"
    return (_published_name(record), f"{imported}.pth", f"{imported}.safetensors")


def _note_path(record: NetworkRecord) -> Path:
    return cache_folder() / f"{record.name}.json"


def _unchanged(note: _Note, path: Path) -> bool:
    status = path.stat()
    return (status.st_size, status.st_mtime_ns) == (note.size, note.mtime_ns)


def _read_note(record: NetworkRecord) -> _Note | None:
    """The note on the network's weights; None if there is none that makes sense."""
    try:
        note = _Note(**json.loads(_note_path(record).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    # The name is only ever one of ours, so that no note leads out of the folder.
    known = note.file in _file_names(record) and isinstance(note.sha256, str)
    published = note.source == PUBLISHED and note.sha256.startswith(record.sha256)
    imported = note.source == IMPORTED and len(note.sha256) == 64
    return note if known and (published or imported) else None


def _write_note(record: NetworkRecord, path: Path, sha256: str, source: str) -> None:
    status = path.stat()
    note = _Note(path.name, sha256, source, status.st_size, status.st_mtime_ns)
    target = _note_path(record)
    with part_file(target) as part:
        part.truncate(0)
        part.write(json.dumps(asdict(note), indent=2).encode() + b"\n")
    finish(target)
