"""The requests that are open: each gets its progress while it runs, and exactly one end."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.errors import Busy, Cancelled, DreamError, RequestError
from core.language import _
from core.worker.outbox import Outbox
from core.worker.requests import error_fields

# The protocol promises 2 s; what is left over is for a busy machine.
_BEAT = 1.0


@dataclass(eq=False)
class Job:
    """An open request; its fields are the desk's to change.

    `stop` is what its client wants: nothing, to keep what is there, or to drop it all. `said` is
    the last progress, without event and id. `spoke` is when anything was said, in seconds.
    """

    id: int
    kind: Literal["dream", "fetch"]
    said: dict[str, Any]
    stop: Literal["", "keep", "drop"] = ""
    spoke: float = field(default_factory=time.monotonic)


class Desk:
    """Opens, reports on and ends requests. All methods may be called from any thread."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._jobs: dict[int, Job] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def admit_dream(self) -> None:
        """Refuse a dream while one is open.

        Raises:
            Busy: one is.
        """
        with self._lock:
            if any(job.kind == "dream" for job in self._jobs.values()):
                raise Busy()

    def open(self, request: int, kind: Literal["dream", "fetch"], message: str) -> Job:
        """Take a request on.

        Raises:
            RequestError: its id is that of an open one.
            Busy: nobody reads what is said of those before.
        """
        said = {"fraction": 0.0, "octave": 0, "iteration": 0, "eta": -1.0, "message": message}
        with self._lock:
            if request in self._jobs:
                raise RequestError(f"The id {request} is in use.")
            if self._outbox.crowded():
                raise Busy(_("Too many answers have not been read."))
            job = self._jobs[request] = Job(request, kind, said)
            self._say(job)
        return job

    def wants(self, job: Job) -> bool:
        """Whether `job` has not ended."""
        with self._lock:
            return self._is_open(job)

    def cancel(self, request: int, keep: bool) -> None:
        """Ask for the end of a request; what is not open is ignored.

        Whoever works on it sees `job.stop`. What is dropped ends here and now, for the next look
        at it may be seconds away: between the octaves of a large picture, or while a download waits
        for its server.
        """
        with self._lock:
            job = self._jobs.get(request)
            if job is None or job.stop == "drop":
                return
            job.stop = "keep" if keep and job.kind == "dream" else "drop"
            if job.stop == "drop":
                self._end(job, error_fields(Cancelled(), job.id))

    def report(self, job: Job, message: str, **figures: float) -> None:
        """Say how far `job` is; `figures` are fraction (never goes back), octave, iteration, eta.

        What is left out stays as it was.
        """
        with self._lock:
            if not self._is_open(job):
                return
            fraction = max(figures.get("fraction", 0.0), job.said["fraction"])
            job.said.update(figures, message=message, fraction=min(fraction, 1.0))
            self._say(job)

    def preview(self, job: Job, fields: Mapping[str, object], pixels: memoryview) -> None:
        """Show how `job` looks; an older preview that was not sent yet is forgotten."""
        with self._lock:
            if self._is_open(job):
                header = {"event": "preview", "id": job.id, **fields}
                self._outbox.put(header, pixels, latest=(job, "preview"))

    def end(
        self, job: Job, fields: Mapping[str, object], payload: memoryview | bytes = b""
    ) -> None:
        """End `job` with a result; nothing happens if it has ended."""
        with self._lock:
            if self._is_open(job):
                self._end(job, {"event": "result", "id": job.id, **fields}, payload)

    def fail(self, job: Job, error: DreamError) -> None:
        """End `job` with an error; nothing happens if it has ended."""
        with self._lock:
            if self._is_open(job):
                self._end(job, error_fields(error, job.id))

    def fail_all(self, error: DreamError) -> None:
        """End all that is open."""
        with self._lock:
            for job in list(self._jobs.values()):
                self._end(job, error_fields(error, job.id))

    def refuse(self, error: DreamError, request: int | None) -> None:
        """Report an error about a request that was not taken on.

        It goes without an id where the request bore that of an open one, whose end it is not.
        """
        with self._lock:
            named = None if request in self._jobs else request
        self._outbox.put(error_fields(error, named), droppable=True)

    def _is_open(self, job: Job) -> bool:
        return self._jobs.get(job.id) is job

    def _end(
        self, job: Job, header: Mapping[str, object], payload: memoryview | bytes = b""
    ) -> None:
        # First the frame: should it not fit one, the job stays open for an error.
        self._outbox.put(header, payload)
        del self._jobs[job.id]

    def _say(self, job: Job) -> None:
        job.spoke = time.monotonic()
        header = {"event": "progress", "id": job.id, **job.said}
        self._outbox.put(header, latest=(job, "progress"))

    def _beat(self) -> None:
        """Repeat what was said last wherever nothing was said for a while."""
        while True:
            time.sleep(_BEAT / 2)
            with self._lock:
                for job in self._jobs.values():
                    if time.monotonic() - job.spoke >= _BEAT:
                        self._say(job)
