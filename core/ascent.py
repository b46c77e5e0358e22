"""One normalised gradient step."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from core.objectives import Objective


class Step(NamedTuple):
    """How to step: `size` in full scale (1 = black to white), `jitter` in pixels per axis."""

    size: float
    jitter: int
    normalisation: str
    pull: float


def ascend(
    canvas: Tensor, base: Tensor, objective: Objective, step: Step, generator: torch.Generator
) -> bool:
    """Move `canvas` (1, 3, H, W), in place, one step uphill; it stays in [0, 1].

    The canvas is rolled circularly by a random shift of at most `step.jitter` per axis, the
    gradient divided by its mean magnitude (`mean-abs`, Google's Caffe notebook) or by its standard
    deviation about its mean (`std`), multiplied by `step.size` and added; then the canvas is rolled
    back, drawn towards `base` by the share `step.pull`, and clipped.

    Returns:
        Whether a step was made: a gradient that is zero or not finite changes nothing.
    """
    shift = torch.randint(-step.jitter, step.jitter + 1, (2,), generator=generator).tolist()
    rolled = torch.roll(canvas, shift, dims=(-2, -1))
    rolled = rolled.contiguous(memory_format=torch.channels_last).requires_grad_(True)
    (gradient,) = torch.autograd.grad(objective(rolled), rolled)
    # Measured against its peak first, so that squares of tiny gradients do not vanish.
    peak = gradient.abs().amax()
    if not bool(torch.isfinite(peak)) or float(peak) == 0:
        return False
    gradient = gradient / peak
    if step.normalisation == "mean-abs":
        scale = gradient.abs().mean()
    else:
        scale = gradient.std(correction=0)
    if float(scale) == 0:
        return False
    direction = torch.roll(gradient, [-distance for distance in shift], dims=(-2, -1)) / scale
    canvas.add_(direction, alpha=step.size)
    if step.pull:
        canvas.lerp_(base, step.pull)
    canvas.clamp_(0, 1)
    return True
