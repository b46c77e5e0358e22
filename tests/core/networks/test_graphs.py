"""Layers and gradients of graphs cut off, against torchvision's untouched modules."""

from __future__ import annotations

import copy
from collections import defaultdict
from functools import cache

import pytest
import torch
from torch import Tensor, nn
from torchvision.transforms.functional import normalize

from core.networks.catalogue import build, derived_record
from core.networks.torchvision_networks import TorchvisionNetwork

CANVAS = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(3))

# Network -> layer -> the modules whose last inputs, joined, are the layer before its non-linearity.
BEFORE = {
    "alexnet": {"features.4": ["features.4"], "classifier.5": ["classifier.5"]},
    "squeezenet1_1": {
        "features.10": [
            "features.10.expand1x1_activation",
            "features.10.expand3x3_activation",
        ]
    },
    # A block adds, and its one ReLU module runs twice; the last time counts.
    "resnet18": {"layer2.1": ["layer2.1.relu"], "layer3": ["layer3.1.relu"], "relu": ["relu"]},
    "regnet_y_400mf": {"trunk_output.block2": ["trunk_output.block2.block2-2.activation"]},
    "mobilenet_v2": {"features.18": ["features.18.2"]},
    "mobilenet_v3_small": {"features.12": ["features.12.2"]},
    "efficientnet_b0": {"features.8": ["features.8.2"]},
    "googlenet": {
        "inception4c": [f"inception4c.branch{part}.bn" for part in ("1", "2.1", "3.1", "4.1")]
    },
}
# Layers that end in no non-linearity: nothing is taken away.
PLAIN = {
    "alexnet": ["features.2", "features.3", "classifier.6"],
    "resnet18": ["layer3.1.bn2", "maxpool", "fc"],
    "mobilenet_v2": ["features.5"],
    "densenet121": ["features.denseblock1", "features.transition1"],
    "googlenet": ["inception4c.branch4.0", "maxpool3"],
}


@cache
def plain(name: str) -> nn.Module:
    """The network with random weights and batch statistics that are anything but 0 and 1."""
    with torch.random.fork_rng():
        torch.manual_seed(4)
        module = build(name).eval().requires_grad_(False)
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d) and part.running_mean is not None:
                part.running_mean.uniform_(-0.1, 0.1)
                part.bias.uniform_(-0.3, 0.3)
    return module


@cache
def network(name: str) -> TorchvisionNetwork:
    return TorchvisionNetwork(derived_record(name), copy.deepcopy(plain(name)))


@cache
def whole_pass(name: str) -> tuple[dict[str, list[Tensor]], dict[str, Tensor]]:
    """Inputs of every call of modules without parts, and last outputs of all; copied in time."""
    module, record = plain(name), derived_record(name)
    inputs: dict[str, list[Tensor]] = defaultdict(list)
    outputs: dict[str, Tensor] = {}

    def keep_input(layer: str):
        return lambda _module, given: inputs[layer].append(given[0].clone())

    def keep_output(layer: str):
        return lambda _module, _given, output: outputs.update({layer: output.clone()})

    hooks = []
    for layer, part in module.named_modules():
        if not list(part.children()):
            hooks.append(part.register_forward_pre_hook(keep_input(layer)))
        hooks.append(part.register_forward_hook(keep_output(layer)))
    module(normalize(CANVAS, list(record.mean), list(record.deviation)))
    for hook in hooks:
        hook.remove()
    return inputs, outputs


def assert_same(got: Tensor, wanted: Tensor) -> None:
    """Equal but for the rounding that folding batch normalisation moves about."""
    assert got.shape == wanted.shape
    assert float((got - wanted).abs().max()) <= 1e-5 * float(wanted.abs().max())


@pytest.mark.parametrize("name", BEFORE)
def test_before_and_after_the_non_linearity_are_those_of_an_untouched_pass(name: str) -> None:
    inputs, outputs = whole_pass(name)
    for layer, parts in BEFORE[name].items():
        if name == "googlenet":  # Its ReLUs are functions: what they get is what these give.
            wanted = torch.cat([outputs[part] for part in parts], dim=1)
        else:
            wanted = torch.cat([inputs[part][-1] for part in parts], dim=1)
        # Asked for together, after one another and alone: nothing overwrites anything.
        both = network(name).features(CANVAS, [layer, f"{layer}/pre"])
        alone = network(name).features(CANVAS, [f"{layer}/pre"])
        assert float(wanted.min()) < 0
        assert_same(both[f"{layer}/pre"], wanted)
        assert_same(alone[f"{layer}/pre"], wanted)
        assert_same(both[layer], outputs[layer])


