"""The built-in network as every other network is used."""

from __future__ import annotations

from collections.abc import Collection

import torch
from torch import Tensor

from core.networks.base import Network
from core.networks.built_in import BuiltIn
from core.networks.record import NetworkRecord
from core.networks.stems import BlockConv

# The concepts' logits with the background's behind them; not one of the layers to choose from.
_CLASSES = "concepts and background"


class BuiltInNetwork(Network):
    """The built-in network; its features are those after the ReLU, its concepts are maps.

    Args:
        record: of the network.
        loaded: as `core.networks.built_in.load` gives it; taken over.
    """

    # m5a and m5b, of which the head is made, though its own cells are 8 pixels apart.
    grid = 16

    def __init__(self, record: NetworkRecord, loaded: BuiltIn) -> None:
        self.record = record
        self.layers = loaded.module.layer_names
        self.concepts = loaded.concepts
        self.textures = loaded.textures
        self.statistics = loaded.statistics
        self._module = loaded.module
        first = self._module.c1
        first.add_module("conv", BlockConv(first.conv))
        self.to(torch.device("cpu"), torch.float32)

    @property
    def class_layer(self) -> str:
        return _CLASSES

    def features(self, canvas: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        if _CLASSES not in layers:
            return self._module.features(canvas, layers)
        made = self._module.outputs(canvas, {*layers, "concepts"} - {_CLASSES})
        cut = self._module.without_background(made)
        return {layer: {**cut, _CLASSES: made["concepts"]}[layer] for layer in layers}

    def to(self, device: torch.device, dtype: torch.dtype, exact: int = 0) -> BuiltInNetwork:
        self._module.to(device, dtype).to(memory_format=torch.channels_last)
        # Float32 whatever the precision: features are measured in them after the network is done.
        self.statistics = {
            layer: (mean.to(device), deviation.to(device))
            for layer, (mean, deviation) in self.statistics.items()
        }
        self.device, self.dtype = device, dtype
        return self
