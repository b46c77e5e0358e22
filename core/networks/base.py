"""What a network is to the rest of the core: named layers, named concepts, features of a canvas."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from core.errors import ConceptUnknown, LayerUnknown
from core.invocation import command
from core.networks.record import NetworkRecord

__all__ = ["Network", "NetworkRecord"]


class Network(ABC):
    """A frozen network. Takes canvases, (N, 3, H, W) in [0, 1], and normalises them itself.

    Attributes:
        record: what the registry knows of it.
        layers: every layer that can be asked for, in the order of computation.
        concepts: names of the channels of `record.concept_layer`, in order.
        statistics: per layer, mean and standard deviation of each channel over ordinary pictures,
            each (1, C, 1, 1); empty where they were never measured.
        device: where it computes; canvases must be there. Set by `to`.
    """

    record: NetworkRecord
    layers: tuple[str, ...]
    concepts: tuple[str, ...]
    statistics: Mapping[str, tuple[Tensor, Tensor]] = MappingProxyType({})
    device: torch.device = torch.device("cpu")

    @abstractmethod
    def features(self, canvas: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """The outputs of `layers`, computed no further than the last of them.

        Args:
            canvas: (N, 3, H, W) float32, H and W at least `record.minimum_side`; cast to the
                network's precision inside.
            layers: names out of `self.layers`, checked before with `require_layer`.

        Returns:
            Per name the layer's output: (N, C, h, w), or (N, C) behind global pooling.
        """

    @abstractmethod
    def to(self, device: torch.device, dtype: torch.dtype) -> Network:
        """Move to a device and precision; returns itself."""

    def require_layer(self, name: str) -> str:
        """`name`, if the network has such a layer.

        Raises:
            LayerUnknown: it has none; the hint names some that it has.
        """
        if name not in self.layers:
            some = ", ".join(part.split(":")[0] for part in self.record.layers.split(","))
            raise LayerUnknown(
                f"{self.record.title} has no layer named “{name:.60}”.",
                f"Try {some}. All are listed by: {command('networks')}",
            )
        return name

    def concept_index(self, name: str) -> int:
        """The channel of `record.concept_layer` that stands for concept `name` (case ignored).

        Raises:
            ConceptUnknown: the network knows no such concept; the hint names some.
        """
        names = [concept.lower() for concept in self.concepts]
        if name.strip().lower() not in names:
            some = ", ".join(self.concepts[:12])
            raise ConceptUnknown(
                f"{self.record.title} knows no concept named “{name:.60}”.",
                f"It knows, for example: {some}.",
            )
        return names.index(name.strip().lower())
