"""Canvases for objectives to be measured on, and what is done with them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.ascent import Step, ascend
from core.networks.base import Network
from core.objectives import Objective, make_objective, read
from core.settings import parse


def noise(height: int = 20, width: int = 28, seed: int = 1) -> Tensor:
    """(1, 3, height, width) in [0, 1], the same every time."""
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def objective_of(network: Network, guide: Tensor | None = None, **settings: object) -> Objective:
    """The objective of settings written with underscores for hyphens."""
    values = {name.replace("_", "-"): value for name, value in settings.items()}
    return make_objective(network, parse(values), guide)


def features(network: Network, canvas: Tensor, layer: str) -> NDArray[np.float64]:
    """One layer's features, (C, h, w) or (C,)."""
    return network.features(canvas, [layer])[layer][0].detach().double().numpy()


def gradient(objective: Objective, canvas: Tensor) -> Tensor:
    """Of the objective with respect to the canvas."""
    leaf = canvas.clone().requires_grad_(True)
    return torch.autograd.grad(objective(leaf), leaf)[0]


def level(objective: Objective, canvas: Tensor) -> float:
    """The objective's level, as a number."""
    return float(read(objective, canvas).level)


def after_five_steps(objective: Objective, canvas: Tensor) -> Tensor:
    """What five small steps without jitter make of `canvas`."""
    dreamed = canvas.clone()
    step = Step(0.005, 0, "std", 0.0)
    for _ in range(5):
        assert ascend(dreamed, canvas, objective, step, torch.Generator())
    return dreamed
