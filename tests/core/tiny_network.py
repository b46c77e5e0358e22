"""A network small enough to reason about, for tests of everything around networks."""

from __future__ import annotations

from collections.abc import Collection

import torch
import torch.nn.functional as F
from torch import Tensor

from core.networks.base import Network, NetworkRecord


class TinyNetwork(Network):
    """Two convolutions with fixed random weights: "low" (stride 1), "high" (stride 2), "logits".

    With `pooled` the concepts have no map: their layer is "pooled", the mean of "logits".
    """

    def __init__(self, minimum_side: int = 8, *, pooled: bool = False) -> None:
        self.record = NetworkRecord(
            name="tiny",
            title="Tiny",
            licence="none",
            layers="high",
            concept_layer="pooled" if pooled else "logits",
            minimum_side=minimum_side,
        )
        self.layers = ("low", "high", "logits", "pooled")
        self.concepts = ("red", "Tabby Cat", "blue")
        generator = torch.Generator().manual_seed(7)
        self._low = torch.randn(8, 3, 3, 3, generator=generator) * 0.3
        self._high = torch.randn(6, 8, 3, 3, generator=generator) * 0.2
        self._logits = torch.randn(3, 6, 1, 1, generator=generator)
        self.dtype = torch.float32
        self.asked: list[tuple[str, ...]] = []

    def features(self, canvas: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        self.asked.append(tuple(layers))
        low = F.conv2d(canvas.to(self.dtype) - 0.5, self._low.to(self.dtype), padding=1)
        high = F.conv2d(low.relu(), self._high.to(self.dtype), stride=2, padding=1)
        logits = F.conv2d(high.relu(), self._logits.to(self.dtype))
        every = {"low": low.relu(), "low/pre": low, "high": high.relu(), "high/pre": high}
        for name, values in (("logits", logits), ("pooled", logits.mean((-2, -1)))):
            every |= {name: values, f"{name}/pre": values}
        return {name: every[name] for name in layers}

    def to(self, device: torch.device, dtype: torch.dtype, exact: int = 0) -> TinyNetwork:
        self.device, self.dtype = device, dtype
        return self
