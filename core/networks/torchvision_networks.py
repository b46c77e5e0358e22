"""Any convolutional classifier of torchvision as every other network is used.

Its layers are described in `core.networks.graphs`. In a block of convolution, batch normalisation
and ReLU, NAME.bn is before the ReLU, as NAME/pre is; NAME and NAME.relu are after it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import torch
from torch import Tensor, fx, nn

from core.networks import catalogue, graphs, state_dicts
from core.networks.base import Head, Network
from core.networks.mixed import Made, mix
from core.networks.record import NetworkRecord

_EXTRACTORS_KEPT = 8
# DenseNet's published files have names with one dot more than its modules can have.
_OLD_DENSENET = re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12])\.")


class TorchvisionNetwork(Network):
    """A torchvision classifier, made ready to dream.

    Args:
        record: of the network.
        module: as `catalogue.build` makes it; taken over: frozen, in evaluation mode, channels
            last, overwriting nothing.
    """

    def __init__(self, record: NetworkRecord, module: nn.Module) -> None:
        self.record = record
        self.concepts = catalogue.concepts(record.name)
        self._module = module.eval().requires_grad_(False)
        graphs.refrain_from_overwriting(module)
        self._architecture = catalogue.architecture(record.name)
        self.layers = tuple(self._architecture.layers)
        self._extractors: dict[frozenset[str], fx.GraphModule] = {}
        self._folded: dict[str, nn.Module] = {}
        self._rounded: Made = {}
        self._heads: dict[tuple[str, ...], Head | None] = {}
        parts = module.named_modules()
        self._convolutions = tuple(name for name, part in parts if isinstance(part, nn.Conv2d))
        self.most_exact = len(self._convolutions)
        # Pixels minus the mean, over the deviation, in one go.
        deviation = torch.tensor(record.deviation).view(1, 3, 1, 1)
        self._scale = 1 / deviation
        self._offset = -torch.tensor(record.mean).view(1, 3, 1, 1) / deviation
        # In which format the weights are; `dtype` is that in which they are used.
        self._own = torch.float32
        module.to(self.device, self._own).to(memory_format=torch.channels_last)

    def features(self, canvas: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        extractor = self._extractor(frozenset(layers))
        # First convolutions bring it into the order that they want, faster than this could here.
        pixels = torch.addcmul(self._offset, canvas, self._scale).to(self._own)
        outputs = extractor(pixels)
        return {layer: outputs[layer] for layer in layers}

    def head(self, layers: Collection[str]) -> Head | None:
        wanted = tuple(layers)
        if wanted not in self._heads:
            cut = graphs.cut_head(self._module, self._architecture, wanted)
            self._heads[wanted] = None if cut is None else self._head(*cut)
        return self._heads[wanted]

    def to(self, device: torch.device, dtype: torch.dtype, exact: int = 0) -> TorchvisionNetwork:
        # Weights are folded as they are, and rounded once, where they are used.
        own = torch.promote_types(dtype, torch.float32)
        if (device, own) != (self.device, self._own):
            self._module.to(device, own).to(memory_format=torch.channels_last)
            self._scale, self._offset = self._scale.to(device), self._offset.to(device)
            self._own = own
            # They share the module's parts, which some devices replace when they move.
            self._folded.clear()
            self._heads.clear()
        self._extractors.clear()
        self._rounded.clear()
        self.device, self.dtype, self.exact = device, dtype, exact
        return self

    def _extractor(self, layers: frozenset[str]) -> fx.GraphModule:
        """The network cut off behind `layers`; the latest few are kept."""
        if layers not in self._extractors:
            while len(self._extractors) >= _EXTRACTORS_KEPT:
                del self._extractors[next(iter(self._extractors))]
            extractor = graphs.cut(self._module, self._architecture, sorted(layers), self._folded)
            if self.dtype != self._own:
                mix(extractor, self._convolutions[: self.exact], self.dtype, self._rounded)
            self._extractors[layers] = extractor
        return self._extractors[layers]

    def _head(self, maps: tuple[str, ...], rest: fx.GraphModule) -> Head:
        return Head(maps, lambda given: rest(*(given[name].to(self._own) for name in maps)))


def load(record: NetworkRecord, tensors: Mapping[str, Tensor]) -> TorchvisionNetwork:
    """The network with the given weights, on the CPU.

    Raises:
        WeightsError: they do not fit.
    """
    fitting = fit(record, tensors)
    module = catalogue.skeleton(record.name).to_empty(device="cpu")
    # By hand: some modules refuse state dicts that do not say what wrote them, and few files do.
    for name, values in module.state_dict().items():
        values.copy_(fitting[name])
    return TorchvisionNetwork(record, module)


def fit(record: NetworkRecord, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors that the network needs, out of a state dict with or without auxiliary heads.

    Raises:
        WeightsError: they do not fit; it names the first mismatch.
    """
    needed, auxiliary = catalogue.layout(record.name)
    modern = {_OLD_DENSENET.sub(r"\1\2.", name): tensor for name, tensor in tensors.items()}
    return state_dicts.fit(modern, needed, auxiliary, record.title)
