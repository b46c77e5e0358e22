"""Torchvision's networks, with random weights: which numbers come out of which layer."""

from __future__ import annotations

import copy
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook
from torchvision import models
from torchvision.transforms.functional import normalize

import core.networks
from core.errors import DreamError
from core.networks import registry
from core.networks.catalogue import build
from core.networks.registry import RECORDS
from core.networks.stems import BlockConv
from core.networks.torchvision_networks import TorchvisionNetwork

CPU = torch.device("cpu")


def random_module(name: str, **options: bool) -> nn.Module:
    """The network with random weights and batch statistics that are anything but 0 and 1."""
    with torch.random.fork_rng():
        torch.manual_seed(4)
        module = build(name, **options).eval().requires_grad_(False)
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                assert part.running_mean is not None
                assert part.running_var is not None
                part.running_mean.uniform_(-0.05, 0.05)
                part.running_var.uniform_(0.02, 0.05)
                part.bias.uniform_(-0.3, 0.3)
    return module


@pytest.fixture(scope="module")
def plain() -> nn.Module:
    # As torchvision builds it for published weights.
    module = random_module("googlenet", transform_input=True)
    return module.to(memory_format=torch.channels_last)


@pytest.fixture(scope="module")
def network(plain: nn.Module) -> TorchvisionNetwork:
    return TorchvisionNetwork(RECORDS["googlenet"], copy.deepcopy(plain))


@pytest.fixture(scope="module")
def canvas() -> Tensor:
    return torch.rand(1, 3, 75, 91, generator=torch.Generator().manual_seed(1))


def published_input(canvas: Tensor) -> Tensor:
    """What torchvision's published preprocessing makes of a picture after resizing it."""
    recipe = models.GoogLeNet_Weights.IMAGENET1K_V1.transforms()
    ready = normalize(canvas, recipe.mean, recipe.std)
    return ready.contiguous(memory_format=torch.channels_last)


def outputs_by_hook(module: nn.Module, picture: Tensor, layers: list[str]) -> dict[str, Tensor]:
    """The outputs of `layers` in a whole forward pass, copied before anything overwrites them."""
    kept: dict[str, Tensor] = {}

    def keeper(layer: str):
        return lambda _module, _inputs, output: kept.update({layer: output.clone()})

    hooks = [module.get_submodule(layer).register_forward_hook(keeper(layer)) for layer in layers]
    module(picture)
    for hook in hooks:
        hook.remove()
    return kept


def assert_same(got: Tensor, wanted: Tensor) -> None:
    """Equal but for the rounding that folding batch normalisation moves about."""
    assert got.shape == wanted.shape
    assert float((got - wanted).abs().max()) <= 1e-5 * float(wanted.abs().max())


def test_features_are_those_of_a_whole_forward_pass(
    plain: nn.Module, network: TorchvisionNetwork, canvas: Tensor
) -> None:
    layers = ["conv1", "conv2.bn", "inception3b", "inception4c.branch2", "inception4c", "fc"]
    wanted = outputs_by_hook(plain, published_input(canvas), layers)
    for asked in ([layers[3]], layers):
        got = network.features(canvas, asked)
        assert list(got) == asked
        for layer in asked:
            assert_same(got[layer], wanted[layer])


def test_a_canvas_reaches_the_first_convolution_in_minus_one_to_one(
    plain: nn.Module, network: TorchvisionNetwork, canvas: Tensor
) -> None:
    wanted = plain.get_submodule("conv1.conv")(canvas * 2 - 1)
    got = network.features(canvas, ["conv1.conv"])["conv1.conv"]
    torch.testing.assert_close(got, wanted, rtol=1e-5, atol=1e-5)


def test_values_before_a_relu_are_untouched_by_it(
    network: TorchvisionNetwork, canvas: Tensor
) -> None:
    names = ["inception4c.branch1.bn", "inception4c.branch1"]
    before, after = (network.features(canvas, names)[name] for name in names)
    assert float(before.min()) < 0
    torch.testing.assert_close(after, before.relu(), rtol=0, atol=0)


@pytest.mark.parametrize(("layer", "convolutions"), [("conv2.bn", 2), ("inception3a", 9)])
def test_the_forward_pass_stops_at_the_last_layer(
    network: TorchvisionNetwork, canvas: Tensor, layer: str, convolutions: int
) -> None:
    ran: list[nn.Module] = []

    def count(module: nn.Module, _inputs: object, _output: object) -> None:
        if isinstance(module, nn.Conv2d | BlockConv):
            ran.append(module)

    hook = register_module_forward_hook(count)
    try:
        network.features(canvas, ["conv1", layer])
    finally:
        hook.remove()
    assert len(ran) == convolutions


