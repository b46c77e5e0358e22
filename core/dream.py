"""The octave loop: from a small copy of the canvas up to its full size."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.ascent import Step, ascend
from core.networks.base import Network
from core.objectives import make_objective
from core.progress import OnProgress, Progress, ignore
from core.resize import pad_by_reflection, resize
from core.settings import Settings


@dataclass(frozen=True)
class DreamedCanvas:
    """A dreamed canvas, whether it was ended early, and how many of its steps moved nothing."""

    canvas: Tensor
    partial: bool
    steps: int
    still: int


def octave_sizes(
    height: int, width: int, octaves: int, scale: float, minimum: int
) -> list[tuple[int, int]]:
    """Sizes (h, w) in pixels from the smallest octave to the full size.

    Each is the next larger one divided by `scale`, rounded to nearest, as in Google's Caffe
    notebook. Octaves with a side below `minimum` are left out; the full size always stays.
    """
    sizes = [(height, width)]
    while len(sizes) < octaves:
        smaller = tuple(max(1, round(side / scale)) for side in sizes[-1])
        if min(smaller) < minimum or smaller == sizes[-1]:
            break
        sizes.append((smaller[0], smaller[1]))
    return sizes[::-1]


def dream(
    source: Tensor, settings: Settings, network: Network, on_progress: OnProgress = ignore
) -> DreamedCanvas:
    """Dream over `source` (1, 3, H, W), float32 in [0, 1], any size from 1x1.

    At each octave the details made so far (dreamed minus base) are scaled up and added to that
    octave's base; then come `settings.iterations` steps. `settings` that concern files, sizes and
    devices are the callers' business. Same seed, settings and device: same bytes.

    Raises:
        SettingError: a layer or concept that the network does not have.
        Whatever `on_progress` raises.
    """
    objective = make_objective(network, settings)
    height, width = source.shape[-2:]
    minimum = network.record.minimum_side
    padded = pad_by_reflection(source, minimum)
    bases = _bases(padded, settings, minimum)
    step = Step(
        settings.step_size / 255,
        settings.jitter,
        settings.gradient_normalisation,
        settings.pull,
    )
    generator = torch.Generator().manual_seed(settings.seed)
    watch = _Watch(bases, settings.iterations, (height, width))

    details, partial, still = None, False, 0
    canvas = padded
    for octave, base in enumerate(bases):
        canvas = base.clone()
        if details is not None:
            size = (base.shape[-2], base.shape[-1])
            canvas.add_(resize(details, size, settings.antialias))
        for iteration in range(settings.iterations):
            partial = partial or not on_progress(watch.progress(octave, iteration, canvas))
            if partial:
                break
            still += not ascend(canvas, base, objective, step, generator)
        if partial:
            # What is there reaches the full size as the details of every octave do.
            details = resize(
                canvas - base, (padded.shape[-2], padded.shape[-1]), settings.antialias
            )
            canvas = (padded + details).clamp_(0, 1)
            break
        details = canvas - base
    if not partial:
        on_progress(watch.progress(len(bases) - 1, settings.iterations, canvas))
    steps = len(bases) * settings.iterations
    return DreamedCanvas(canvas[..., :height, :width], partial, steps, still)


def _bases(canvas: Tensor, settings: Settings, minimum: int) -> list[Tensor]:
    """The canvas at every octave's size, the smallest first.

    Each is made from the next larger one: for the published recipe because it says so, with
    antialiasing because filtering in small steps costs less and loses nothing.
    """
    height, width = canvas.shape[-2:]
    sizes = octave_sizes(height, width, settings.octaves, settings.octave_scale, minimum)
    bases = [canvas]
    for size in sizes[-2::-1]:
        bases.append(resize(bases[-1], size, settings.antialias))
    return bases[::-1]


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
