"""Preset `pytorch-deepdream` against the project of that name.

It works on pixels less ImageNet's mean over its deviation, where its step is .09 of the gradient's
own deviation. The three colours' deviations, .229, .224 and .225, make its blue and green steps a
few hundredths shorter than its red ones; ours are equally long, by the deviations' mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
import torch.nn.functional as F
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

OCTAVES, ITERATIONS, SCALE, STEP, JITTER, COEFFICIENT = 2, 3, 1.8, 0.09, 32, 0.5
MEAN = np.array([0.485, 0.456, 0.406])
DEVIATION = np.array([0.229, 0.224, 0.225])
EVEN = np.full(3, DEVIATION.mean())
SIZE = (80, 99)
LAYER = {"layer": "features.22"}


def mean_of_squares(features: Mapping[str, Tensor]) -> Tensor:
    return (features["layer"] ** 2).mean()


def smoothed(gradient: Picture, iteration: int) -> Picture:
    """The sum of the gradient under three Gaussians of nine by nine pixels."""
    sigma = (iteration + 1) / ITERATIONS * 2 + COEFFICIENT
    values = torch.from_numpy(gradient.transpose(2, 0, 1)[:, None].copy())
    values = F.pad(values, (4, 4, 4, 4), mode="reflect")
    offsets = torch.arange(-4.0, 5.0, dtype=torch.float64)
    total = torch.zeros(())
    for factor in (0.5, 1.0, 2.0):
        line = torch.exp(-0.5 * (offsets / (factor * sigma)) ** 2)
        kernel = torch.outer(line, line)
        total = total + F.conv2d(values, (kernel / kernel.sum())[None, None])
    return total[:, 0].numpy().transpose(1, 2, 0)


def reference(network: nn.Module, picture: Picture, deviation: Picture) -> Picture:
    """`deviation` (3,) is what a step is measured in; the network's own input stays ImageNet's."""
    values, shift = (picture - MEAN) / deviation, shifts(JITTER)
    for octave in range(OCTAVES):
        power = SCALE ** (octave - OCTAVES + 1)
        size = round(SIZE[0] * power), round(SIZE[1] * power)
        values = zoom(values, size, "centres")
        for iteration in range(ITERATIONS):
            down, right = shift()
            values = rolled(values, (down, right))
            seen = values * deviation / DEVIATION
            gradient, _ = slope(network, seen, LAYER, mean_of_squares)
            gradient = smoothed(gradient * deviation / DEVIATION, iteration)
            gradient = (gradient - gradient.mean()) / gradient.std(ddof=1)
            values = (values + STEP * gradient).clip(-MEAN / deviation, (1 - MEAN) / deviation)
            values = rolled(values, (-down, -right))
    return values * deviation + MEAN


@pytest.mark.slow
def test_the_soft_dream(pair: Callable[[str], Pair]) -> None:
    networks = pair("vgg16")
    # The preset's step is rounded to three decimals, of which dreams make more.
    step = STEP * float(EVEN[0]) * 255
    assert presets()["pytorch-deepdream"]["step-size"] == pytest.approx(step, abs=5e-4)
    settings = {"preset": "pytorch-deepdream", "octaves": OCTAVES, "iterations": ITERATIONS}
    settings["step-size"] = step

    def differ(seed: int) -> float:
        picture = photograph(*SIZE, seed)
        dreamed = ours(networks.core, picture, settings)
        uneven = reference(networks.plain, picture, DEVIATION)
        assert difference(dreamed, uneven, picture) < 0.05
        return difference(dreamed, reference(networks.plain, picture, EVEN), picture)

    assert smallest(differ) < TOLERANCE
