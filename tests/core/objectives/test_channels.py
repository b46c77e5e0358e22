"""Channel and neuron against their formulas."""

from __future__ import annotations

import pytest
import torch

from core.dream import dream
from core.errors import SettingError
from core.objectives import placed, rolled
from core.settings import parse
from tests.core.objectives.pictures import features, gradient, level, noise, objective_of
from tests.core.tiny_network import TinyNetwork

CANVAS = noise()


@pytest.mark.parametrize("layer", ["low", "low/pre"])
def test_one_channel_is_its_sum_over_places(layer: str) -> None:
    network = TinyNetwork()
    objective = objective_of(network, objective="channel", layers=layer, channels="3")
    channel = features(network, CANVAS, layer)[3]
    assert float(objective(CANVAS)) == pytest.approx(channel.sum())
    assert level(objective, CANVAS) == pytest.approx(channel.mean())


def test_several_channels_of_several_layers_are_weighted() -> None:
    network = TinyNetwork()
    objective = objective_of(
        network, objective="channel", layers="low, high:0.5", channels="1, 4:-2", border=1
    )
    low, high = (features(network, CANVAS, name)[:, 1:-1, 1:-1] for name in ("low", "high"))
    mean = (low[1] - 2 * low[4]).mean() + 0.5 * (high[1] - 2 * high[4]).mean()
    assert level(objective, CANVAS) == pytest.approx(mean)
    assert float(objective(CANVAS)) == pytest.approx(mean * low[0].size)


def test_no_channels_are_all() -> None:
    network = TinyNetwork()
    objective = objective_of(network, objective="channel", layers="low")
    assert float(objective(CANVAS)) == pytest.approx(features(network, CANVAS, "low").sum())


def test_channels_of_a_flat_output() -> None:
    network = TinyNetwork()
    objective = objective_of(network, objective="channel", layers="pooled", channels="2")
    assert level(objective, CANVAS) == pytest.approx(features(network, CANVAS, "pooled")[2])


@pytest.mark.parametrize("objective", ["channel", "neuron"])
def test_a_channel_that_is_not_there_is_refused(objective: str) -> None:
    with pytest.raises(SettingError, match="Layer high has no channel 6") as caught:
        objective_of(TinyNetwork(), objective=objective, layers="low, high", channels="0, 6")
    assert caught.value.hint == "It has 6, numbered from 0 to 5."


@pytest.mark.parametrize(
    ("x", "y", "row", "column"),
    [(0.0, 0.0, 0, 0), (1.0, 1.0, 9, 13), (0.5, 0.5, 5, 7), (0.49, 0.21, 2, 6), (0.07, 0.99, 9, 0)],
)
def test_neuron_is_the_cell_nearest_to_its_point(x: float, y: float, row: int, column: int) -> None:
    network = TinyNetwork()
    objective = objective_of(
        network, objective="neuron", layers="high/pre", channels="2, 0:-1", neuron_x=x, neuron_y=y
    )
    cells = features(network, CANVAS, "high/pre")[:, row, column]
    assert float(objective(CANVAS)) == pytest.approx(cells[2] - cells[0])
    assert level(objective, CANVAS) == pytest.approx(cells[2] - cells[0])


@pytest.mark.parametrize("shift", [(0, 0), (3, 5), (-6, 11), (-19, -27), (40, -33)])
@pytest.mark.parametrize("x", [0.0, 0.63, 1.0])
def test_neuron_goes_along_when_the_canvas_is_rolled(shift: tuple[int, int], x: float) -> None:
    """What grows lies in the same place of the picture, up to the network's grid."""
    objective = objective_of(
        TinyNetwork(), objective="neuron", layers="low/pre", channels="2", neuron_x=x, neuron_y=0.3
    )
    there = gradient(objective, CANVAS)
    moved = placed(objective, rolled(*shift, 20, 28))
    rolled_there = gradient(moved, torch.roll(CANVAS, shift, (-2, -1)))
    back = torch.roll(rolled_there, (-shift[0], -shift[1]), (-2, -1))
    pixel = (slice(None), slice(None), 6, min(int(x * 28), 27))
    torch.testing.assert_close(back[pixel], there[pixel])
    assert bool(there[pixel].any())


@pytest.mark.parametrize("size", [(20, 28), (9, 7)])
def test_a_neuron_is_in_the_picture_not_in_what_pads_it(size: tuple[int, int]) -> None:
    """The network takes nothing below 16x16: the smaller picture is continued right and down."""
    source = noise(*size)
    settings = parse(
        {
            **{"objective": "neuron", "layers": "low/pre", "channels": "2", "neuron-x": 0.9},
            **{"neuron-y": 0.8, "octaves": 1, "iterations": 3, "jitter": 5, "pull": 0.0},
        }
    )
    change = (dream(source, settings, TinyNetwork(16)).canvas - source).abs().sum(1)[0]
    rows, columns = (int(found) for found in divmod(int(change.argmax()), size[1]))
    assert abs(rows - int(0.8 * size[0])) <= 1
    assert abs(columns - int(0.9 * size[1])) <= 1
    assert int((change > 1e-6).sum()) <= 9
