"""The worker: dreams for a client on the other end of a pipe, as `docs/protocol.md` says.

Who does what, so that nothing waits for anything that may be slow:

- the reader takes requests off standard input and does nothing that could hold it up, for it is
  also who notices that the client is gone;
- the main thread imports PyTorch, then dreams;
- two errands threads answer questions and download;
- the outbox's thread writes, the heartbeat's repeats progress.

This module imports no PyTorch: it listens from the first moment on.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from core.errors import (
    BrokenInstallation,
    Busy,
    Cancelled,
    DreamError,
    InternalError,
    OutOfMemory,
    RequestError,
)
from core.language import _
from core.worker.desk import Desk, Job
from core.worker.frames import FrameReader, Header, StreamLost, request_id, take_streams
from core.worker.orders import Order, Orders
from core.worker.outbox import Outbox
from core.worker.requests import parse_dream, require_id, require_keep, require_network

if TYPE_CHECKING:
    from core.worker.engine import Networks

DONE, BROKEN, STREAM_LOST, OUTPUT_CLOSED, NO_MEMORY = 0, 1, 2, 3, 4
# How long, in seconds, a client may take to read the last words.
_LAST_WORDS = 2.0
# Questions and downloads that may wait for their turn.
_MANY = 1000

log = logging.getLogger("deep-dream")


def main() -> NoReturn:
    """Serve the client on standard input and output until one of them ends; never returns."""
    logging.basicConfig(stream=sys.stderr, format="%(name)s: %(message)s", level=logging.INFO)
    # Ctrl-C in a terminal reaches the whole group of processes. Whether that ends this one is the
    # client's to decide: it may want its dream cancelled and kept.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        source, sink = take_streams()
    except OSError:
        print("The worker needs a pipe on standard input and output.", file=sys.stderr)
        _exit(BROKEN)
    # A thread that has ended must not leave a worker that looks alive and is deaf, or dumb: its
    # client would wait.
    threading.excepthook = _end_with_thread
    try:
        outbox = Outbox(sink, lambda: _exit(OUTPUT_CLOSED))
        _Worker(FrameReader(source), outbox, Desk(outbox)).run()
    except Exception as error:
        log.exception("The worker cannot go on.")
        _exit(_status(error))


def _end_with_thread(failed: threading.ExceptHookArgs) -> NoReturn:
    try:
        log.error("A thread cannot go on.", exc_info=failed.exc_value)
    finally:
        _exit(_status(failed.exc_value))


def _status(error: BaseException | None) -> int:
    """The exit status for an error that nothing can be done about."""
    return NO_MEMORY if isinstance(error, MemoryError) else BROKEN


def _exit(status: int) -> NoReturn:
    """End now: no other thread, and no library's clean-up, is waited for."""
    os._exit(status)


def _broken(error: Exception) -> DreamError:
    """What the artist is told where PyTorch cannot be imported."""
    text = str(error).strip() or type(error).__name__
    # The system's loader says no more than this where memory runs out; where it may not load
    # something, it says that too.
    short = "failed to map segment" in text and "not permitted" not in text
    if short or isinstance(error, MemoryError) or "allocate memory" in text:
        return OutOfMemory()
    # NumPy's advice goes on for pages and ends with the reason.
    return BrokenInstallation(
        _("PyTorch cannot be loaded: {error}").format(error=text.splitlines()[-1])
    )


