"""How much each class or channel stands out at a place against the rest of the picture."""

from __future__ import annotations

from torch import Tensor

# What is added to the deviation of a class or channel, as a share of the deviation of all: one that
# is the same all over the picture shall not stand out by its noise.
_SLACK = 0.1


def standing_out(values: Tensor) -> Tensor:
    """Maps (N, C, h, w) in deviations above the channels' means over the picture, those held."""
    held = values.detach()
    mean = held.mean((-2, -1), keepdim=True)
    deviation = held.std((-2, -1), correction=0, keepdim=True)
    return (values - mean) / (deviation + _SLACK * held.std(correction=0))
