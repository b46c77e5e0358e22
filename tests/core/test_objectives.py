"""Objectives against their formulas."""

from __future__ import annotations

import pytest
import torch

from core.errors import ConceptUnknown, LayerUnknown, SettingError
from core.objectives import layer_objective, make_objective
from core.settings import LayerWeight, parse
from tests.core.tiny_network import TinyNetwork


@pytest.fixture
def canvas() -> torch.Tensor:
    return torch.rand(1, 3, 20, 28, generator=torch.Generator().manual_seed(1))


def test_one_layer_is_half_the_sum_of_squares(canvas: torch.Tensor) -> None:
    network = TinyNetwork()
    objective = make_objective(network, parse({"layers": "low"}))
    features = network.features(canvas, ["low"])["low"]
    torch.testing.assert_close(objective(canvas), features.square().sum() / 2)


def test_several_layers_count_by_weight_per_activation(canvas: torch.Tensor) -> None:
    network = TinyNetwork()
    objective = make_objective(network, parse({"layers": "low:2, high:-0.5"}))
    features = network.features(canvas, ["low", "high"])
    low, high = features["low"], features["high"]
    expected = (2 * low.square().mean() - 0.5 * high.square().mean()) * low.numel() / 2
    torch.testing.assert_close(objective(canvas), expected)


def test_channels_are_measured_against_their_usual_strength(canvas: torch.Tensor) -> None:
    network = TinyNetwork()
    mean = torch.linspace(0, 0.2, 8).view(1, 8, 1, 1)
    deviation = torch.linspace(0.1, 2, 8).view(1, 8, 1, 1)
    network.statistics = {"low": (mean, deviation)}
    low = network.features(canvas, ["low"])["low"]
    layers = (LayerWeight("low"),)
    above = ((low - mean) / deviation).clamp(min=0)
    torch.testing.assert_close(
        layer_objective(network, layers, True)(canvas), above.square().sum() / 2
    )
    torch.testing.assert_close(
        layer_objective(network, layers, False)(canvas), low.square().sum() / 2
    )


def test_concept_is_its_logit_summed_over_places(canvas: torch.Tensor) -> None:
    network = TinyNetwork()
    objective = make_objective(network, parse({"objective": "concept", "concept": "tabby cat"}))
    logits = network.features(canvas, ["logits"])["logits"]
    torch.testing.assert_close(objective(canvas), logits[:, 1].sum())


def test_gradient_does_not_fade_with_the_size_of_the_picture() -> None:
    """A mean over places would: in float16 it underflows on large pictures."""
    network = TinyNetwork()
    objective = make_objective(network, parse({"layers": "high"}))
    peaks = []
    for side in (16, 256):
        canvas = torch.full((1, 3, side, side), 0.8, requires_grad=True)
        (gradient,) = torch.autograd.grad(objective(canvas), canvas)
        peaks.append(float(gradient.abs().max()))
    assert peaks[1] >= 0.99 * peaks[0]


def test_unknown_names_are_refused_whatever_the_objective() -> None:
    network = TinyNetwork()
    with pytest.raises(LayerUnknown, match="no layer named “middle”") as caught:
        make_objective(network, parse({"layers": "low,middle", "objective": "concept"}))
    assert "high" in caught.value.hint
    with pytest.raises(ConceptUnknown, match="no concept named “green”") as unknown:
        make_objective(network, parse({"objective": "concept", "concept": "green"}))
    assert "Tabby Cat" in unknown.value.hint
    with pytest.raises(SettingError):
        make_objective(network, parse({"layers": "low:x"}))
