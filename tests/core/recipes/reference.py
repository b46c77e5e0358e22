"""What the recipes' second implementations share: random networks, resizing, slopes.

The references know nothing of the core: numpy pictures (H, W, 3), torchvision's networks run whole
with hooks, and every number in its project's own unit. Only the weights, random ones, are shared.

Both compute in 64 bits. A network's gradient jumps where a ReLU or a maximum changes sides; where
rounding tips one of them, dreams part ways, as two runs of one reference in 32 and 64 bits do. That
is rare, and of several pictures one must agree: no other formula does so by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision import models

from core.dream import dream
from core.networks.base import Network
from core.networks.registry import find_record
from core.networks.torchvision_networks import load
from core.settings import parse

Picture = NDArray[np.float64]
Objective = Callable[[Mapping[str, Tensor]], Tensor]
# In full scale; seen: 3e-8, with Adam 5e-5 where a gradient is next to nothing.
TOLERANCE = 1e-3
PICTURES = (1, 2, 3)

_OPTIONS: dict[str, dict[str, Any]] = {
    "googlenet": {"aux_logits": False, "init_weights": False},
    "inception_v3": {"aux_logits": False, "init_weights": False},
    "vgg16": {},
}


class Pair(NamedTuple):
    """The same random weights: as torchvision runs them on values in [-1, 1], and as the core."""

    plain: nn.Module
    core: Network


def random_pair(name: str, seed: int) -> Pair:
    torch.manual_seed(seed)
    plain = models.get_model(name, weights=None, **_OPTIONS[name])
    norms = [part for part in plain.modules() if isinstance(part, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None
    if norms:
        # Statistics as a trained network has them, so that no layer dies or explodes.
        with torch.no_grad():
            for _ in range(2):
                seen = [photograph(96, 96, seed * 100 + index) * 2 - 1 for index in range(6)]
                batch = torch.from_numpy(np.stack(seen).transpose(0, 3, 1, 2))
                plain.train()(batch.float())
    core = load(find_record(name), plain.eval().state_dict())
    if isinstance(plain, models.VGG):
        # A gigabyte, behind all layers that are looked at.
        plain.classifier = nn.Sequential()
    return Pair(plain.double(), core.to(torch.device("cpu"), torch.float64))


def slope(
    network: nn.Module, values: Picture, layers: Mapping[str, str], objective: Objective
) -> tuple[Picture, float]:
    """Of `objective` by what the network is given, and its value.

    `layers` names the modules whose outputs, as they are before anything overwrites them, the
    objective gets; the network's own output is there as "output".
    """
    kept: dict[str, Tensor] = {}

    def keeper(name: str) -> Callable[[nn.Module, object, Tensor], None]:
        def keep(_module: nn.Module, _inputs: object, output: Tensor) -> None:
            kept[name] = output.clone()

        return keep

    hooks = [
        network.get_submodule(module).register_forward_hook(keeper(name))
        for name, module in layers.items()
    ]
    leaf = torch.from_numpy(values.transpose(2, 0, 1)[None].copy()).requires_grad_(True)
    kept["output"] = network(leaf)
    for hook in hooks:
        hook.remove()
    value = objective(kept)
    (gradient,) = torch.autograd.grad(value, leaf)
    return gradient[0].numpy().transpose(1, 2, 0), float(value.detach())


def zoom(picture: Picture, size: tuple[int, int], grid: str = "corners") -> Picture:
    """Linear interpolation, one axis after the other; beyond the outer samples they go on.

    New samples lie evenly from the first to the last (`corners`), as centres of areas (`centres`),
    or from the first on (`origin`).
    """
    wide = picture
    for axis, length in enumerate(size):
        have = wide.shape[axis]
        places = {
            "corners": np.linspace(0, have - 1, length),
            "centres": (np.arange(length) + 0.5) * have / length - 0.5,
            "origin": np.arange(length) * (have / length),
        }[grid].clip(0, have - 1)
        low = np.minimum(np.floor(places).astype(int), have - 2)
        share = (places - low).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        wide = wide.take(low, axis) * (1 - share) + wide.take(low + 1, axis) * share
    return wide


def photograph(height: int, width: int, seed: int, contrast: float = 1.0) -> Picture:
    """Something coarse with something fine on it, within [0, 1].

    With more contrast more of it lies close to 0 and 1, but nothing on them: where neighbours are
    equal, so are what networks make of them, and rounding decides which is a maximum.
    """
    rng = np.random.default_rng(seed)
    coarse, fine = rng.random((7, 9, 3)), rng.random((height, width, 3))
    picture = zoom(coarse, (height, width)) * 0.8 + fine * 0.2
    return 0.5 + 0.5 * np.tanh(2 * contrast * (picture - 0.5))


def shifts(jitter: int, seed: int = 0) -> Callable[[], tuple[int, int]]:
    """The core's own shifts, down and right, one for each step of a dream with that seed."""
    generator = torch.Generator().manual_seed(seed)

    def draw() -> tuple[int, int]:
        down, right = torch.randint(-jitter, jitter + 1, (2,), generator=generator).tolist()
        return down, right

    return draw


def rolled(picture: Picture, shift: tuple[int, int]) -> Picture:
    return np.roll(picture, shift, (0, 1))


def ours(
    network: Network, picture: Picture, settings: Mapping[str, object], guide: Picture | None = None
) -> Picture:
    """The core's dream, clipped as every picture is that leaves it."""
    canvas = _canvas(picture)
    dreamed = dream(
        canvas, parse(settings), network, guide=None if guide is None else _canvas(guide)
    )
    return dreamed.canvas[0].permute(1, 2, 0).clamp(0, 1).numpy()


def difference(dreamed: Picture, expected: Picture, picture: Picture) -> float:
    """The largest, in full scale, between dreams of `picture`; the second must be one at all."""
    assert float(np.abs(expected - picture).mean()) > 0.002
    return float(np.abs(dreamed - expected).max())


def smallest(difference_of: Callable[[int], float]) -> float:
    """The smallest difference between dreams of pictures, by seed; within tolerance will do."""
    found = float("inf")
    for seed in PICTURES:
        found = min(found, difference_of(seed))
        if found < TOLERANCE:
            break
    return found


def _canvas(picture: Picture) -> Tensor:
    return torch.from_numpy(picture.transpose(2, 0, 1)[None].copy())
