"""Presets `classic`, `caffe` and `caffe-guided` against Google's Caffe notebook of 2015.

It steps by 1.5 of 255 levels; here pictures are in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tests.core.recipes.reference import (
    TOLERANCE,
    Objective,
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

OCTAVES, ITERATIONS, SCALE, STEP, JITTER = 3, 3, 1.4, 1.5 / 255, 32
SIZE = (64, 81)


def reference(network: nn.Module, picture: Picture, layer: str, objective: Objective) -> Picture:
    octaves, shift = [picture], shifts(JITTER)
    for _ in range(OCTAVES - 1):
        height, width = octaves[-1].shape[:2]
        octaves.append(zoom(octaves[-1], (round(height / SCALE), round(width / SCALE))))
    detail = np.zeros_like(octaves[-1])
    dreamed = octaves[-1]
    for base in reversed(octaves):
        detail = zoom(detail, (base.shape[0], base.shape[1]))
        dreamed = base + detail
        for _ in range(ITERATIONS):
            down, right = shift()
            dreamed = rolled(dreamed, (down, right))
            gradient, _ = slope(network, dreamed * 2 - 1, {"layer": layer}, objective)
            dreamed = dreamed + STEP * gradient / np.abs(gradient).mean()
            dreamed = rolled(dreamed, (-down, -right)).clip(0, 1)
        detail = dreamed - base
    return dreamed


def half_sum_of_squares(features: Mapping[str, Tensor]) -> Tensor:
    return 0.5 * (features["layer"] ** 2).sum()


def best_match(known: Tensor) -> Objective:
    """The dot product of each place's vector with that of `known` (C, places) that fits it best."""

    def objective(features: Mapping[str, Tensor]) -> Tensor:
        found = features["layer"][0].flatten(1)
        best = known[:, (found.detach().T @ known).argmax(1)]
        return (found * best).sum()

    return objective


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["classic", "caffe"])
def test_the_famous_dream(preset: str, pair: Callable[[str], Pair]) -> None:
    """The classic recipe names no network; torchvision's GoogLeNet recommends the same layer."""
    networks = pair("googlenet")
    settings = {"preset": preset, "octaves": OCTAVES, "iterations": ITERATIONS}

    def differ(seed: int) -> float:
        picture = photograph(*SIZE, seed)
        expected = reference(networks.plain, picture, "inception4c", half_sum_of_squares)
        return difference(ours(networks.core, picture, settings), expected, picture)

    assert smallest(differ) < TOLERANCE


@pytest.mark.slow
def test_the_guided_dream(pair: Callable[[str], Pair]) -> None:
    networks, guide = pair("googlenet"), photograph(48, 60, seed=20)
    settings = {"preset": "caffe-guided", "octaves": OCTAVES, "iterations": ITERATIONS}
    known: list[Tensor] = []
    slope(networks.plain, guide * 2 - 1, {"layer": "inception3b"}, _seen_by(known))

    def differ(seed: int) -> float:
        picture = photograph(*SIZE, seed)
        expected = reference(networks.plain, picture, "inception3b", best_match(known[0]))
        return difference(ours(networks.core, picture, settings, guide), expected, picture)

    assert smallest(differ) < TOLERANCE


def _seen_by(known: list[Tensor]) -> Objective:
    def objective(features: Mapping[str, Tensor]) -> Tensor:
        known.append(features["layer"][0].detach().flatten(1))
        return torch.sum(features["layer"])

    return objective
