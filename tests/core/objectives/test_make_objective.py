"""What the settings name becomes an objective, alone or in a weighted sum."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from core.errors import LayerUnknown, SettingError
from core.objectives import placed, read
from tests.core.objectives.pictures import (
    after_five_steps,
    gradient,
    level,
    noise,
    objective_of,
)
from tests.core.tiny_network import TinyNetwork

CANVAS, GUIDE = noise(), noise(16, 24, seed=9)

EVERY = {
    "layer": {},
    "norm": {},
    "mean": {},
    "channel": {"channels": "1"},
    "neuron": {"channels": "1", "layers": "high/pre"},
    "concept": {"concept": "red"},
    "probability": {"concept": "red"},
    "relative": {},
    "guide": {},
}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("pooled", [False, True])
def test_every_objective_rises_in_five_steps(name: str, pooled: bool) -> None:
    network = TinyNetwork(pooled=pooled)
    objective = objective_of(network, GUIDE, objective=name, **EVERY[name])
    assert level(objective, after_five_steps(objective, CANVAS)) > level(objective, CANVAS)


def test_a_sum_rises_in_five_steps() -> None:
    objective = objective_of(TinyNetwork(), mix="layer low + 0.5 concept red - 0.2 channel high 1")
    assert level(objective, after_five_steps(objective, CANVAS)) > level(objective, CANVAS)


@pytest.mark.parametrize("name", EVERY)
def test_every_objective_keeps_a_gradient_in_half_precision(name: str) -> None:
    network = TinyNetwork().to(torch.device("cpu"), torch.bfloat16)
    slope = gradient(objective_of(network, GUIDE, objective=name, **EVERY[name]), CANVAS)
    assert slope.dtype == torch.float32
    assert bool(torch.isfinite(slope).all())
    assert float(slope.abs().max()) > 1e-3


def unit(values: Tensor) -> Tensor:
    return values / values.square().mean().sqrt()


def test_terms_of_a_sum_pull_as_hard_as_their_weights_say() -> None:
    """Whatever their units: the first is a sum of squares, the second a cell's value."""
    network = TinyNetwork()
    parts = [
        objective_of(network, layers="low"),
        objective_of(network, objective="neuron", layers="high/pre", channels="2"),
    ]
    objective = objective_of(network, mix="layer low - 0.5 neuron high/pre 2")
    first, second = (unit(gradient(part, CANVAS)) for part in parts)
    torch.testing.assert_close(gradient(objective, CANVAS), first - 0.5 * second)
    values = [float(part(CANVAS)) for part in parts]
    assert float(objective(CANVAS)) == pytest.approx(values[0] - 0.5 * values[1])
    levels = [level(part, CANVAS) for part in parts]
    assert level(objective, CANVAS) == pytest.approx(levels[0] - 0.5 * levels[1])


def test_a_term_without_a_gradient_has_no_say() -> None:
    network = TinyNetwork()
    network.statistics = {"high": (torch.full((1, 6, 1, 1), 1e6), torch.ones(1, 6, 1, 1))}
    objective = objective_of(network, mix="layer high + layer low")
    expected = unit(gradient(objective_of(network, layers="low"), CANVAS))
    torch.testing.assert_close(gradient(objective, CANVAS), expected)


def test_a_sum_asks_the_network_once() -> None:
    network = TinyNetwork()
    objective = objective_of(network, mix="layer low + concept red + mean low")
    network.asked.clear()
    objective(CANVAS)
    assert [sorted(names) for names in network.asked] == [["logits", "low", "low/pre"]]


def test_a_single_term_is_that_objective_with_its_sign() -> None:
    network = TinyNetwork()
    sole = objective_of(network, mix="-2 concept red")
    assert float(sole(CANVAS)) == -2 * float(
        objective_of(network, objective="concept", concept="red")(CANVAS)
    )


def test_a_sum_takes_what_it_does_not_say_from_the_settings() -> None:
    """Layers, channels, concept, guide, place and window."""
    network = TinyNetwork()
    words = {"layers": "low", "channels": "3", "concept": "blue", "window": 3, "neuron_x": 0.2}
    for name in EVERY:
        plain = objective_of(network, GUIDE, objective=name, **words)
        mixed = objective_of(network, GUIDE, mix=name, **words)
        assert float(mixed(CANVAS)) == float(plain(CANVAS)), name


def test_every_kind_of_term_says_what_it_is_about() -> None:
    network = TinyNetwork()
    wanted = {
        "layer low:2, high": {"objective": "layer", "layers": "low:2,high"},
        "norm low, high:2": {"objective": "norm", "layers": "low,high:2"},
        "mean high": {"objective": "mean", "layers": "high"},
        "channel low 1, 2:-1": {"objective": "channel", "layers": "low", "channels": "1,2:-1"},
        "neuron low 1 at 0.1, 0.9": {
            **{"objective": "neuron", "layers": "low", "channels": "1"},
            **{"neuron_x": 0.1, "neuron_y": 0.9},
        },
        "concept tabby cat:2, red": {"objective": "concept", "concept": "tabby cat:2, red"},
        "probability Tabby Cat": {"objective": "probability", "concept": "tabby cat"},
        "relative low": {"objective": "relative", "layers": "low"},
        "guide low": {"objective": "guide", "layers": "low"},
    }
    for mix, settings in wanted.items():
        plain = objective_of(network, GUIDE, **settings)
        assert float(objective_of(network, GUIDE, mix=mix)(CANVAS)) == float(plain(CANVAS)), mix


@pytest.mark.parametrize("name", ["channel", "neuron"])
def test_channels_of_no_layer_in_particular_are_seen_before_the_relu(name: str) -> None:
    network = TinyNetwork()
    expected = objective_of(network, objective=name, layers="high/pre", channels="2")
    assert float(objective_of(network, objective=name, channels="2")(CANVAS)) == float(
        expected(CANVAS)
    )


def test_unknown_layers_are_refused_whatever_the_objective() -> None:
    with pytest.raises(LayerUnknown, match="no layer named “middle”") as caught:
        objective_of(TinyNetwork(), layers="low,middle", objective="concept", concept="red")
    assert "high" in caught.value.hint
    with pytest.raises(LayerUnknown, match="no layer named “middle”"):
        objective_of(TinyNetwork(), mix="layer low + layer middle")
    with pytest.raises(SettingError):
        objective_of(TinyNetwork(), layers="low:x")


def test_plain_functions_are_objectives_too() -> None:
    def plain(canvas: Tensor) -> Tensor:
        return canvas.sum()

    assert placed(plain, lambda x, y: (x, y)) is plain
    assert read(plain, CANVAS).level == read(plain, CANVAS).total == CANVAS.sum()
