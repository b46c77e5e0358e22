"""Presets `tensorflow` and `tensorflow-laplacian` against TensorFlow's notebook of 2016.

It works in 255 levels and clips nothing before the end. Its pictures of patterns begin near grey
117, which its network takes for nothing; ours is half of the range for every network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

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

OCTAVES, ITERATIONS, SCALE, TILE, LEVELS = 3, 3, 1.4, 256, 4
# The notebook's, a thousandth, is too near to nothing to be compared after some steps.
NOISE = 0.1
LINE = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]).double()
KERNEL = torch.outer(LINE, LINE) / 256 * torch.eye(3)[:, :, None, None]


def mean_of_squares(features: Mapping[str, Tensor]) -> Tensor:
    return (features["layer"] ** 2).mean()


def channel_139(features: Mapping[str, Tensor]) -> Tensor:
    return features["layer"][:, 139].mean()


def dream_with_fine_structure(network: nn.Module, picture: Picture) -> Picture:
    values, bands, shift = picture * 255, [], shifts(TILE)
    for _ in range(OCTAVES - 1):
        size = values.shape[:2]
        low = zoom(values, (int(size[0] / SCALE), int(size[1] / SCALE)), "origin")
        bands.append(values - zoom(low, (size[0], size[1]), "origin"))
        values = low
    for octave in range(OCTAVES):
        if octave:
            band = bands[-octave]
            values = zoom(values, (band.shape[0], band.shape[1]), "origin") + band
        for _ in range(ITERATIONS):
            down, right = shift()
            seen = rolled(values, (down, right)) / 127.5 - 1
            gradient, _ = slope(network, seen, {"layer": "inception4c"}, mean_of_squares)
            gradient = rolled(gradient, (-down, -right))
            values = values + gradient * (1.5 / np.abs(gradient).mean())
    return (values / 255).clip(0, 1)


def ends(length: int) -> tuple[int, int]:
    """How TensorFlow pads for five weights and every other place: more of it at the end."""
    missing = max((-(-length // 2) - 1) * 2 + 5 - length, 0)
    return missing // 2, missing - missing // 2


def shrunk(values: Tensor) -> Tensor:
    height, width = values.shape[-2:]
    return F.conv2d(F.pad(values, (*ends(width), *ends(height))), KERNEL, stride=2)


def grown(values: Tensor, like: Tensor) -> Tensor:
    height, width = like.shape[-2:]
    top, left = ends(height)[0], ends(width)[0]
    whole = F.conv_transpose2d(values, 4 * KERNEL, stride=2)
    return whole[..., top : top + height, left : left + width]


def normalised_bands(gradient: Picture) -> Picture:
    values, bands = torch.from_numpy(gradient.transpose(2, 0, 1)[None].copy()), []
    for _ in range(LEVELS):
        low = shrunk(values)
        bands.append(values - grown(low, values))
        values = low
    values = values / values.square().mean().sqrt()
    for band in bands[::-1]:
        values = grown(values, band) + band / band.square().mean().sqrt()
    return values[0].numpy().transpose(1, 2, 0)


def pattern_out_of_noise(network: nn.Module, smallest: tuple[int, int], seed: int) -> Picture:
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(1, 3, *smallest, generator=generator)[0].double().numpy().transpose(1, 2, 0)
    values = 255 * (0.5 + NOISE * noise)
    for octave in range(OCTAVES):
        if octave:
            size = int(values.shape[0] * SCALE), int(values.shape[1] * SCALE)
            values = zoom(values, size, "origin")
        for _ in range(ITERATIONS):
            down, right = torch.randint(-TILE, TILE + 1, (2,), generator=generator).tolist()
            seen = rolled(values, (down, right)) / 127.5 - 1
            gradient, _ = slope(network, seen, {"layer": "inception4d.branch2.0.bn"}, channel_139)
            # The bands are made where the network looked: shifted or not is a matter of edges.
            values = values + rolled(normalised_bands(gradient), (-down, -right))
    return (values / 255).clip(0, 1)


@pytest.mark.slow
def test_the_dream_that_keeps_fine_structure(pair: Callable[[str], Pair]) -> None:
    """Contrast so high that steps leave the range of pictures, where the notebook lets them be."""
    networks = pair("googlenet")
    settings = {"preset": "tensorflow", "octaves": OCTAVES, "iterations": ITERATIONS}

    def differ(seed: int) -> float:
        picture = photograph(64, 81, seed, contrast=2.0)
        expected = dream_with_fine_structure(networks.plain, picture)
        return difference(ours(networks.core, picture, settings), expected, picture)

    assert smallest(differ) < TOLERANCE


@pytest.mark.slow
def test_one_pattern_out_of_noise(pair: Callable[[str], Pair]) -> None:
    """Each octave is the one before times 1.4, in whole pixels; these sizes are so both ways."""
    networks, picture = pair("googlenet"), photograph(98, 98, seed=1)
    settings = {"preset": "tensorflow-laplacian", "iterations": ITERATIONS, "noise": NOISE}

    def differ(seed: int) -> float:
        expected = pattern_out_of_noise(networks.plain, (50, 50), seed)
        dreamed = ours(networks.core, picture, {**settings, "seed": seed})
        return difference(dreamed, expected, picture)

    assert smallest(differ) < TOLERANCE
