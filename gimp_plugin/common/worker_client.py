"""The worker as the plug-ins see it: started, asked, listened to, ended.

Nothing here blocks unless it says so: pixels are written and events are read by threads, so that
`poll` can be called from a GLib timeout and `events` from a loop of one's own. Call everything
from the same thread. Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import os
import threading
import time
from collections import namedtuple

from .core_config import check_core
from .environment import core_environment
from .errors import REPAIR, WorkerError
from .frames import CutOff, FrameError, TooLarge, check_event, frame_parts, read_frame
from .log_tail import LogTail
from .mailbox import Mailbox
from .process import start_process
from .translation import VARIABLE, _, languages

# What the worker says: `header`, a dict with at least "event", and `payload`, bytes.
Event = namedtuple(str("Event"), [str("header"), str("payload")])

_now = getattr(time, "monotonic", time.time)
# A computer that slept between two calls has not waited for the worker all that time, in seconds.
_LONGEST_WAIT = 5.0
# The worker's exit status where memory ran out, and what libraries say that end it for that.
_NO_MEMORY = 4
_SIGNS_OF_NO_MEMORY = (
    "memoryerror",
    "out of memory",
    "bad_alloc",
    "memory allocation still failed",
    "thread creation failed",
    "can't start new thread",
)


class WorkerClient(object):
    """A worker process.

    Args:
        silence: seconds without any event after which a worker that owes one is given up. It
            sends progress at least every 2 s.
        start_silence: the same before its first event: a cold PyTorch can take long to load.
    """

    def __init__(self, silence=30.0, start_silence=180.0):
        self._limits = (start_silence, silence)
        self._heard = False
        self._waited = 0.0
        self._last_look = None
        self._process = None
        self._log = None
        self._threads = []
        self._arriving = Mailbox()
        self._leaving = Mailbox()
        self._next_id = 1
        # The ids, and "hello" and the like, that the worker still owes an answer.
        self._owed = set()
        self._unnamed_error = None
        self._failure = None

    def start(self, python, program, log_path=None):
        """Start the worker; returns at once, long before it is ready.

        Args:
            python: the core's Python.
            program: the folder that holds the folder `core`.
            log_path: a file that gets what the worker writes to standard error, or None.

        Raises:
            WorkerError: core-missing.
        """
        check_core(python, program)
        arguments = [python, "-I", os.path.join(program, "core"), "worker"]
        try:
            environment = dict(core_environment(), **{VARIABLE: str(":").join(languages())})
            self._process = start_process(arguments, environment)
        except OSError as error:
            message = _("Deep Dream's Python cannot be started.")
            raise WorkerError("core-missing", message, REPAIR, repr(error))
        self._log = LogTail(self._process.stderr, log_path)
        self._threads = [
            _run(_read_events, self._process.stdout, self._arriving),
            _run(_write_frames, self._process.stdin, self._leaving),
            _run(self._log.run),
        ]

    def hello(self):
        """Ask who the worker is; the answer is a `ready` event."""
        self._owed.add("ready")
        self._send({"op": "hello"})

    def dream(
        self,
        width,
        height,
        channels,
        settings,
        pixels,
        mask=b"",
        sample_format="float32",
        repeats=None,
        guide=None,
        seen=None,
        beside_format=None,
    ):
        """Ask for a dream; the answer is one `result` or `error` event with the id returned.

        Args:
            width, height: in pixels.
            channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.
            settings: a dict of those that are not default.
            pixels: bytes, row by row, channels interleaved. Not to be changed before the answer.
            mask: bytes, one sample per pixel, or empty for none.
            sample_format: "float32", "u16" or "u8", of pixels, mask, guide and result.
            repeats: the record of the dream that this is to be again, a dict; None for a new one.
            guide: width, height, channels and pixels, as bytes, of the picture that the objective
                "guide" follows; None for none.
            seen: the same of a picture that is dreamed on instead: its change is laid on `pixels`.
            beside_format: as `sample_format`, of those two, where it is another.

        Raises:
            WorkerError: bad-setting or bad-picture, where no frame can hold the request.
        """
        fields = {
            "width": width,
            "height": height,
            "channels": channels,
            "settings": settings,
            "format": sample_format,
            "mask": bool(mask),
        }
        if repeats is not None:
            fields["repeats"] = repeats
        payloads = [pixels, mask]
        for name, picture in (("guide", guide), ("seen", seen)):
            if picture is not None:
                width, height, channels, samples = picture
                fields[name] = {
                    "width": width,
                    "height": height,
                    "channels": channels,
                    "format": beside_format or sample_format,
                }
                payloads.append(samples)
        return self._ask("dream", fields, *payloads)

    def fetch(self, network):
        """Ask for the download of a network; the answer is as for `dream`, without pixels."""
        return self._ask("fetch", {"network": network})

    def describe(self, network):
        """Ask what a network offers; the answer is a `network` event, or an `error` without id."""
        self._send({"op": "describe", "network": network})

    def cancel(self, request, keep=False):
        """Ask for the end of a dream or download: `error` cancelled, or `result` with `keep`."""
        self._send({"op": "cancel", "id": request, "keep": keep})

    def poll(self):
        """All events that have arrived, the oldest first; raises as `events` does."""
        return self.events(0)

    def events(self, timeout):
        """The same, but while there is none wait for one, at most `timeout` seconds.

        Of previews, and of progress, that nobody took only the latest is left.

        Raises:
            WorkerError: worker-died or worker-silent, once all that it said has been taken. Then
                the process is gone.
        """
        if self._failure is None:
            found = self._arriving.take_all(timeout)
            events = [event for event in found if isinstance(event, Event)]
            for event in events:
                self._note(event)
            if len(events) < len(found):
                self._failure = self._death(self._process, found[-1])
            elif not events:
                self._note_silence()
            if events:
                return events
        if self._failure is not None:
            self.kill()
            raise self._failure
        return []

    def wait(self, request, on_event=None):
        """Block until the dream or download `request` is done; returns its `result` event.

        Args:
            on_event: called with every event of any request that comes before, on this thread.

        Raises:
            WorkerError: what its `error` event says, or as `events` does.
        """
        while True:
            for event in self.events(0.5):
                header = event.header
                if header.get("id") == request and header["event"] == "result":
                    return event
                if header.get("id") == request and header["event"] == "error":
                    raise as_error(header)
                if on_event is not None:
                    on_event(event)

    def log(self):
        """The last lines that the worker wrote to standard error, for a log."""
        return self._log.text() if self._log else ""

    def close(self, patience=2.0):
        """End the worker: politely, after `patience` seconds by force. May be called twice."""
        if self._process is None:
            return
        self._send({"op": "quit"})
        self._leaving.put(None)
        _wait_for_exit(self._process, patience)
        self.kill()

    def kill(self):
        """End the worker at once. May be called twice."""
        if self._process is None:
            return
        try:
            self._process.kill()
        except OSError:
            pass  # It has ended by itself, which Python 2 reports so.
        self._process.wait()
        self._leaving.put(None)
        for thread in self._threads:
            thread.join(1.0)
        if self._failure is None:
            self._failure = WorkerError("worker-died", _("The dream engine was ended."), "")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _ask(self, op, fields, *payloads):
        request = self._next_id
        self._next_id += 1
        try:
            self._send(dict(fields, op=op, id=request), *payloads)
        except TooLarge as error:
            raise _too_large(error)
        self._owed.add(request)
        return request

    def _send(self, header, *payloads):
        self._leaving.put(frame_parts(header, *payloads))

    def _note(self, event):
        """Keep account of what the worker owes."""
        self._heard = True
        self._waited = 0.0
        header = event.header
        if header["event"] == "ready":
            self._owed.discard("ready")
        elif header["event"] in ("result", "error"):
            self._owed.discard(header.get("id"))
        if header["event"] == "error" and header.get("id") is None:
            self._unnamed_error = as_error(header)

    def _note_silence(self):
        now = _now()
        if self._owed and self._last_look is not None:
            self._waited += min(max(now - self._last_look, 0.0), _LONGEST_WAIT)
        self._last_look = now
        if self._waited > self._limits[self._heard]:
            self._failure = WorkerError(
                "worker-silent",
                _("The dream engine does not answer any more."),
                _("Try again, with a smaller working size if the computer is short of memory."),
                self.log(),
            )

    def _death(self, process, reason):
        """Why the worker's output ended, as an error."""
        if not reason:
            # It is about to be gone by itself; its exit status tells why.
            _wait_for_exit(process, 1.0)
        self.kill()
        status, log = process.returncode, self.log()
        if self._unnamed_error is not None:
            last = self._unnamed_error
            return WorkerError(last.code, last.message, last.hint, log)
        hint = _("Choose a smaller working size, or close other programs.")
        if status == -9 and not reason:
            message = _(
                "The system has ended the dream engine, most likely because memory ran out."
            )
            return WorkerError("worker-died", message, hint, log)
        if status == _NO_MEMORY or any(sign in log.lower() for sign in _SIGNS_OF_NO_MEMORY):
            message = _("The dream engine has stopped because memory ran out.")
            return WorkerError("worker-died", message, hint, log)
        log += "\nThe worker ended with status {}. {}".format(status, reason)
        return WorkerError(
            "worker-died",
            _("The dream engine has stopped unexpectedly."),
            _(
                "Try again. If it happens again, run install.py again: it repairs the"
                " installation and says what is wrong."
            ),
            log.strip(),
        )


