"""Download one file over an unreliable line: resumed where it broke off, whole or not there."""

from __future__ import annotations

import http.client
import queue
import shutil
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import BinaryIO

from core.errors import DownloadError
from core.language import _
from core.version import VERSION
from core.weights.part_file import discard, finish, part_file, part_of, sha256_of

OnBytes = Callable[[int, int], None]
"""Called with the bytes that are here and the bytes there are in all, several times a second while
the line is silent too. It may raise `core.errors.Cancelled`; what is here stays for the next time.
"""

AGAIN = _("Try again: it continues where it stopped.")

_BLOCK = 1 << 16
_SPARE = 16 << 20  # bytes that must stay free on the disk
_PROGRESS = 1 << 18  # bytes of an attempt that make it count as none of the failed ones
_LARGER = 1 << 20  # bytes by which a file may exceed its size, as some are published rounded
_PASSING = (408, 425, 429, 500, 502, 503, 504)  # HTTP states that are worth another try


@dataclass(frozen=True)
class Patience:
    """When to give up; times in seconds.

    `silence` without a byte is a broken line; after `tries` failures in a row the download fails;
    `pause` before the second try, twice that before each further one; `tick` between calls of
    `on_bytes` while nothing arrives.
    """

    silence: float = 30.0
    tries: int = 4
    pause: float = 1.0
    tick: float = 0.25


class _AnotherFile(Exception):
    """What comes is not the file that was asked for."""


class _Dropped(Exception):
    """The line broke; the text says how."""


@dataclass(frozen=True)
class _Head:
    """The beginning of an answer: HTTP status, and header fields by lower-case name."""

    status: int
    fields: Mapping[str, str]


def download(
    url: str,
    target: Path,
    *,
    sha256: str,
    size: int,
    on_bytes: OnBytes,
    title: str = "",
    patience: Patience = Patience(),
) -> str:
    """Download `url` to `target`, going on with its part file if there is one.

    Args:
        url: HTTPS; the proxies of the environment are used.
        target: where the file goes, in a folder that exists; replaced only by a whole, right file.
        sha256: how the file's SHA-256 begins.
        size: bytes to expect; a file that is larger is another one.
        on_bytes: told of every block; see `OnBytes`.
        title: what errors call the file; its name where this is empty.

    Returns:
        The file's SHA-256.

    Raises:
        DownloadError: the server cannot be reached, has no such file or sends another one, the line
            keeps breaking, or the disk is full or cannot be written.
        Cancelled: `on_bytes` raised it.
    """
    name = title or target.name
    try:
        with part_file(target) as part:
            _receive_all(url, name, part, size, on_bytes, patience)
        found = sha256_of(part_of(target))
        if not found.startswith(sha256):
            raise _AnotherFile
        finish(target)
    except _AnotherFile as error:
        discard(target)
        raise DownloadError(
            _("The server sent another file than {name}; it was thrown away.").format(name=name),
            _(
                "Try again. If that does not help, something between"
                " this computer and the server (a proxy, a hotel's login page) changes"
                " what it sends."
            ),
        ) from error
    except BlockingIOError as error:
        raise DownloadError(
            _("{name} is already being downloaded by another program.").format(name=name),
            _("Wait until it is done."),
        ) from error
    except OSError as error:
        raise DownloadError(
            _("{name} cannot be written to {parent}: {reason}.").format(
                name=name, parent=target.parent, reason=error.strerror or error
            ),
            _("Make room or allow writing there.") + " " + AGAIN,
        ) from error
    return found


def _receive_all(
    url: str, name: str, part: BinaryIO, size: int, on_bytes: OnBytes, patience: Patience
) -> None:
    """Fill `part`, trying again while the line breaks."""
    failures = 0
    while True:
        before = part.tell()
        try:
            return _receive(url, name, part, size, on_bytes, patience)
        except _Dropped as dropped:
            failures = 1 if part.tell() - before >= _PROGRESS else failures + 1
            if failures >= patience.tries:
                raise DownloadError(
                    _("The download of {name} broke off: {dropped}.").format(
                        name=name, dropped=dropped
                    ),
                    AGAIN,
                ) from dropped
        until = time.monotonic() + patience.pause * 2 ** (failures - 1)
        while time.monotonic() < until:
            on_bytes(part.tell(), size)
            time.sleep(min(patience.tick, patience.pause))