def test_names_of_the_same_place_can_be_asked_together(
    network: TorchvisionNetwork, canvas: Tensor
) -> None:
    names = ["inception4c.cat", "inception4c", "inception4c.branch4", "inception4c.branch4.1.relu"]
    got = network.features(canvas, names)
    assert torch.equal(got["inception4c"], got["inception4c.cat"])
    assert torch.equal(got["inception4c.branch4"], got["inception4c.branch4.1.relu"])
    assert torch.equal(got["inception4c"][:, -64:], got["inception4c.branch4"])


def test_layers_are_modules_and_nodes_in_the_order_of_computation(
    plain: nn.Module, network: TorchvisionNetwork
) -> None:
    order = network.layers.index
    assert order("conv1.conv") < order("conv1.bn") < order("conv1.relu") < order("conv1")
    assert order("conv1") < order("maxpool1") < order("inception4b") < order("inception4c.branch2")
    assert order("inception4c.branch2") < order("inception4c") < order("fc")
    assert len(set(network.layers)) == len(network.layers)
    modules = {name for name, part in plain.named_modules() if name and part is not None}
    assert modules <= set(network.layers)
    assert network.layers[0] == "conv1.conv", "what turns the input into [-1, 1] is no layer"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name.startswith("vgg") else [])
        for name in RECORDS
        if name != "built-in"
    ],
)
def test_every_layer_comes_out_at_the_smallest_size_and_at_odd_ones(name: str) -> None:
    network = TorchvisionNetwork(RECORDS[name], random_module(name))
    side = RECORDS[name].minimum_side
    for height, width in ((side, side), (75, 91)):
        got = network.features(torch.rand(1, 3, height, width), network.layers)
        assert {output.dim() for output in got.values()} == {2, 4}
        assert got[RECORDS[name].concept_layer].shape[:2] == (1, len(network.concepts))
        assert all(bool(output.isfinite().all()) for output in got.values())


def test_the_network_is_frozen_and_lets_gradients_through_to_the_canvas(
    network: TorchvisionNetwork, canvas: Tensor
) -> None:
    leaf = canvas.clone().requires_grad_(True)
    first = network.features(leaf, ["fc"])["fc"]
    first.sum().backward()
    assert leaf.grad is not None
    assert float(leaf.grad.abs().max()) > 0
    assert torch.equal(first, network.features(canvas, ["fc"])["fc"]), "no dropout"
    loaded = network._module.parameters()
    assert not any(parameter.requires_grad for parameter in loaded)


def test_it_moves_to_another_precision_and_back(
    plain: nn.Module, network: TorchvisionNetwork, canvas: Tensor
) -> None:
    exact = network.features(canvas, ["inception3a"])["inception3a"]
    moved = TorchvisionNetwork(RECORDS["googlenet"], copy.deepcopy(plain))
    moved.features(canvas, ["inception3a"])
    assert moved.to(CPU, torch.bfloat16) is moved
    rough = moved.features(canvas, ["inception3a"])["inception3a"]
    assert rough.dtype == torch.bfloat16
    assert float((rough.float() - exact).norm() / exact.norm()) < 0.03
    assert moved.to(CPU, torch.float32).features(canvas, ["conv1"])["conv1"].dtype == torch.float32


def test_concepts_are_imagenets_classes_each_with_a_name_of_its_own(
    network: TorchvisionNetwork,
) -> None:
    categories = models.GoogLeNet_Weights.IMAGENET1K_V1.meta["categories"]
    assert network.concept_index("tabby") == categories.index("tabby")
    assert network.concept_index("cardigan") == categories.index("cardigan")
    assert len({concept.lower() for concept in network.concepts}) == len(categories) == 1000


def test_only_the_latest_extractors_are_kept(network: TorchvisionNetwork, canvas: Tensor) -> None:
    for layer in network.layers[:10]:
        network.features(canvas[..., :32, :32], [layer])
    assert len(network._extractors) <= 8


def test_a_broken_torchvision_is_reported_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "torchvision").mkdir()
    (tmp_path / "torchvision" / "__init__.py").write_text(
        "raise RuntimeError('operator torchvision::nms does not exist')"
    )
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("vision", "graphs", "catalogue"):
        monkeypatch.delitem(sys.modules, f"core.networks.{name}")
        monkeypatch.delattr(core.networks, name)
    with pytest.raises(DreamError, match="torchvision") as caught:
        registry.describe("googlenet")
    assert "install.py" in caught.value.hint
