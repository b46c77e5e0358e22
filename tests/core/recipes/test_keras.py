"""Presets `keras` and `keras-io` against the Deep Dream examples of Keras.

They work in [-1, 1], where their step is .01, and clip nothing before the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from torch import Tensor, nn

from tests.core.recipes.reference import (
    TOLERANCE,
    Objective,
    Pair,
    Picture,
    difference,
    ours,
    photograph,
    slope,
    smallest,
    zoom,
)

OCTAVES, ITERATIONS, SCALE, STEP, BORDER = 2, 2, 1.4, 0.01, 2
# So that the maps of the smaller octave have a middle within the border.
SIZE = (150, 154)
WEIGHTS = {
    "keras": {"Mixed_5d": 0.2, "Mixed_6a": 0.5, "Mixed_6b": 2.0, "Mixed_6c": 1.5},
    "keras-io": {"Mixed_6b": 1.0, "Mixed_6c": 1.5, "Mixed_6d": 2.0, "Mixed_6e": 2.5},
}
GRIDS = {"keras": "corners", "keras-io": "centres"}


def loss_of(weights: Mapping[str, float]) -> Objective:
    def objective(features: Mapping[str, Tensor]) -> Tensor:
        terms = [
            weight
            * (features[layer][..., BORDER:-BORDER, BORDER:-BORDER] ** 2).sum()
            / features[layer].numel()
            for layer, weight in weights.items()
        ]
        return sum(terms[1:], terms[0])

    return objective


def reference(
    network: nn.Module, picture: Picture, preset: str, limit: float
) -> tuple[Picture, list[float]]:
    """The dream, and the loss before every step and at every end that came too early."""
    layers = {layer: layer for layer in WEIGHTS[preset]}
    original, grid, losses = picture * 2 - 1, GRIDS[preset], []
    height, width = original.shape[:2]
    shapes = [(int(height / SCALE**i), int(width / SCALE**i)) for i in range(OCTAVES)][::-1]
    shrunk, values = zoom(original, shapes[0], grid), original
    for shape in shapes:
        values = zoom(values, shape, grid)
        for _ in range(ITERATIONS):
            gradient, loss = slope(network, values, layers, loss_of(WEIGHTS[preset]))
            losses.append(loss)
            if loss > limit:
                break
            values = values + STEP * gradient / np.abs(gradient).mean()
        at_this_size = zoom(original, shape, grid)
        values = values + at_this_size - zoom(shrunk, shape, grid)
        shrunk = at_this_size
    return ((values + 1) / 2).clip(0, 1), losses


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["keras", "keras-io"])
def test_layers_by_weight_and_lost_detail(preset: str, pair: Callable[[str], Pair]) -> None:
    """Contrast so high that steps leave the range of pictures, where these recipes let them be."""
    networks = pair("inception_v3")
    # A random network's losses are no trained one's.
    settings = {"preset": preset, "octaves": OCTAVES, "iterations": ITERATIONS, "loss-limit": 0}

    def differ(seed: int) -> float:
        picture = photograph(*SIZE, seed, contrast=2.0)
        expected, _ = reference(networks.plain, picture, preset, math.inf)
        return difference(ours(networks.core, picture, settings), expected, picture)

    assert smallest(differ) < TOLERANCE


@pytest.mark.slow
def test_an_octave_ends_when_its_loss_is_above_the_limit(pair: Callable[[str], Pair]) -> None:
    networks = pair("inception_v3")

    def differ(seed: int) -> float:
        picture = photograph(*SIZE, seed, contrast=2.0)
        _, losses = reference(networks.plain, picture, "keras", math.inf)
        limit = (losses[-2] + losses[-1]) / 2
        expected, losses = reference(networks.plain, picture, "keras", limit)
        assert [loss > limit for loss in losses] == [False, False, False, True]
        chosen = {"octaves": OCTAVES, "iterations": ITERATIONS, "loss-limit": limit}
        dreamed = ours(networks.core, picture, {"preset": "keras", **chosen})
        return difference(dreamed, expected, picture)

    assert smallest(differ) < TOLERANCE