def _receive(
    url: str, name: str, part: BinaryIO, size: int, on_bytes: OnBytes, patience: Patience
) -> None:
    """One attempt: append what is missing to `part`.

    Raises:
        _Dropped: the line broke; `part` holds what came.
        _AnotherFile: it is too large.
    """
    start = part.tell()
    total = size
    try:
        for arrival in _arrivals(_request(url, start), patience):
            if isinstance(arrival, _Head):
                total = _begin(arrival, part, size)
                _require_size(total, size)
                _require_space(name, Path(part.name).parent, total - part.tell())
            elif arrival is not None:
                part.write(arrival)
                _require_size(part.tell(), size)
            on_bytes(part.tell(), total)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:  # nothing left to send, or a part file of something else
            if _total(_fields(error.headers)) == start:
                return
            _empty(part)
            raise _Dropped(_("the server cannot continue the file")) from error
        reason = _("the server answered {code} ({words})").format(
            code=error.code, words=error.reason
        )
        if error.code in _PASSING:
            raise _Dropped(reason) from error
        raise DownloadError(
            _("{name} cannot be downloaded: {reason}.").format(name=name, reason=reason),
            _("Try again later, or get the file elsewhere and import it."),
        ) from error
    if part.tell() < total:
        raise _Dropped(_("{count} of {total} bytes came").format(count=part.tell(), total=total))


def _begin(head: _Head, part: BinaryIO, size: int) -> int:
    """Set `part` to where the answer goes on; the size of the whole file."""
    start = part.tell()
    if head.status == 206 and head.fields.get("content-range", "").startswith(f"bytes {start}-"):
        return _total(head.fields) or size
    _empty(part)
    if head.status != 200:
        raise _Dropped(_("the server answered with another part of the file"))
    length = head.fields.get("content-length", "")
    return int(length) if length.isdecimal() else size


def _require_size(found: int, size: int) -> None:
    """Stop before a file without an end has filled the disk."""
    if found > size + _LARGER:
        raise _AnotherFile


def _fields(message: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in message.items()}


def _empty(part: BinaryIO) -> None:
    part.seek(0)
    part.truncate()


def _total(fields: Mapping[str, str]) -> int:
    """The whole file's size out of ``Content-Range: bytes 5-9/10``; 0 where it is not told."""
    total = fields.get("content-range", "").rpartition("/")[2]
    return int(total) if total.isdecimal() else 0


def _require_space(name: str, folder: Path, missing: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < missing + _SPARE:
        raise DownloadError(
            _(
                "There is too little room for {name}: it needs {needed:.0f} MB, and"
                " {folder} has {free:.0f} MB left."
            ).format(
                name=name,
                needed=(missing + _SPARE) / 1e6,
                folder=folder,
                free=free / 1e6,
            ),
            _("Make room, or name another folder in DEEP_DREAM_CACHE.") + " " + AGAIN,
        )


class _StaySecure(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but none from HTTPS to plain HTTP."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if req.type == "https" and not newurl.startswith("https:"):
            raise urllib.error.URLError(_("the server redirects to an insecure address"))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _request(url: str, start: int) -> urllib.request.Request:
    fields = {"User-Agent": f"deep-dream-gimp/{VERSION}", "Accept-Encoding": "identity"}
    if start:
        fields["Range"] = f"bytes={start}-"
    return urllib.request.Request(url, headers=fields)


def _arrivals(
    request: urllib.request.Request, patience: Patience
) -> Iterator[_Head | bytes | None]:
    """The answer's head, then its bytes; None whenever a tick goes by without any.

    A thread does the waiting, so that a silent line keeps nobody from cancelling.

    Raises:
        HTTPError: the server refuses.
        _Dropped: the line broke.
    """
    arrived: queue.Queue[_Head | bytes | OSError | http.client.HTTPException] = queue.Queue(8)
    stop = threading.Event()

    def put(item: _Head | bytes | OSError | http.client.HTTPException) -> None:
        while not stop.is_set():
            try:
                return arrived.put(item, timeout=patience.tick)
            except queue.Full:
                continue

    def receive() -> None:
        opener = urllib.request.build_opener(_StaySecure)
        try:
            with opener.open(request, timeout=patience.silence) as answer:
                put(_Head(answer.status, _fields(answer.headers)))
                while not stop.is_set() and (block := answer.read1(_BLOCK)):
                    put(block)
            put(b"")
        except (OSError, http.client.HTTPException) as error:
            put(error)

    threading.Thread(target=receive, name="download", daemon=True).start()
    try:
        while True:
            try:
                item = arrived.get(timeout=patience.tick)
            except queue.Empty:
                yield None
                continue
            if isinstance(item, urllib.error.HTTPError):
                raise item
            if isinstance(item, Exception):
                raise _Dropped(_reason(item, patience)) from item
            if item == b"":
                return
            yield item
    finally:
        stop.set()


def _reason(error: Exception, patience: Patience) -> str:
    """What went wrong, in the words of the system, for the middle of a sentence."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        silence = _("the server was silent for {seconds:g} seconds")
        return silence.format(seconds=patience.silence)
    if isinstance(cause, socket.gaierror):
        return _("there is no connection to the internet, or the server's name is not known")
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause) or type(cause).__name__
