"""What watches a dream for its client: tells how far it is, shows it, and ends it."""

from __future__ import annotations

import time
from collections.abc import Callable

from core.language import _
from core.progress import Progress
from core.worker.desk import Desk, Job
from core.worker.preview import LONGEST, as_samples

# Seconds between two previews, and how much longer than making one the pause must be.
_PREVIEW_PAUSE = 0.25
_PREVIEW_SHARE = 10


class Watcher:
    """Told about every step, and within long ones: passes progress and previews on, and cancels.

    A dream whose job is dropped goes on for the job that `heir()` returns, or ends by the Cancelled
    that it raises.
    """

    def __init__(self, job: Job, desk: Desk, heir: Callable[[], Job]) -> None:
        self._job = job
        self._desk = desk
        self._heir = heir
        self._octave = 0
        self._next_preview = 0.0

    def __call__(self, progress: Progress) -> bool:
        while self._job.stop == "drop":
            self._job = self._heir()
            # Whoever the dream is for now has seen nothing of it.
            self._octave, self._next_preview = 0, 0.0
        if self._job.stop == "keep":
            return False
        step = min(progress.iteration + 1, progress.iterations)
        message = _("Octave {octave} of {octaves}, step {step} of {steps}").format(
            octave=progress.octave,
            octaves=progress.octaves,
            step=step,
            steps=progress.iterations,
        )
        self._desk.report(
            self._job,
            message if progress.fraction < 1 else _("Finishing the picture"),
            fraction=progress.fraction,
            octave=progress.octave,
            iteration=progress.iteration,
            eta=round(progress.eta, 2),
        )
        # The first look at an octave shows what the one before it has made.
        octave_done = progress.octave != self._octave or progress.iteration == progress.iterations
        new = progress.within == 0 and time.monotonic() >= self._next_preview
        if octave_done or new:
            self._show(progress)
        self._octave = progress.octave
        return True

    def _show(self, progress: Progress) -> None:
        begun = time.monotonic()
        picture = as_samples(progress.picture(LONGEST), "u8")
        height, width, channels = picture.shape
        fields = {"width": width, "height": height, "channels": channels, "format": "u8"}
        self._desk.preview(self._job, fields, picture.data)
        ended = time.monotonic()
        self._next_preview = ended + max(_PREVIEW_PAUSE, _PREVIEW_SHARE * (ended - begun))
