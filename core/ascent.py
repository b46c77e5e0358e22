"""One step uphill, with the priors that hold it back."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

import torch
from torch import Tensor

from core.adam import Adam
from core.objectives import Objective, framed, placed, rolled
from core.parameterisation import Basis
from core.priors.decay import fade
from core.priors.gaussian import blur
from core.priors.laplacian import normalise_bands
from core.priors.smoothing import smooth
from core.priors.transforms import View, random_view
from core.priors.variation import lessen_variation
from core.rolled import Canvas, rolled_canvas
from core.samples import draw_towards
from core.tiling import Tiling


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
        tiling: takes the gradient; a new one where there is none.
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
    tiling: Tiling | None = None


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
    objective = placed(objective, rolled(down, right, height, width))
    margin = step.margin if step.wrap else 0
    seen = rolled_canvas(canvas, down, right, margin)
    if margin:
        objective = placed(objective, framed(margin, height, width))
    view = None
    if step.scaling or step.turning:
        view = random_view(step.scaling, step.turning, generator)
        objective = placed(objective, view.where(seen.height, seen.width))
        seen = _viewed(seen, view)
    gradient, _ = (step.tiling or Tiling()).gradient(objective, seen, step.limit)
    if gradient is None:
        return Outcome.LIMIT
    # Measured against its peak first, so that squares of tiny gradients do not vanish.
    low, high = gradient.aminmax()
    peak = float(torch.maximum(-low, high))
    if not math.isfinite(peak) or peak == 0:
        return Outcome.STILL
    gradient.div_(peak)
    if view is not None:
        gradient = view.back(gradient)
    if margin:
        gradient = gradient[..., margin:-margin, margin:-margin]
    if not _follow(canvas, gradient, step, peak, (-down, -right)):
        return Outcome.STILL
    _regularise(canvas, base, step)
    if step.clip:
        canvas.clamp_(0, 1)
    return Outcome.MOVED


def _viewed(seen: Canvas, view: View) -> Canvas:
    """All of `seen` in a view, made at once."""
    picture = view.of(seen.whole())
    return Canvas(
        seen.height,
        seen.width,
        lambda top, bottom, left, right: picture[..., top:bottom, left:right],
    )


def _follow(
    canvas: Tensor, gradient: Tensor, step: Step, peak: float, back: tuple[int, int]
) -> bool:
    """Move `canvas` along a gradient over its `peak`, rolled `back`; False where that is nowhere.

    The gradient may be overwritten.
    """
    # All but Adam, which remembers places, can be done before rolling back: the edges, which some
    # priors must make something up about, are then elsewhere at every step.
    if step.smoothing:
        gradient = smooth(gradient, step.smoothing, step.radius, step.wrap)
    if step.basis is not None and step.adam is None:
        gradient = step.basis.to_canvas(step.basis.to_values(gradient))
    length = step.size
    if step.levels:
        gradient = normalise_bands(gradient, step.levels)
    elif step.adam is None:
        scale = _spread(gradient, step.normalisation)
        if scale == 0:
            return False
        if step.normalisation == "zero-mean":
            gradient.sub_(gradient.mean())
        length /= scale
    if step.adam is None:
        _add_rolled(canvas, gradient, length, back)
        return True
    gradient = torch.roll(gradient, back, dims=(-2, -1))
    magnitude = 1.0 if step.levels else peak
    if step.basis is None:
        direction = step.adam.direction(gradient, magnitude)
    else:
        values = step.basis.to_values(gradient)
        direction = step.basis.to_canvas(step.adam.direction(values, magnitude))
    canvas.add_(direction, alpha=step.size)
    return True


def _add_rolled(canvas: Tensor, change: Tensor, factor: float, roll: tuple[int, int]) -> None:
    """Add `factor` times `change`, rolled circularly, to `canvas`, without a rolled copy."""
    height, width = canvas.shape[-2:]
    down, right = roll[0] % height, roll[1] % width
    for to_row, row, tall in ((down, 0, height - down), (0, height - down, down)):
        for to_column, column, wide in ((right, 0, width - right), (0, width - right, right)):
            part = canvas[..., to_row : to_row + tall, to_column : to_column + wide]
            part.add_(change[..., row : row + tall, column : column + wide], alpha=factor)


def _spread(gradient: Tensor, normalisation: str) -> float:
    if normalisation == "mean-abs":
        return float(torch.linalg.vector_norm(gradient, 1)) / gradient.numel()
    # Of a sample where PyTorch's own default is the source: it makes a difference of 1e-4.
    return float(gradient.std(correction=1 if normalisation == "zero-mean" else 0))


def _regularise(canvas: Tensor, base: Tensor, step: Step) -> None:
    """What follows a step whatever the objective; in place."""
    if step.pull:
        draw_towards(canvas, base, step.pull)
    if step.variation:
        lessen_variation(canvas, step.size * step.variation, step.wrap)
    if step.decay:
        fade(canvas, step.decay)
    if step.blur:
        canvas.copy_(blur(canvas, step.blur, step.wrap))
