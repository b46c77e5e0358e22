"""The judge: another network, of another make, that names what a dream shows.

It is never dreamed with. It is a plain residual network (He et al. 2016, arXiv:1512.03385) with
strided convolutions, a maximum pool and no branches, so that it shares neither architecture, nor
seed, nor sprites, nor adversarial training with the network that it judges.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from core.training.motifs import CONCEPTS, MOTIFS
from core.training.named import Named

SHIPPED = Path(__file__).with_name("judge.safetensors")
FORMAT = "deep-dream-judge-1"


class Residual(nn.Module):
    """Two 3x3 convolutions around a shortcut; `stride` halves the size where it is 2."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, values: Tensor) -> Tensor:
        return F.relu(self.body(values) + self.shortcut(values))


class JudgeModule(nn.Module):
    """Canvas (N, 3, H, W) in [0, 1] -> dense logits (N, concepts + 1, H / 8, W / 8), the background
    last, and logits of presence (N, concepts)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.quarter = Residual(32, 48)
        self.eighth = nn.Sequential(Residual(48, 96, 2), Residual(96, 96))
        self.context = nn.Sequential(Residual(96, 144, 2), Residual(144, 144))
        self.dense = nn.Conv2d(96 + 144, len(MOTIFS) + 1, 1)
        self.pooled = nn.Linear(144, len(MOTIFS))

    def forward(self, canvas: Tensor) -> Named:
        eighth = self.eighth(self.quarter(self.stem((canvas - 0.5) * 4)))
        context = self.context(eighth)
        wide = F.interpolate(context, size=eighth.shape[2:], mode="nearest")
        return Named(self.dense(torch.cat([eighth, wide], 1)), self.pooled(context.mean((2, 3))))


class Judge:
    """Names concepts in pictures.

    Args:
        path: of weights that `save` wrote.

    Raises:
        ValueError: they know other concepts than this version draws.
    """

    def __init__(self, path: Path = SHIPPED) -> None:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if metadata.get("format") != FORMAT or json.loads(metadata["concepts"]) != list(CONCEPTS):
            raise ValueError(f"{path} is no judge of these concepts")
        self.module = JudgeModule()
        self.module.load_state_dict(
            {
                name: value.float() if value.is_floating_point() else value
                for name, value in tensors.items()
            }
        )
        self.module.eval().requires_grad_(False)

    @torch.no_grad()
    def shares(self, picture: Tensor) -> dict[str, float]:
        """Concept -> how much of the picture (1, 3, H, W) it is, by the mean probability over
        cells; the background has the rest of 1."""
        means = self.module(picture).cells.softmax(1).mean((0, 2, 3))
        return dict(zip(CONCEPTS, means.tolist(), strict=False))

    def rank(self, picture: Tensor, concept: str) -> int:
        """How many concepts the judge sees more of than `concept`: 0 if it is the first."""
        shares = self.shares(picture)
        return sum(share > shares[concept] for share in shares.values())


def save(module: JudgeModule, destination: Path, metadata: dict[str, str]) -> None:
    """Write a judge's weights, rounded to 16 bits."""
    tensors = {
        name: value.half().contiguous() if value.is_floating_point() else value
        for name, value in module.state_dict().items()
    }
    facts = {"format": FORMAT, "concepts": json.dumps(CONCEPTS), **metadata}
    save_file(tensors, destination, facts)
