"""What a part of a picture costs a network: measured on a small canvas, once for each objective.

How far a cell looks decides what a tile must see beyond its own edge; how much is kept for the
backward pass decides how large a tile can be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from core.networks.base import Network

# The canvas that is looked at, in pixels; cells see hardly beyond half of it.
_SIDE = 384
_PROBES = (128, 256)
# What lies so far away that its share in a cell is less than this may be left out of sight: more
# where each cell speaks for itself than where cells are held against each other, and a little
# decides which of two is raised.
_UNSEEN = 3e-3
_UNSEEN_COMPARED = 3e-4
# Gradients, and what a library needs for itself, in terms of what is kept for the backward pass.
_OVERHEAD = 1.5


class Footprint(NamedTuple):
    """What tiles must be like.

    Attributes:
        cells: of each layer, how many pixels its cells are apart.
        align: tiles begin at multiples of this, in pixels, so that cells lie as in the whole.
        halo: how many pixels beyond its own edges a tile must see; a multiple of `align`.
        weight: bytes that a pixel takes while the gradient is computed.
    """

    cells: Mapping[str, int]
    align: int
    halo: int
    weight: float


def footprint(network: Network, layers: Sequence[str], compared: bool = False) -> Footprint:
    """The footprint of an objective about `layers`, all of which grow with the picture.

    `compared` says whether it holds their cells against each other.
    """
    small, large = (_shapes(network, layers, side) for side in _sides(network))
    grown = _sides(network)[1] - _sides(network)[0]
    cells = {layer: round(grown / (large[layer] - small[layer])) for layer in layers}
    align = math.lcm(network.grid, *cells.values())
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    canvas = _canvas().to(network.device).requires_grad_(True)
    weights = {part.untyped_storage().data_ptr() for part in _weights(network)}
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        features = network.features(canvas, layers)
    unseen = _UNSEEN_COMPARED if compared else _UNSEEN
    reach = max(_reach(canvas, features[layer], cells[layer], unseen) for layer in layers)
    memory = sum(size for place, size in kept.items() if place not in weights)
    return Footprint(cells, align, math.ceil(reach / align) * align, _OVERHEAD * memory / _SIDE**2)


def _sides(network: Network) -> tuple[int, int]:
    start = math.ceil(max(network.record.minimum_side, _PROBES[0]) / 128) * 128
    return start, start + _PROBES[1] - _PROBES[0]


def _shapes(network: Network, layers: Sequence[str], side: int) -> dict[str, int]:
    """How many cells each layer has along a side."""
    with torch.no_grad():
        canvas = torch.zeros(1, 3, side, side, device=network.device)
        features = network.features(canvas, layers)
    return {layer: values.shape[-1] for layer, values in features.items()}


def _weights(network: Network) -> list[Tensor]:
    """Everything that belongs to the network and not to a picture."""
    modules = [part for part in vars(network).values() if isinstance(part, torch.nn.Module)]
    return [tensor for module in modules for tensor in module.state_dict().values()]


def _canvas() -> Tensor:
    """Coarse and fine noise, the same every time."""
    generator = torch.Generator().manual_seed(0)
    canvas = torch.zeros(1, 3, _SIDE, _SIDE)
    for cells in (6, 24, 96, _SIDE):
        noise = torch.rand(1, 3, cells, cells, generator=generator)
        canvas += F.interpolate(noise, (_SIDE, _SIDE), mode="bilinear") / 4
    return canvas


def _reach(canvas: Tensor, values: Tensor, cell: int, unseen: float) -> int:
    """Beyond how many pixels from its own the middle cell of a map sees less than `unseen`."""
    row, column = values.shape[-2] // 2, values.shape[-1] // 2
    middle = values[0, :, row, column].float()
    signs = torch.where(torch.arange(len(middle), device=middle.device) % 2 == 0, 1.0, -1.0)
    (gradient,) = torch.autograd.grad((middle * signs).sum(), canvas, retain_graph=True)
    strength = gradient.abs().sum((0, 1)).double()
    farthest = 0
    for place, line in ((row, strength.sum(1)), (column, strength.sum(0))):
        pixels = torch.arange(len(line), device=line.device)
        away = torch.maximum(place * cell - pixels, pixels - (place + 1) * cell + 1).clamp(min=0)
        beyond = torch.zeros(len(line) + 1, dtype=torch.float64, device=line.device)
        beyond.index_add_(0, away, line)
        share = beyond.flip(0).cumsum(0).flip(0) / line.sum()
        # A cell that is dead on this canvas says nothing; then as far as can be.
        seen = (share > unseen).nonzero() if bool(line.sum() > 0) else torch.tensor([_SIDE // 2])
        farthest = max(farthest, int(seen.max()))
    return min(farthest, _SIDE // 2)