class _Errands(threading.Thread):
    """Does small jobs one after the other."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._jobs: queue.Queue[Callable[[], None]] = queue.Queue(_MANY)
        self.start()

    def add(self, job: Callable[[], None]) -> None:
        """Have `job` done.

        Raises:
            Busy: too many wait already.
        """
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            raise Busy(_("Too many requests wait for their turn.")) from None

    def run(self) -> None:
        while True:
            self._jobs.get()()


class _Worker:
    def __init__(self, frames: FrameReader, outbox: Outbox, desk: Desk) -> None:
        self._frames = frames
        self._outbox = outbox
        self._desk = desk
        self._answers = _Errands("answers")
        self._downloads = _Errands("downloads")
        self._imported = threading.Event()
        self._orders = Orders()

    def run(self) -> NoReturn:
        """Dream on this thread, for ever."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        networks = self._import_engine()
        while True:
            self._dream_next(networks)
            # Results shall not pile up in memory before a client that does not read them.
            self._outbox.drain()

    def _dream_next(self, networks: Networks) -> None:
        from core.worker import engine

        order = self._orders.take()
        if self._desk.wants(order.job):
            self._attempt(
                partial(engine.dream, order, self._desk, networks, self._orders),
                partial(self._desk.fail, order.job),
            )

    def _import_engine(self) -> Networks:
        """Import PyTorch, and load the network that most dreams use."""
        try:
            from core.settings import Settings
            from core.worker import engine
        except Exception as error:
            log.exception("The core cannot be loaded.")
            broken = _broken(error)
            self._desk.refuse(broken, None)
            self._leave(BROKEN, broken)
        self._imported.set()
        networks = engine.Networks()
        self._attempt(
            lambda: networks.get(Settings()),
            # Whoever wants it will be told; other networks may do.
            lambda error: log.warning("The built-in network is not ready: %s", error),
        )
        return networks

    def _attempt(self, work: Callable[[], object], fail: Callable[[DreamError], None]) -> None:
        """Do `work`; whatever goes wrong with it is reported and does not end the worker."""
        from core.memory import is_out_of_memory

        try:
            work()
        except DreamError as error:
            fail(error)
        except Exception as error:
            if is_out_of_memory(error):
                fail(OutOfMemory())
                return
            log.exception("An error that nobody foresaw.")
            fail(
                InternalError(
                    _("Something went wrong inside: {error}").format(
                        error=f"{type(error).__name__}: {error}"
                    )
                )
            )

    # From here on: the reader's thread.

    def _read(self) -> None:
        try:
            while True:
                self._read_one()
        except (EOFError, OSError):
            # The client is gone, perhaps killed: it could not have said so in any other way.
            _exit(DONE)
        except StreamLost as error:
            self._desk.refuse(error, error.request_id)
            self._leave(STREAM_LOST, Cancelled())
        except Exception as error:
            # Without its reader the worker would outlive its client.
            log.exception("The reader failed.")
            _exit(_status(error))

    def _read_one(self) -> None:
        try:
            header = self._frames.header()
        except StreamLost:
            raise
        except RequestError as error:
            self._desk.refuse(error, None)
            return
        try:
            if header.fields.get("op") == "dream":
                self._read_dream(header)
                return
            self._frames.skip(header.size)
            self._answer(header)
        except DreamError as error:
            self._desk.refuse(error, request_id(header.fields))

    def _read_dream(self, header: Header) -> None:
        try:
            self._desk.admit_dream()
            request = parse_dream(header)
            payload = bytearray(header.size)
        except (DreamError, MemoryError) as error:
            self._frames.skip(header.size)
            raise OutOfMemory() if isinstance(error, MemoryError) else error from None
        self._frames.payload(payload)
        job = self._desk.open(request.id, "dream", _("Starting"))
        self._orders.put(Order(job, request, payload))

    def _answer(self, header: Header) -> None:
        """Do, or have done, what needs no payload."""
        fields = header.fields
        op = fields.get("op")
        if op == "cancel":
            self._desk.cancel(require_id(fields), require_keep(fields))
        elif op == "quit":
            self._leave(DONE, Cancelled())
        elif op == "hello":
            self._answers.add(partial(self._greet, request_id(fields)))
        elif op == "describe":
            name = require_network(fields)
            self._answers.add(partial(self._describe, name, request_id(fields)))
        elif op == "fetch":
            name = require_network(fields)
            job = self._desk.open(require_id(fields), "fetch", _("Waiting for another download"))
            try:
                self._downloads.add(partial(self._fetch, name, job))
            except Busy as error:
                self._desk.fail(job, error)
        else:
            raise RequestError(f"There is no “op” {op!r:.60}.")

    def _leave(self, status: int, why: DreamError) -> NoReturn:
        """End, but not before what is open has its end and the client could read it."""
        self._desk.fail_all(why)
        self._outbox.drain(_LAST_WORDS)
        _exit(status)

    # From here on: the errands' threads.

    def _greet(self, request: int | None) -> None:
        self._imported.wait()
        from core.worker import engine

        self._attempt(
            lambda: self._outbox.put(engine.greeting(), droppable=True),
            lambda error: self._desk.refuse(error, request),
        )

    def _describe(self, name: str, request: int | None) -> None:
        self._imported.wait()
        from core.worker import engine

        self._attempt(
            lambda: self._outbox.put(engine.description(name), droppable=True),
            lambda error: self._desk.refuse(error, request),
        )

    def _fetch(self, name: str, job: Job) -> None:
        self._imported.wait()
        from core.worker import engine

        if self._desk.wants(job):
            self._attempt(
                partial(engine.fetch, name, job, self._desk), partial(self._desk.fail, job)
            )