@pytest.mark.parametrize("name", PLAIN)
def test_a_layer_without_a_non_linearity_at_its_end_is_the_same_before_it(name: str) -> None:
    _, outputs = whole_pass(name)
    for layer in PLAIN[name]:
        got = network(name).features(CANVAS, [f"{layer}/pre"])[f"{layer}/pre"]
        assert_same(got, outputs[layer])


def test_functions_and_gelu_on_channels_last_have_a_before_too() -> None:
    got = network("densenet121").features(CANVAS, ["relu", "relu/pre"])
    _, outputs = whole_pass("densenet121")
    assert_same(got["relu/pre"], outputs["features"])
    assert torch.equal(got["relu"], got["relu/pre"].relu())

    layer = "features.1.0.block.4"
    got = network("convnext_tiny").features(CANVAS, [layer, f"{layer}/pre"])
    inputs, _ = whole_pass("convnext_tiny")
    assert_same(got[f"{layer}/pre"], inputs[layer][0].permute(0, 3, 1, 2))
    assert_same(got[layer], nn.functional.gelu(got[f"{layer}/pre"]))
    assert got[layer].shape == (1, 384, 16, 24), "channels second, whatever the network does inside"


def test_shuffled_channels_are_shuffled_before_their_relus_too() -> None:
    layer = "stage2.1"
    got = network("shufflenet_v2_x0_5").features(
        CANVAS, [layer, f"{layer}/pre", "stage2.1.branch2.6"]
    )
    _, outputs = whole_pass("shufflenet_v2_x0_5")
    assert_same(got[layer], outputs[layer])
    assert torch.equal(got[f"{layer}/pre"].relu(), got[layer])
    # Every other channel comes from the second branch.
    assert_same(got[f"{layer}/pre"][:, 1::2], outputs["stage2.1.branch2.6"])


@pytest.mark.parametrize("name", ["resnet18", "squeezenet1_1", "mobilenet_v3_small", "googlenet"])
def test_gradients_are_those_of_the_untouched_module(name: str) -> None:
    """In 64 bits: rounding must not tip a ReLU over, which changes a gradient for good."""
    record = derived_record(name)
    module = copy.deepcopy(plain(name)).double()
    ours = TorchvisionNetwork(record, copy.deepcopy(module)).to(CANVAS.device, torch.float64)
    leaf = CANVAS.double().requires_grad_(True)
    layer = record.concept_layer
    ours.features(leaf, [layer])[layer].square().sum().backward()
    other = CANVAS.double().requires_grad_(True)
    kept: list[Tensor] = []
    hook = module.get_submodule(layer).register_forward_hook(
        lambda _module, _given, output: kept.append(output.clone())
    )
    module(normalize(other, list(record.mean), list(record.deviation)))
    hook.remove()
    kept[0].square().sum().backward()
    assert leaf.grad is not None
    assert other.grad is not None
    assert_close_by_norm(leaf.grad, other.grad)


def assert_close_by_norm(got: Tensor, wanted: Tensor) -> None:
    assert float((got - wanted).norm()) <= 1e-4 * float(wanted.norm())


def test_batch_normalisation_is_folded_unless_it_is_asked_for() -> None:
    taken = network("resnet18")

    def kinds(*layers: str) -> list[type[nn.Module]]:
        taken.features(CANVAS, layers)
        return [type(part) for part in taken._extractors[frozenset(layers)].modules()]

    assert nn.BatchNorm2d not in kinds("layer1")
    # conv1 alone, before its normalisation: that one stays.
    assert kinds("conv1", "layer1").count(nn.BatchNorm2d) == 1
    assert_same(taken.features(CANVAS, ["conv1"])["conv1"], whole_pass("resnet18")[1]["conv1"])
