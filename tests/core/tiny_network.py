"""A network small enough to reason about, for tests of everything around networks."""

from __future__ import annotations

from collections.abc import Collection

import torch
import torch.nn.functional as F
from torch import Tensor

from core.networks.base import Network, NetworkRecord


class TinyNetwork(Network):
    """Two convolutions with fixed random weights: "low" (stride 1), "high" (stride 2), "logits"."""

    def __init__(self, minimum_side: int = 8) -> None:
        self.record = NetworkRecord(
            name="tiny",
            title="Tiny",
            licence="none",
            layers="high",
            concept_layer="logits",
            minimum_side=minimum_side,
        )
        self.layers = ("low", "high", "logits")
        self.concepts = ("red", "Tabby Cat", "blue")
        generator = torch.Generator().manual_seed(7)
        self._low = torch.randn(8, 3, 3, 3, generator=generator) * 0.3
        self._high = torch.randn(6, 8, 3, 3, generator=generator) * 0.2
        self._logits = torch.randn(3, 6, 1, 1, generator=generator)
        self.dtype = torch.float32
        self.asked: list[tuple[str, ...]] = []

    def features(self, canvas: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        self.asked.append(tuple(layers))
        low = F.conv2d(canvas.to(self.dtype) - 0.5, self._low.to(self.dtype), padding=1).relu()
        high = F.conv2d(low, self._high.to(self.dtype), stride=2, padding=1).relu()
        logits = F.conv2d(high, self._logits.to(self.dtype))
        every = {"low": low, "high": high, "logits": logits}
        return {name: every[name] for name in layers}

    def to(self, device: torch.device, dtype: torch.dtype) -> TinyNetwork:
        self.device, self.dtype = device, dtype
        return self
