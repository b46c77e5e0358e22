"""Total variation: neighbouring pixels are drawn together, edges stay.

Rudin, Osher and Fatemi (1992); as a prior of dreams in Mahendran and Vedaldi (2015,
arXiv:1412.0035, there with other exponents) and in neural-dream.
"""

from __future__ import annotations

import torch
from torch import Tensor


def lessen_variation(canvas: Tensor, amount: float, wrap: bool = False) -> None:
    """One step of size `amount` (full scale) down the total variation of `canvas`, in place.

    The variation is the sum over places and channels of sqrt(dx² + dy² + e²), with dx and dy the
    differences from the next pixel to the right and below; there are none across the edges, or,
    with `wrap`, those from the opposite edge. e is 8 times `amount`: smaller differences count as
    squares do, and that much is needed for a step never to overshoot.
    """
    floor = 8 * amount
    right = _differences(canvas, -1, wrap)
    below = _differences(canvas, -2, wrap)
    length = (right.square() + below.square()).add_(floor * floor).sqrt_()
    for axis, flow in ((-1, right.div_(length)), (-2, below.div_(length))):
        canvas.add_(flow - torch.roll(flow, 1, axis), alpha=amount)


def _differences(canvas: Tensor, axis: int, wrap: bool) -> Tensor:
    """From every pixel to the next along `axis`, of the shape of `canvas`."""
    differences = torch.roll(canvas, -1, axis).sub_(canvas)
    if not wrap:
        differences.select(axis, -1).zero_()
    return differences
