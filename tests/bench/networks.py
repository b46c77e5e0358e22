"""Networks to measure with: published weights where this machine has them, else drawn at random."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.networks import state_dicts
from core.networks.catalogue import FROM_MINUS_ONE, build, weights
from core.networks.registry import find_record, installed
from core.networks.torchvision_networks import fit
from core.photograph import photograph
from core.samples import as_float
from core.weights.store import verified


def plain(name: str) -> tuple[nn.Module, str]:
    """torchvision's module, frozen, and whose weights it has.

    Random weights are He's, and batch normalisation is measured on the sample photograph, so that
    activations have the size, and a dream the gradients, of a network that was trained.
    """
    with torch.random.fork_rng():
        torch.manual_seed(0)
        # As torchvision builds it for published weights.
        module = build(name, **({"transform_input": True} if name in FROM_MINUS_ONE else {}))
        if installed(name):
            record = find_record(name)
            module.load_state_dict(fit(record, state_dicts.read_tensors(verified(record))))
            return module.eval().requires_grad_(False), "published"
        for part in module.modules():
            if isinstance(part, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
            if isinstance(part, nn.BatchNorm2d):
                part.momentum = None
        module.train().requires_grad_(False)
        canvas = sample(320, 320)
        for _ in range(2):
            module(torch.cat([normalised(canvas, name), normalised(canvas.flip(3), name)]))
    return module.eval(), "random"


def sample(height: int, width: int) -> Tensor:
    """The sample photograph as a canvas (1, 3, height, width)."""
    pixels = as_float(torch.from_numpy(photograph(width, height)))
    return pixels.permute(2, 0, 1)[None].contiguous()


def normalised(canvas: Tensor, name: str) -> Tensor:
    """`canvas` as the network `name` of torchvision wants its pixels."""
    recipe = weights(name).transforms()
    mean = torch.tensor(recipe.mean).view(1, 3, 1, 1)
    return (canvas - mean) / torch.tensor(recipe.std).view(1, 3, 1, 1)


def cosine(one: Tensor, other: Tensor) -> float:
    return float(F.cosine_similarity(one.flatten().double(), other.flatten().double(), dim=0))