def as_error(header):
    """The WorkerError that an `error` event stands for."""
    return WorkerError(header["code"], header["message"], header.get("hint", ""))


def _too_large(error):
    """The WorkerError for a request that no frame can hold."""
    if error.header:
        return WorkerError(
            "bad-setting",
            _("The settings are too long to be sent."),
            _("Write shorter layers, concepts or sums."),
        )
    return WorkerError(
        "bad-picture",
        _("The picture is too large to be dreamed on in one piece."),
        _("Select a part of it, then try again."),
    )


def _wait_for_exit(process, seconds):
    """Wait until the process is gone, at most that long; Python 2 has no such wait."""
    deadline = _now() + seconds
    while process.poll() is None and _now() < deadline:
        time.sleep(0.01)


def _run(work, *arguments):
    thread = threading.Thread(target=work, args=arguments)
    thread.daemon = True
    thread.start()
    return thread


def _read_events(stream, arriving):
    """Read events until there are no more; then comes a text that says why, empty for no reason."""
    reason = ""
    try:
        while True:
            frame = read_frame(stream)
            if frame is None:
                break
            event = Event(*frame)
            check_event(*event)
            name = event.header["event"]
            replaces = name in ("preview", "progress")
            arriving.put(event, (name, event.header.get("id")) if replaces else None)
    except CutOff:
        pass  # The worker has ended in the middle of a word; its exit status tells why.
    except (FrameError, EnvironmentError, MemoryError) as error:
        reason = "It could not be understood: {!r}".format(error)
    arriving.put(reason)
    stream.close()


def _write_frames(stream, leaving):
    """Write frames, each a list of byte strings, until there comes None."""
    try:
        while True:
            parts = leaving.take()
            if parts is None:
                break
            for part in parts:
                stream.write(part)
            stream.flush()
            del parts
    except (EnvironmentError, MemoryError):
        pass  # The worker is gone, or will be at the end of its input: the reading thread reports.
    try:
        stream.close()
    except EnvironmentError:
        pass  # What was still to be written cannot be.
