"""Preset `neural-dream` against the project of that name.

It works in 256 levels, with Adam at a rate of 1.5 anew in every octave, and clips nothing before
the end. Its layer, a convolution of BVLC's GoogLeNet, is taken before the ReLU behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
import torch
from torch import Tensor, nn

from core.settings import presets
from tests.core.recipes.reference import (
    TOLERANCE,
    Pair,
    Picture,
    difference,
    ours,
    photograph,
    rolled,
    shifts,
    slope,
    smallest,
    zoom,
)

# Few steps: where one tips a maximum over, Adam carries the difference everywhere.
OCTAVES, ITERATIONS, SCALE, RATE, JITTER, WEIGHT = 2, 2, 0.6, 1.5, 32, 1000
SIZE = (75, 90)
LAYER = {"layer": "inception4d.branch2.0.bn"}


def length(features: Mapping[str, Tensor]) -> Tensor:
    return WEIGHT * (features["layer"] ** 2).sum().sqrt()


def reference(network: nn.Module, picture: Picture) -> Picture:
    values, shift = picture * 256, shifts(JITTER)
    for octave in range(OCTAVES):
        power = SCALE ** (OCTAVES - 1 - octave)
        values = zoom(values, (int(SIZE[0] * power), int(SIZE[1] * power)))
        leaf = nn.Parameter(torch.from_numpy(values))
        adam = torch.optim.Adam([leaf], lr=RATE, maximize=True)
        for _ in range(ITERATIONS):
            down, right = shift()
            seen = rolled(leaf.detach().numpy(), (down, right)) / 128 - 1
            gradient, _ = slope(network, seen, LAYER, length)
            leaf.grad = torch.from_numpy(rolled(gradient / 128, (-down, -right)).copy())
            adam.step()
        values = leaf.detach().numpy()
    return (values / 256).clip(0, 1)


@pytest.mark.slow
def test_the_steady_dream(pair: Callable[[str], Pair]) -> None:
    """Contrast so high that steps leave the range of pictures, where the project lets them be."""
    networks = pair("googlenet")
    # The preset's step and scale are rounded to three decimals, of which dreams make more.
    step = RATE * 255 / 256
    assert presets()["neural-dream"]["step-size"] == pytest.approx(step, abs=5e-4)
    settings = {"preset": "neural-dream", "iterations": ITERATIONS, "step-size": step}

    def differ(seed: int) -> float:
        picture = photograph(*SIZE, seed, contrast=2.0)
        expected = reference(networks.plain, picture)
        return difference(ours(networks.core, picture, settings), expected, picture)

    assert smallest(differ) < TOLERANCE
