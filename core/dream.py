"""The octave loop: from a small copy of the canvas up to its full size."""

from __future__ import annotations

import math
import time
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
from core.progress import OnProgress, Progress, ignore
from core.resize import pad_by_reflection, resize
from core.settings import Settings
from core.start import ground, noisy

# What the network sees beyond the edges of a canvas that wraps around, in pixels. What is further
# away counts little, and where the edges are changes with every step.
_MARGIN = 32


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
    """Dream over `source` (1, 3, H, W), float32 in [0, 1], any size from 1x1.

    Each octave starts from what the one before it made, see `core.octaves`; then come
    `settings.iterations` steps, see `core.ascent`. `settings` that concern files, sizes and devices
    are the callers' business. `guide` is a canvas (1, 3, h, w) for the objective of that name. Same
    seed, settings and device: same bytes.

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
    bases = pyramid(padded, sizes, rule, scaled)
    generator = torch.Generator().manual_seed(settings.seed)
    watch = _Watch(bases, settings.iterations, (height, width))

    canvas, ended, tried, still = padded, False, 0, 0
    for octave, base in enumerate(bases):
        plain = _step(settings, base, minimum)
        if octave:
            canvas = first(rule, canvas, bases[octave - 1], base, scaled)
            # The published recipe clips no octave before its first step.
            if settings.clip and rule != "dream":
                canvas = canvas.clamp_(0, 1)
        elif settings.start == "noise":
            canvas = noisy(base, settings.noise, plain.basis, generator)
        else:
            canvas = base.clone()
        for iteration in range(settings.iterations):
            ended = not on_progress(watch.progress(octave, iteration, canvas))
            if ended:
                break
            tried += 1
            step = _timed(plain, settings, iteration, tried)
            outcome = ascend(canvas, base, objectives[octave], step, generator)
            still += outcome is Outcome.STILL
            if outcome is Outcome.LIMIT:
                break
        if octave and rule == "source":
            canvas = canvas.add_(lost_detail(bases[octave - 1], base, scaled))
            if settings.clip:
                canvas.clamp_(0, 1)
        if ended:
            canvas = at_full_size(rule, canvas, base, padded, scaled)
            break
    if not ended:
        on_progress(watch.progress(len(bases) - 1, settings.iterations, canvas))
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


def _step(settings: Settings, base: Tensor, minimum: int) -> Step:
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


class _Watch:
    """Counts the work in pixels times steps, and how long it took so far."""

    def __init__(self, bases: list[Tensor], iterations: int, size: tuple[int, int]) -> None:
        self._areas = [base.shape[-2] * base.shape[-1] for base in bases]
        self._iterations = iterations
        self._whole = sum(self._areas) * iterations
        self._size = size
        self._start = time.monotonic()

    def progress(self, octave: int, iteration: int, canvas: Tensor) -> Progress:
        done = sum(self._areas[:octave]) * self._iterations + self._areas[octave] * iteration
        fraction = done / self._whole
        elapsed = time.monotonic() - self._start
        height, width = self._size

        def picture() -> NDArray[np.float32]:
            # A picture below the network's minimum has one octave, so cropping is always right.
            shown = canvas[0, :, :height, :width]
            return shown.permute(1, 2, 0).cpu().numpy().copy()

        return Progress(
            fraction=fraction,
            octave=octave + 1,
            octaves=len(self._areas),
            iteration=iteration,
            iterations=self._iterations,
            eta=elapsed / fraction * (1 - fraction) if done else -1.0,
            picture=picture,
        )
