"""Layer and mean against their formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.core.objectives.pictures import features, gradient, level, noise, objective_of
from tests.core.tiny_network import TinyNetwork

CANVAS = noise()


def test_one_layer_is_half_the_sum_of_squares() -> None:
    network = TinyNetwork()
    objective = objective_of(network, layers="low")
    low = features(network, CANVAS, "low")
    assert float(objective(CANVAS)) == pytest.approx(np.square(low).sum() / 2)
    assert level(objective, CANVAS) == pytest.approx(np.square(low).mean())


def test_several_layers_count_by_weight_per_activation() -> None:
    network = TinyNetwork()
    objective = objective_of(network, layers="low:2, high:-0.5")
    low, high = features(network, CANVAS, "low"), features(network, CANVAS, "high")
    mean = 2 * np.square(low).mean() - 0.5 * np.square(high).mean()
    assert float(objective(CANVAS)) == pytest.approx(mean * low.size / 2)
    assert level(objective, CANVAS) == pytest.approx(mean)


def test_before_the_relu_all_values_count() -> None:
    network = TinyNetwork()
    before = features(network, CANVAS, "low/pre")
    assert before.min() < 0
    objective = objective_of(network, layers="low/pre")
    assert float(objective(CANVAS)) == pytest.approx(np.square(before).sum() / 2)


@pytest.mark.parametrize("layers", ["low", "low:2, high:-0.5"])
def test_a_border_is_left_out_of_the_sum_alone(layers: str) -> None:
    """As Keras has it: the cells count in what the sum is divided by."""
    network = TinyNetwork()
    low, high = features(network, CANVAS, "low"), features(network, CANVAS, "high")
    mean = np.square(low[:, 2:-2, 2:-2]).sum() / low.size
    if "high" in layers:
        mean = 2 * mean - 0.5 * np.square(high[:, 2:-2, 2:-2]).sum() / high.size
    objective = objective_of(network, layers=layers, border=2)
    assert level(objective, CANVAS) == pytest.approx(mean)


def test_a_border_never_leaves_nothing() -> None:
    canvas = noise(8, 16)
    objective = objective_of(TinyNetwork(), layers="high", border=64)
    middle = features(TinyNetwork(), canvas, "high")[:, 1:3, 3:5]
    assert float(objective(canvas)) == pytest.approx(np.square(middle).sum() / 2)


def test_channels_are_measured_against_their_usual_strength() -> None:
    network = TinyNetwork()
    mean = torch.linspace(0, 0.2, 8).view(1, 8, 1, 1)
    deviation = torch.linspace(0.1, 2, 8).view(1, 8, 1, 1)
    network.statistics = {"low": (mean, deviation)}
    low = features(network, CANVAS, "low")
    above = np.maximum((low - mean[0].numpy()) / deviation[0].numpy(), 0)
    measured = objective_of(network, layers="low")
    assert float(measured(CANVAS)) == pytest.approx(np.square(above).sum() / 2)
    canvas = CANVAS.clone().requires_grad_(True)
    values = network.features(canvas, ["low"])["low"]
    wanted = ((values - mean) / deviation).relu().square().sum() / 2
    torch.testing.assert_close(
        torch.autograd.grad(measured(canvas), canvas), torch.autograd.grad(wanted, canvas)
    )
    plain = objective_of(network, layers="low", channel_statistics=False)
    assert float(plain(CANVAS)) == pytest.approx(np.square(low).sum() / 2)


def test_flat_outputs_are_taken_as_they_are() -> None:
    network = TinyNetwork()
    objective = objective_of(network, layers="pooled", border=3)
    pooled = features(network, CANVAS, "pooled")
    assert float(objective(CANVAS)) == pytest.approx(np.square(pooled).sum() / 2)


@pytest.mark.parametrize("border", [0, 2])
def test_norm_is_the_weighted_sum_of_lengths(border: int) -> None:
    network = TinyNetwork()
    low, high = features(network, CANVAS, "low"), features(network, CANVAS, "high/pre")
    inside = (slice(None), slice(border, -border or None), slice(border, -border or None))
    lengths = [np.sqrt(np.square(values[inside]).sum()) for values in (low, high)]
    objective = objective_of(network, objective="norm", layers="low, high/pre:-2", border=border)
    expected = (lengths[0] - 2 * lengths[1]) * np.sqrt(low.size)
    assert float(objective(CANVAS)) == pytest.approx(expected)
    roots = [lengths[0] / np.sqrt(low.size), lengths[1] / np.sqrt(high.size)]
    assert level(objective, CANVAS) == pytest.approx(roots[0] - 2 * roots[1])


def test_norm_of_nothing_has_no_gradient() -> None:
    network = TinyNetwork()
    network.statistics = {"high": (torch.full((1, 6, 1, 1), 1e6), torch.ones(1, 6, 1, 1))}
    assert not gradient(objective_of(network, objective="norm"), CANVAS).any()


@pytest.mark.parametrize("name", ["low", "low/pre"])
def test_mean_is_of_what_goes_into_the_relu(name: str) -> None:
    network = TinyNetwork()
    low, high = features(network, CANVAS, "low/pre"), features(network, CANVAS, "high/pre")
    objective = objective_of(network, objective="mean", layers=f"{name}, high:-2", border=1)
    mean = low[:, 1:-1, 1:-1].mean() - 2 * high[:, 1:-1, 1:-1].mean()
    assert level(objective, CANVAS) == pytest.approx(mean)
    assert float(objective(CANVAS)) == pytest.approx(mean * low.size)


@pytest.mark.parametrize(
    "objective", ["layer", "norm", "mean", "channel", "concept", "guide", "relative"]
)
def test_gradients_do_not_fade_with_the_size_of_the_picture(objective: str) -> None:
    """A mean over places would: in float16 it underflows on large pictures."""
    network = TinyNetwork()
    grown = objective_of(network, noise(16, 16), objective=objective, layers="high", concept="red")
    peaks = [float(gradient(grown, noise(side, side)).abs().max()) for side in (16, 128)]
    assert peaks[1] > 0.7 * peaks[0]
