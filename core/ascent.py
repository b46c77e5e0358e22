"""One step uphill, with the priors that hold it back."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import torch
from torch import Tensor

from core.adam import Adam
from core.objectives import Objective, framed, placed, read, rolled
from core.parameterisation import Basis
from core.priors.decay import fade
from core.priors.gaussian import blur
from core.priors.laplacian import normalise_bands
from core.priors.smoothing import smooth
from core.priors.transforms import random_view
from core.priors.variation import lessen_variation
from core.tileable import wrapped


class Step(NamedTuple):
    """How to step. All but the first four can be left out, and cost nothing then.

    Attributes:
        size: of the step, in full scale (1 = black to white).
        jitter: how far the canvas is shifted at most, in pixels per axis.
        normalisation: what the gradient is divided by, as the setting of that name has it.
        pull: share of its distance from the base that the canvas loses.
        scaling, turning: limits of the random view, as a share and in degrees.
        smoothing, radius: of the gradient, see `core.priors.smoothing`; in pixels.
        levels: bands of detail that are made equally strong, instead of any normalisation.
        variation: weight of the total variation against the normalised gradient.
        decay: share of its distance from grey that the canvas loses.
        blur: standard deviation of a blur of the canvas, in pixels.
        limit: level of the objective above which there is no step.
        basis: in which to step; None for pixels.
        adam: makes the steps instead of the normalised gradient; lasts for an octave.
        wrap: whether the canvas goes on from each edge at the opposite one.
        margin: how many pixels beyond the edges the objective sees then.
        clip: whether the canvas is kept in [0, 1].
    """

    size: float
    jitter: int
    normalisation: str
    pull: float
    scaling: float = 0.0
    turning: float = 0.0
    smoothing: float = 0.0
    radius: int = 0
    levels: int = 0
    variation: float = 0.0
    decay: float = 0.0
    blur: float = 0.0
    limit: float = 0.0
    basis: Basis | None = None
    adam: Adam | None = None
    wrap: bool = False
    margin: int = 0
    clip: bool = True


class Outcome(IntEnum):
    """What became of a step; false where the gradient was zero or not finite."""

    STILL = 0
    MOVED = 1
    LIMIT = 2


def ascend(
    canvas: Tensor, base: Tensor, objective: Objective, step: Step, generator: torch.Generator
) -> Outcome:
    """Move `canvas` (1, 3, H, W), in place, one step uphill; with `step.clip` it stays in [0, 1].

    The canvas is rolled circularly by a random shift of at most `step.jitter` per axis, or with
    `step.wrap` by any, so that its edges are nowhere in particular; and it is seen in a random
    view. The gradient is smoothed, taken to the basis and back, and divided by its mean magnitude
    (`mean-abs`, Google's Caffe notebook) or by its standard deviation about its mean (`std`,
    TensorFlow's tutorial), the mean taken off first with `zero-mean` (pytorch-deepdream); or Adam
    takes it as it is. Multiplied by `step.size` and rolled back it is added. Then the canvas is
    drawn towards `base`, regularised, and maybe clipped.

    Returns:
        What was done. The canvas has changed with `MOVED` alone.
    """
    height, width = canvas.shape[-2:]
    reach = max(height, width) if step.wrap else step.jitter
    down, right = torch.randint(-reach, reach + 1, (2,), generator=generator).tolist()
    seen = torch.roll(canvas, (down, right), dims=(-2, -1))
    objective = placed(objective, rolled(down, right, height, width))
    margin = step.margin if step.wrap else 0
    if margin:
        seen = wrapped(seen, margin)
        objective = placed(objective, framed(margin, height, width))
        height, width = height + 2 * margin, width + 2 * margin
    view = None
    if step.scaling or step.turning:
        view = random_view(step.scaling, step.turning, generator)
        seen = view.of(seen)
        objective = placed(objective, view.where(height, width))
    seen = seen.contiguous(memory_format=torch.channels_last).requires_grad_(True)
    reading = read(objective, seen)
    if step.limit and float(reading.level) > step.limit:
        return Outcome.LIMIT
    (gradient,) = torch.autograd.grad(reading.total, seen)
    # Measured against its peak first, so that squares of tiny gradients do not vanish.
    peak = gradient.abs().amax()
    if not bool(torch.isfinite(peak)) or float(peak) == 0:
        return Outcome.STILL
    gradient = gradient / peak
    if view is not None:
        gradient = view.back(gradient)
    if margin:
        gradient = gradient[..., margin:-margin, margin:-margin]
    direction = _direction(gradient, step, float(peak), (-down, -right))
    if direction is None:
        return Outcome.STILL
    canvas.add_(direction, alpha=step.size)
    _regularise(canvas, base, step)
    if step.clip:
        canvas.clamp_(0, 1)
    return Outcome.MOVED


def _direction(gradient: Tensor, step: Step, peak: float, back: tuple[int, int]) -> Tensor | None:
    """Where to go, rolled `back`, from a gradient over its `peak`; None where that is nowhere."""
    # All but Adam, which remembers places, can be done before rolling back: the edges, which some
    # priors must make something up about, are then elsewhere at every step.
    if step.smoothing:
        gradient = smooth(gradient, step.smoothing, step.radius, step.wrap)
    if step.basis is not None and step.adam is None:
        gradient = step.basis.to_canvas(step.basis.to_values(gradient))
    if step.levels:
        gradient = normalise_bands(gradient, step.levels)
    elif step.adam is None:
        scale = _spread(gradient, step.normalisation)
        if float(scale) == 0:
            return None
        if step.normalisation == "zero-mean":
            gradient = gradient - gradient.mean()
        gradient = gradient / scale
    gradient = torch.roll(gradient, back, dims=(-2, -1))
    if step.adam is None:
        return gradient
    magnitude = 1.0 if step.levels else peak
    if step.basis is None:
        return step.adam.direction(gradient, magnitude)
    return step.basis.to_canvas(step.adam.direction(step.basis.to_values(gradient), magnitude))


def _spread(gradient: Tensor, normalisation: str) -> Tensor:
    if normalisation == "mean-abs":
        return gradient.abs().mean()
    # Of a sample where PyTorch's own default is the source: it makes a difference of 1e-4.
    return gradient.std(correction=1 if normalisation == "zero-mean" else 0)


def _regularise(canvas: Tensor, base: Tensor, step: Step) -> None:
    """What follows a step whatever the objective; in place."""
    if step.pull:
        canvas.lerp_(base, step.pull)
    if step.variation:
        lessen_variation(canvas, step.size * step.variation, step.wrap)
    if step.decay:
        fade(canvas, step.decay)
    if step.blur:
        canvas.copy_(blur(canvas, step.blur, step.wrap))
