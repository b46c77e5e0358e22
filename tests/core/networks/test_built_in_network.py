"""The built-in network behind the interface of all networks."""

from __future__ import annotations

import pytest
import torch

from core.networks.built_in import LAYER_NAMES, LOGITS, BuiltIn, BuiltInModule
from core.networks.built_in_network import BuiltInNetwork
from core.networks.registry import RECORDS


@pytest.fixture
def loaded() -> BuiltIn:
    with torch.random.fork_rng():
        torch.manual_seed(2)
        module = BuiltInModule(3).eval().requires_grad_(False)
    statistics = {"m4c": (torch.zeros(1, 256, 1, 1), torch.ones(1, 256, 1, 1))}
    return BuiltIn(module, ("eye", "spiral", "scales"), frozenset(), statistics, {})


def test_it_passes_on_what_the_module_has(loaded: BuiltIn) -> None:
    network = BuiltInNetwork(RECORDS["built-in"], loaded)
    assert network.layers == LAYER_NAMES
    assert network.concept_index("Spiral") == 1
    assert set(network.statistics) == {"m4c"}
    canvas = torch.rand(1, 3, 40, 56, requires_grad=True)
    got = network.features(canvas, ["m4c", "concepts"])
    wanted = loaded.module.features(canvas, ["m4c", "concepts"])
    for layer in wanted:
        torch.testing.assert_close(got[layer], wanted[layer], rtol=1e-5, atol=1e-6)
    assert got["concepts"].shape == (1, 3, 5, 7)


def test_the_classes_are_the_concepts_and_the_background(loaded: BuiltIn) -> None:
    network = BuiltInNetwork(RECORDS["built-in"], loaded)
    canvas = torch.rand(1, 3, 40, 56).contiguous(memory_format=torch.channels_last)
    wanted = loaded.module.outputs(canvas, ["m4c", "concepts"])
    asked = [network.class_layer, "concepts/pre", "m4c", "centres"]
    got = network.features(canvas, asked)
    assert list(got) == asked
    assert got["centres"].shape == (1, 3, 5, 7)
    assert torch.equal(got[network.class_layer], wanted["concepts"])
    assert torch.equal(got["concepts/pre"], wanted["concepts"][:, :3])
    assert torch.equal(got["m4c"], wanted["m4c"])
    assert got[network.class_layer].shape == (1, 4, 5, 7)
    assert network.class_layer not in network.layers


def test_layers_before_their_relus(loaded: BuiltIn) -> None:
    network = BuiltInNetwork(RECORDS["built-in"], loaded)
    canvas = torch.rand(1, 3, 40, 56)
    before = [network.require_layer(f"{layer}/pre") for layer in LAYER_NAMES]
    got = network.features(canvas, [*LAYER_NAMES, *before])
    for layer in LAYER_NAMES:
        after = got[f"{layer}/pre"] if layer in LOGITS else got[f"{layer}/pre"].relu()
        assert torch.equal(got[layer], after), layer
        assert float(got[f"{layer}/pre"].min()) < 0, layer
    assert torch.equal(got["m4c/pre"], network.features(canvas, ["m4c/pre"])["m4c/pre"])
    wanted = loaded.module.get_submodule("c1.conv")((canvas - 0.5) * 4)
    torch.testing.assert_close(got["c1/pre"], wanted)


def test_float32_canvases_are_cast_to_its_precision(loaded: BuiltIn) -> None:
    network = BuiltInNetwork(RECORDS["built-in"], loaded).to(torch.device("cpu"), torch.bfloat16)
    canvas = torch.rand(1, 3, 40, 56, requires_grad=True)
    got = network.features(canvas, ["m4c"])["m4c"]
    assert got.dtype == torch.bfloat16
    got.float().sum().backward()
    assert canvas.grad is not None
    assert canvas.grad.dtype == torch.float32
    assert network.statistics["m4c"][1].dtype == torch.float32


def test_what_is_near_grey_is_not_lost_by_rounding(loaded: BuiltIn) -> None:
    """In eight bits .5 and .5005 are the same; their distances from the middle are not."""
    network = BuiltInNetwork(RECORDS["built-in"], loaded).to(torch.device("cpu"), torch.bfloat16)
    grey = torch.full((1, 3, 32, 32), 0.5)
    seen = [network.features(grey + more, ["c1/pre"])["c1/pre"] for more in (0.0, 0.0005)]
    assert not torch.equal(*seen)
