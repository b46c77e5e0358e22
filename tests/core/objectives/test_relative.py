"""Whatever is there, against its formula."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.core.objectives.pictures import features, gradient, level, noise, objective_of
from tests.core.tiny_network import TinyNetwork

CANVAS = noise(20, 30)


def softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(values - values.max(0))
    return powers / powers.sum(0)


def standing(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(C, h, w) in deviations above the mean over the picture."""
    flat = values.reshape(len(values), -1)
    deviation = flat.std(1) + 0.1 * values.std()
    return (values - flat.mean(1)[:, None, None]) / deviation[:, None, None]


@pytest.mark.parametrize("layers", ["", "logits"])
def test_concepts_that_stand_out_are_raised(layers: str) -> None:
    objective = objective_of(
        TinyNetwork(), objective="relative", layers=layers, temperature=0.4, border=1, window=0
    )
    logits = features(TinyNetwork(), CANVAS, "logits")[:, 1:-1, 1:-1]
    grown = softmax(standing(logits) / 0.4) * np.log(softmax(logits))
    assert float(objective(CANVAS)) == pytest.approx(grown.sum(), rel=1e-4)
    assert level(objective, CANVAS) == pytest.approx(grown.sum(0).mean(), rel=1e-4)


def test_what_stands_out_is_held_while_it_is_raised() -> None:
    """The gradient is that of log-probabilities weighted by constants."""
    network = TinyNetwork()
    objective = objective_of(network, objective="relative", temperature=0.4, window=0)
    logits = features(network, CANVAS, "logits")
    shares = torch.from_numpy(softmax(standing(logits) / 0.4)).float()

    def held(canvas: torch.Tensor) -> torch.Tensor:
        return (shares * network.features(canvas, ["logits"])["logits"].log_softmax(1)).sum()

    torch.testing.assert_close(
        gradient(objective, CANVAS), gradient(held, CANVAS), rtol=1e-3, atol=1e-4
    )


def test_textures_are_left_out() -> None:
    network = TinyNetwork()
    network.textures = frozenset({"red"})
    objective = objective_of(network, objective="relative", window=0)
    logits = features(network, CANVAS, "logits")
    grown = softmax(standing(logits[1:]) / 0.05) * np.log(softmax(logits))[1:]
    assert float(objective(CANVAS)) == pytest.approx(grown.sum(), rel=1e-4)


def test_of_each_window_the_cell_where_most_stands_out_counts() -> None:
    objective = objective_of(TinyNetwork(), objective="relative", window=5)
    logits = features(TinyNetwork(), CANVAS, "logits")
    best = standing(logits).max(0)
    grown = (softmax(standing(logits) / 0.05) * np.log(softmax(logits))).sum(0)
    expected = 0.0
    for top in range(0, 10, 5):
        for left in range(0, 15, 5):
            window = (slice(top, top + 5), slice(left, left + 5))
            expected += grown[window].flat[best[window].argmax()]
    assert float(objective(CANVAS)) == pytest.approx(expected, rel=1e-4)
    assert level(objective, CANVAS) == pytest.approx(expected / 6, rel=1e-4)


def test_with_windows_a_map_of_centres_is_looked_at() -> None:
    """The layer "high" stands in for one."""
    network = TinyNetwork()
    network.record = replace(network.record, centre_layer="high")
    network.concepts = ("a", "b", "c", "d", "e", "f")
    objective = objective_of(network, objective="relative", window=1)
    centres = features(network, CANVAS, "high")
    grown = softmax(standing(centres) / 0.05) * np.log(softmax(centres))
    assert float(objective(CANVAS)) == pytest.approx(grown.sum(), rel=1e-4)


@pytest.mark.parametrize("pooled", [True, False])
def test_channels_stand_in_for_concepts(pooled: bool) -> None:
    """Where there is no map of concepts, those of the recommended layer; else those named."""
    network = TinyNetwork(pooled=pooled)
    layers = "" if pooled else "high"
    objective = objective_of(network, objective="relative", layers=layers, temperature=0.4)
    above = standing(features(network, CANVAS, "high"))
    grown = softmax(above / 0.4) * above
    assert float(objective(CANVAS)) == pytest.approx(grown.sum(), rel=1e-4)
    assert level(objective, CANVAS) == pytest.approx(grown.sum(0).mean(), rel=1e-4)


def test_several_layers_of_channels_are_weighted() -> None:
    network = TinyNetwork()
    objective = objective_of(network, objective="relative", layers="low/pre:2, high:-1")
    means = []
    for name in ("low/pre", "high"):
        above = standing(features(network, CANVAS, name))
        means.append((softmax(above / 0.05) * above).sum(0).mean())
    assert level(objective, CANVAS) == pytest.approx(2 * means[0] - means[1], rel=1e-4)
