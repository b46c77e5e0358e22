"""Decay: what the objective does not keep up fades to grey.

From Yosinski et al. (2015, arXiv:1506.06579). It is also the L2 penalty of Simonyan et al. (2014,
arXiv:1312.6034): a step down the squared distance from grey.
"""

from __future__ import annotations

from torch import Tensor

GREY = 0.5


def fade(canvas: Tensor, share: float) -> None:
    """Take from every pixel of `canvas`, in place, `share` (0 to 1) of its distance from grey."""
    canvas.sub_(GREY).mul_(1 - share).add_(GREY)
