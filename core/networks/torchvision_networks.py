"""GoogLeNet and Inception v3 as torchvision builds them.

A layer is any node of the network's graph ("conv1.conv", "conv1.bn", "conv1.relu") or any module in
it, whose name means its last node ("conv1", "inception4c", "inception4c.branch2"). In a block of
convolution, batch normalisation and ReLU, NAME.bn is before the ReLU, NAME and NAME.relu after it.

The published weights expect what `transform_input` makes: the network is given pixels normalised by
ImageNet's mean and deviation, and turns them into [-1, 1] itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, fx, nn

from core.errors import DreamError
from core.networks import state_dicts
from core.networks.base import Network
from core.networks.record import NetworkRecord

try:
    from torchvision import models
    from torchvision.models import feature_extraction
except (ImportError, AttributeError, OSError, RuntimeError) as error:
    # A torchvision of another PyTorch breaks in any of these ways.
    raise DreamError(
        "torchvision, which this network is part of, does not work on this computer.",
        "Run install.py again (it repairs the installation), or choose the built-in network.",
    ) from error

# ImageNet's channel means and deviations, as all torchvision networks are given them.
_MEAN = (0.485, 0.456, 0.406)
_DEVIATION = (0.229, 0.224, 0.225)

_BUILDERS = {
    "googlenet": (models.googlenet, models.GoogLeNet_Weights.IMAGENET1K_V1),
    "inception_v3": (models.inception_v3, models.Inception_V3_Weights.IMAGENET1K_V1),
}
# Two classes whose names differ in capitals alone: a dog and a garment.
_RENAMED = {"Cardigan": "Cardigan Welsh corgi"}
_EXTRACTORS_KEPT = 8


class Layout(NamedTuple):
    """Names and shapes of a network's state dict: its own, and its auxiliary heads'."""

    needed: Mapping[str, torch.Size]
    auxiliary: Mapping[str, torch.Size]


class TorchvisionNetwork(Network):
    """A torchvision classifier with `transform_input`, made ready to dream.

    Args:
        record: of the network.
        module: as `build` makes it; taken over: frozen, in evaluation mode, channels last.
    """

    def __init__(self, record: NetworkRecord, module: nn.Module) -> None:
        self.record = record
        self.concepts = concepts(record.name)
        self._module = module.eval().requires_grad_(False)
        self._nodes = _layer_nodes(self._module)
        self.layers = tuple(self._nodes)
        self._extractors: dict[frozenset[str], fx.GraphModule] = {}
        self._mean = torch.tensor(_MEAN).view(1, 3, 1, 1)
        self._deviation = torch.tensor(_DEVIATION).view(1, 3, 1, 1)
        self.to(torch.device("cpu"), torch.float32)

    def features(self, canvas: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        extractor = self._extractor(frozenset(self._nodes[layer] for layer in layers))
        normalised = (canvas - self._mean) / self._deviation
        outputs = extractor(normalised.to(dtype=self._dtype, memory_format=torch.channels_last))
        return {layer: outputs[self._nodes[layer]] for layer in layers}

    def to(self, device: torch.device, dtype: torch.dtype) -> TorchvisionNetwork:
        self._module.to(device, dtype).to(memory_format=torch.channels_last)
        self._mean = self._mean.to(device)
        self._deviation = self._deviation.to(device)
        # They share the module's parts, which some devices replace when they move.
        self._extractors.clear()
        self.device, self._dtype = device, dtype
        return self

    def _extractor(self, nodes: frozenset[str]) -> fx.GraphModule:
        """The network cut off behind `nodes`; the latest few are kept."""
        if nodes not in self._extractors:
            while len(self._extractors) >= _EXTRACTORS_KEPT:
                del self._extractors[next(iter(self._extractors))]
            self._extractors[nodes] = _cut(self._module, nodes)
        return self._extractors[nodes]


def load(record: NetworkRecord, tensors: Mapping[str, Tensor]) -> TorchvisionNetwork:
    """The network with the given weights, on the CPU.

    Raises:
        WeightsError: they do not fit.
    """
    module = _skeleton(record.name, auxiliary=False).to_empty(device="cpu")
    module.load_state_dict(fit(record, tensors))
    return TorchvisionNetwork(record, module)


def fit(record: NetworkRecord, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors that the network needs, out of a state dict with or without auxiliary heads.

    Raises:
        WeightsError: they do not fit; it names the first mismatch.
    """
    needed, auxiliary = layout(record.name)
    return state_dicts.fit(tensors, needed, auxiliary, record.title)


def build(name: str) -> nn.Module:
    """The network without auxiliary heads; its random weights use the global generator."""
    return _BUILDERS[name][0](
        weights=None, init_weights=False, aux_logits=False, transform_input=True
    )


@cache
def layout(name: str) -> Layout:
    """Names and shapes of everything that a weights file of the network can hold."""
    needed = {key: value.shape for key, value in _skeleton(name, False).state_dict().items()}
    everything = _skeleton(name, True).state_dict()
    auxiliary = {key: value.shape for key, value in everything.items() if key not in needed}
    return Layout(needed, auxiliary)


@cache
def layer_names(name: str) -> tuple[str, ...]:
    """Every layer of the network, in the order of computation."""
    return tuple(_layer_nodes(_skeleton(name, False).eval()))


def concepts(name: str) -> tuple[str, ...]:
    """The names of ImageNet's 1000 classes, in the order of layer "fc"."""
    categories: list[str] = _BUILDERS[name][1].meta["categories"]
    return tuple(_RENAMED.get(category, category) for category in categories)


def _skeleton(name: str, auxiliary: bool) -> nn.Module:
    """The network without any numbers: costs no memory and touches no random generator."""
    with torch.device("meta"):
        return _BUILDERS[name][0](
            weights=None, init_weights=False, aux_logits=auxiliary, transform_input=True
        )


def _layer_nodes(module: nn.Module) -> dict[str, str]:
    """layer name -> the graph node whose output it means, in the order of computation."""
    _, nodes = feature_extraction.get_graph_node_names(module, suppress_diff_warning=True)
    # Whatever comes before the first module turns the input into [-1, 1]: no layer.
    children = {name for name, _ in module.named_children()}
    first = next(i for i, node in enumerate(nodes) if node.split(".")[0] in children)
    nodes = nodes[first:]
    last = {prefix: node for node in nodes for prefix in _prefixes(node)}
    return {
        name: node
        for node in nodes
        for name in (node, *_prefixes(node))
        if last.get(name, node) == node
    }


def _prefixes(node: str) -> list[str]:
    """Names of the modules that `node` is in, the innermost first."""
    parts = node.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]


def _cut(module: nn.Module, nodes: Collection[str]) -> fx.GraphModule:
    """`module`, sharing its weights, such that it gives {node: output} and computes no more."""
    extractor = feature_extraction.create_feature_extractor(
        module, sorted(nodes), suppress_diff_warning=True
    ).eval()
    for node in extractor.graph.nodes:
        # torchvision's ReLUs overwrite what came before them, which then cannot be looked at.
        if node.kwargs.get("inplace"):
            node.kwargs = {**node.kwargs, "inplace": False}
    extractor.recompile()
    return extractor
