"""The octave loop: from a small copy of the canvas up to its full size."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.adam import Adam
from core.ascent import Outcome, Step, ascend
from core.networks.base import Network
from core.objectives import Objective, enlarged, make_objective, placed
from core.octaves import at_full_size, first, layer_schedule, lost_detail, octave_sizes, pyramid
from core.parameterisation import make_basis
from core.priors.smoothing import smoothing_radius, smoothing_sigma
from core.processors import return_memory
from core.progress import OnProgress, Progress, ignore
from core.resize import pad_by_reflection, reduced, resize
from core.samples import as_float
from core.settings import Settings
from core.start import ground, noisy
from core.tiling import Tiling

# What the network sees beyond the edges of a canvas that wraps around, in pixels. What is further
# away counts little, and where the edges are changes with every step.
_MARGIN = 32
# Octaves of so many pixels begin with all memory that the ones before had.
_LARGE = 2_000_000
# In the middle of a step the caller is asked whether to go on after so many seconds, not sooner.
_PATIENCE = 0.1
# For so many seconds of the first octave nobody is told how long the rest takes.
_UNTOLD = 4.0
# What a step costs besides its canvas, in pixels of one.
_STEP = 30_000
# A look at a dream takes less, in seconds.
_LOOK = 1.0


@dataclass(frozen=True)
class DreamedCanvas:
    """A dreamed canvas.

    Attributes:
        canvas: (1, 3, H, W), in [0, 1] unless the settings do without clipping.
        partial: whether it was ended early.
        steps, still: how many steps were tried, and how many of them moved nothing.
    """

    canvas: Tensor
    partial: bool
    steps: int
    still: int


def dream(
    source: Tensor,
    settings: Settings,
    network: Network,
    on_progress: OnProgress = ignore,
    guide: Tensor | None = None,
) -> DreamedCanvas:
    """Dream over `source` (1, 3, H, W), float32 in [0, 1] or 8 bits, any size from 1x1.

    Each octave starts from what the one before it made, see `core.octaves`; then come
    `settings.iterations` steps, see `core.ascent`. `settings` that concern files, sizes and devices
    are the callers' business. `guide` is a canvas (1, 3, h, w) for the objective of that name. Same
    seed, settings and device: same bytes, as long as there is memory enough. `on_progress` is also
    asked in the middle of long steps; one that it ends there is not made.

    Raises:
        SettingError: a layer or concept that the network does not have.
        Whatever `on_progress` raises.
    """
    height, width = source.shape[-2:]
    minimum = network.record.minimum_side
    padded = ground(source, settings)
    if not settings.tileable:
        padded = pad_by_reflection(padded, minimum)
    sizes = octave_sizes(
        padded.shape[-2],
        padded.shape[-1],
        settings.octaves,
        settings.octave_scale,
        max(minimum, settings.smallest_side),
        settings.details,
    )
    objectives = _objectives(network, settings, len(sizes), guide)
    where = enlarged((height, width), sizes[-1])
    objectives = [placed(objective, where) for objective in objectives]
    rule = settings.details
    scaled = partial(
        resize,
        antialias=settings.antialias,
        wrap=settings.tileable,
        alignment=settings.alignment,
    )
    # Taken off one by one, so that each is forgotten when the next octave is done with it.
    bases = pyramid(padded, sizes, rule, scaled)[::-1]
    generator = torch.Generator().manual_seed(settings.seed)
    watch = _Watch(sizes, settings.iterations, (height, width), on_progress)
    tiling = Tiling(settings.seed, watch.within, pixels=math.prod(sizes[-1]))

    canvas, smaller, ended, tried, still = padded, padded, False, 0, 0
    for octave, objective in enumerate(objectives):
        base = bases.pop()
        if base.shape[-2] * base.shape[-1] >= _LARGE:
            return_memory()
        plain = _step(settings, base, minimum, tiling)
        if octave:
            canvas = first(rule, canvas, smaller, base, scaled)
            if rule != "source":
                # Nobody needs the one before any more, half as large as this one.
                smaller = base
            # The published recipe clips no octave before its first step.
            if settings.clip and rule != "dream":
                canvas = canvas.clamp_(0, 1)
        elif settings.start == "noise":
            canvas = noisy(as_float(base), settings.noise, plain.basis, generator)
        else:
            canvas = as_float(base).clone(memory_format=torch.contiguous_format)
        try:
            for iteration in range(settings.iterations):
                watch.report(octave, iteration, canvas)
                step = _timed(plain, settings, iteration, tried + 1)
                outcome = ascend(canvas, base, objective, step, generator)
                tried += 1
                still += outcome is Outcome.STILL
                if outcome is Outcome.LIMIT:
                    break
        except _Ended:
            ended = True
        if octave and rule == "source":
            canvas = canvas.add_(lost_detail(smaller, base, scaled))
            if settings.clip:
                canvas.clamp_(0, 1)
        if ended:
            canvas = at_full_size(rule, canvas, base, padded, scaled)
            break
        smaller = base
    if not ended:
        watch.tell(len(sizes) - 1, settings.iterations, canvas)
    return DreamedCanvas(canvas[..., :height, :width], ended, tried, still)


def _objectives(
    network: Network, settings: Settings, octaves: int, guide: Tensor | None
) -> list[Objective]:
    """The objective of every octave, all made before the first, so that mistakes are told then."""
    schedule = layer_schedule(settings.layers, octaves)
    made = {
        layers: make_objective(network, replace(settings, layers=layers), guide)
        for layers in dict.fromkeys(schedule)
    }
    return [made[layers] for layers in schedule]


def _step(settings: Settings, base: Tensor, minimum: int, tiling: Tiling) -> Step:
    """How the steps of one octave are made, but for what changes from one to the next.

    `minimum` is the network's smallest side in pixels.
    """
    size = (base.shape[-2], base.shape[-1])
    return Step(
        size=settings.step_size / 255,
        jitter=settings.jitter,
        normalisation=settings.gradient_normalisation,
        pull=settings.pull,
        scaling=settings.random_scale,
        turning=settings.random_rotation,
        radius=smoothing_radius(settings.smoothing),
        levels=settings.laplacian_levels,
        variation=settings.total_variation,
        decay=settings.decay,
        limit=settings.loss_limit,
        basis=make_basis(settings.parameterisation, settings.decorrelate, size, base.device),
        adam=Adam() if settings.optimiser == "adam" else None,
        wrap=settings.tileable,
        margin=max(_MARGIN, math.ceil((minimum - min(size)) / 2)),
        tiling=tiling,
        clip=settings.clip,
    )


def _timed(step: Step, settings: Settings, iteration: int, number: int) -> Step:
    """`step` as it is at an octave's `iteration`, from 0, and as the dream's `number`, from 1."""
    if settings.smoothing:
        sigma = smoothing_sigma(settings.smoothing, iteration, settings.iterations)
        step = step._replace(smoothing=sigma)
    if settings.blur_every and number % settings.blur_every == 0:
        step = step._replace(blur=settings.blur_sigma)
    return step


class _Ended(Exception):
    """Whoever watches the dream wants it to end here."""


class _Watch:
    """Counts the work in pixels times steps, and how long it took so far; asks whether to go on."""

    def __init__(
        self,
        sizes: list[tuple[int, int]],
        iterations: int,
        size: tuple[int, int],
        on_progress: OnProgress,
    ) -> None:
        # Of a step of each octave.
        self._costs = [height * width + _STEP for height, width in sizes]
        self._iterations = iterations
        self._whole = sum(self._costs) * iterations
        self._size = size
        self._on_progress = on_progress
        self._asked = self._begun = time.monotonic()
        # How much was done at which moment, the latest half of all that is done and one before.
        self._done = deque([(0.0, self._asked)])
        # Seconds for which whoever watches has had the dream wait.
        self._waited = 0.0
        self._now: tuple[int, int, Tensor] | None = None

    def report(self, octave: int, iteration: int, canvas: Tensor) -> None:
        """Tell that a step begins.

        Raises:
            _Ended: it shall not.
            Whatever the caller of the dream raises.
        """
        self._now = octave, iteration, canvas
        self._ask(0.0)

    def within(self, share: float) -> None:
        """Tell that `share` of a step is done, where that is not told too often; as `report`."""
        if time.monotonic() - self._asked >= _PATIENCE:
            # Never 0, which says that a step begins.
            self._ask(max(share, 1e-6))

    def tell(self, octave: int, iteration: int, canvas: Tensor) -> None:
        """Tell how far it is; the answer is of no consequence any more."""
        self._on_progress(self._progress(octave, iteration, canvas, 0.0))

    def _ask(self, share: float) -> None:
        assert self._now is not None
        before = time.monotonic()
        goes_on = self._on_progress(self._progress(*self._now, share))
        self._asked = time.monotonic()
        if self._asked - before > _LOOK:
            self._waited += self._asked - before
        if not goes_on:
            raise _Ended

    def _time_left(self, done: float) -> float:
        """In seconds, by the pace of the latest half: small octaves take longer for their size."""
        if not done:
            return -1.0
        self._done.append((done, time.monotonic() - self._waited))
        first = done < self._costs[0] * self._iterations and len(self._costs) > 1
        if first and self._done[-1][1] - self._begun < _UNTOLD:
            # Beginning takes its time too, and small canvases take longer for their size.
            return -1.0
        while self._done[1][0] <= done / 2:
            self._done.popleft()
        (before, begun), (_, now) = self._done[0], self._done[-1]
        return (now - begun) / (done - before) * (self._whole - done)

    def _progress(self, octave: int, iteration: int, canvas: Tensor, within: float) -> Progress:
        steps = iteration + within
        done = sum(self._costs[:octave]) * self._iterations + self._costs[octave] * steps
        height, width = self._size

        def picture(longest: int = 0) -> NDArray[np.float32]:
            # A picture below the network's minimum has one octave, so cropping is always right.
            shown = canvas[..., :height, :width]
            shown = (reduced(shown, longest) if longest else shown)[0]
            return shown.permute(1, 2, 0).cpu().numpy().copy()

        return Progress(
            fraction=done / self._whole,
            octave=octave + 1,
            octaves=len(self._costs),
            iteration=iteration,
            iterations=self._iterations,
            eta=self._time_left(done),
            picture=picture,
            within=within,
        )
