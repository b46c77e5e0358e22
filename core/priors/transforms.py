"""Random views: what the objective sees is the canvas scaled and turned a little.

As in lucid (Olah et al., "Feature Visualization", 2017): what survives it is no accident of one
scale and one direction.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor


class View(NamedTuple):
    """A canvas as seen `scale` times as large and turned by `turn` radians, about its middle."""

    scale: float
    turn: float

    def of(self, canvas: Tensor) -> Tensor:
        """`canvas` (1, C, H, W) in this view, of the same size; beyond its edges it is mirrored."""
        return _sampled(canvas, 1 / self.scale, -self.turn, "reflection")

    def where(self, height: int, width: int) -> Callable[[float, float], tuple[float, float]]:
        """Where points of a canvas (height, width) lie in this view: across and down, in [0, 1]."""
        cosine, sine = self.scale * math.cos(self.turn), self.scale * math.sin(self.turn)

        def where(across: float, down: float) -> tuple[float, float]:
            right, below = (across - 0.5) * width, (down - 0.5) * height
            seen = cosine * right - sine * below, sine * right + cosine * below
            return seen[0] / width + 0.5, seen[1] / height + 0.5

        return where

    def back(self, gradient: Tensor) -> Tensor:
        """The gradient of the canvas from that of its view.

        Turned and scaled back, times the area that each pixel had: the transpose of `of` but for
        how it interpolates. Taking that exactly adds up in an order of its own on every run on a
        GPU, and a dream must be the same each time. What lies outside the view gets none.
        """
        return _sampled(gradient, self.scale, self.turn, "zeros").mul_(self.scale**2)


def random_view(scaling: float, turning: float, generator: torch.Generator) -> View:
    """A scale within `scaling` of 1, a turn of at most `turning` degrees; all equally likely."""
    one, other = (2 * torch.rand(2, generator=generator, dtype=torch.float64) - 1).tolist()
    return View(1 + scaling * one, math.radians(turning * other))


def _sampled(canvas: Tensor, scale: float, turn: float, beyond: str) -> Tensor:
    """`canvas` at its pixels' places turned by `turn` and moved `scale` times as far out.

    Bilinear; `beyond` names what `F.grid_sample` finds outside.
    """
    height, width = canvas.shape[-2:]
    cosine, sine = scale * math.cos(turn), scale * math.sin(turn)
    # Both axes run from -1 to 1, whatever their lengths.
    places = torch.tensor(
        [[cosine, -sine * height / width, 0.0], [sine * width / height, cosine, 0.0]],
        device=canvas.device,
    )
    grid = F.affine_grid(places[None], list(canvas.shape), align_corners=False)
    return F.grid_sample(canvas, grid, padding_mode=beyond, align_corners=False)
