"""Preset `class-visualisation` against what its sources have in common.

A class's logit is raised from noise, through sizes (DeepDraw), with decay and a blur every few
steps (Yosinski et al. 2015); steps are over their mean magnitude (DeepDraw).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tests.core.recipes.reference import (
    TOLERANCE,
    Pair,
    Picture,
    difference,
    ours,
    photograph,
    rolled,
    slope,
    smallest,
    zoom,
)

OCTAVES, ITERATIONS, SCALE, STEP, JITTER = 3, 3, 1.2, 6 / 255, 32
DECAY, BLUR_EVERY, SIGMA, NOISE = 0.0001, 4, 1.0, 0.0392
SIZE, TABBY = (72, 90), 281


def logit(features: Mapping[str, Tensor]) -> Tensor:
    return features["output"][0, TABBY]


def blurred(picture: Picture) -> Picture:
    line = np.exp(-0.5 * (np.arange(-4, 5) / SIGMA) ** 2)
    line /= line.sum()
    wide = np.pad(picture, ((4, 4), (4, 4), (0, 0)), mode="reflect")
    rows = np.stack([line[i] * wide[i : i + picture.shape[0]] for i in range(9)]).sum(0)
    return np.stack([line[i] * rows[:, i : i + picture.shape[1]] for i in range(9)]).sum(0)


def reference(network: nn.Module, seed: int) -> Picture:
    generator = torch.Generator().manual_seed(seed)
    sizes = [(round(SIZE[0] / SCALE**i), round(SIZE[1] / SCALE**i)) for i in range(OCTAVES)][::-1]
    noise = torch.randn(1, 3, *sizes[0], generator=generator)[0].double().numpy().transpose(1, 2, 0)
    picture, steps = (0.5 + NOISE * noise).clip(0, 1), 0
    for size in sizes:
        picture = zoom(picture, size)
        for _ in range(ITERATIONS):
            down, right = torch.randint(-JITTER, JITTER + 1, (2,), generator=generator).tolist()
            seen = rolled(picture, (down, right)) * 2 - 1
            gradient, _ = slope(network, seen, {}, logit)
            gradient = rolled(gradient, (-down, -right))
            picture = picture + STEP * gradient / np.abs(gradient).mean()
            picture = 0.5 + (picture - 0.5) * (1 - DECAY)
            steps += 1
            if steps % BLUR_EVERY == 0:
                picture = blurred(picture)
            picture = picture.clip(0, 1)
    return picture


@pytest.mark.slow
def test_a_concept_out_of_noise(pair: Callable[[str], Pair]) -> None:
    networks, picture = pair("googlenet"), photograph(*SIZE, seed=1)
    settings = {"preset": "class-visualisation", "concept": "tabby", "iterations": ITERATIONS}

    def differ(seed: int) -> float:
        dreamed = ours(networks.core, picture, {**settings, "seed": seed})
        return difference(dreamed, reference(networks.plain, seed), picture)

    assert smallest(differ) < TOLERANCE
