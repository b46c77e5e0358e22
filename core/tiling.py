"""Gradients of pictures of any size in bounded memory: by tiles.

Each cell of a layer belongs to one tile, which sees as far beyond its own edges as its cells look.
The gradient of what its cells say reaches as far again and is added up where tiles overlap. So it
is the whole picture's gradient, not one patched together from pieces, and nothing of the picture
is left out. Where tiles begin is another place at every step. How one step is taken by tiles is
`core.tiled`'s.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from core.footprint import Footprint, footprint
from core.memory import free_memory, is_out_of_memory
from core.networks.base import Head, Network
from core.objectives import WeightedSum, read
from core.processors import return_memory
from core.rolled import Canvas
from core.tiled import Grid, Tile, Tiled


class _Room(NamedTuple):
    """Bytes that a pass through the network may take, forward and back: whole canvases, tiles."""

    whole: float
    tile: float

    def times(self, factor: float) -> _Room:
        return _Room(self.whole * factor, self.tile * factor)

    def at_most(self, most: float) -> _Room:
        return _Room(min(self.whole, most), min(self.tile, most))


class _Span(NamedTuple):
    """A tile's pixels along one axis: its own, and what it sees; ends excluded."""

    begin: int
    end: int
    seen: tuple[int, int]


# What there is for a pass at most; more makes it no faster.
_USUAL = _Room(1_000 * 2**20, 540 * 2**20)
# What a dream may take in all, the program itself left out, so that 48 megapixels get by with 2.5
# GiB. Of that, in bytes for a pixel: the picture in all its sizes, and an octave's canvas with its
# gradient. A pass takes so many times what is counted, and has so much in any case.
_IN_ALL = 1_650 * 2**20
_PICTURE, _CANVAS = 12, 24
_UNCOUNTED = 1.7
_LEAST = 180 * 2**20
# Devices of their own have more of it, and want more to do at once.
_ON_DEVICES = 4
# No network takes more bytes than this for a pixel.
_HEAVIEST = 2048
# Of what is free, no more than this share.
_SHARE = 0.5
# Tiles that are smaller than this many halos each way would compute little else.
_SMALLEST_TILE = 2
# Less room than this share of the usual is no room.
_LEAST_CAUTION = 2.0**-20
# Where tiles begin moves by at least so many halos from step to step, for nothing else is not quite
# as it is in the whole; or by this share of their sides where that is less.
_LEAST_SHIFT = 2
_LEAST_SHARE = 1 / 8


class Tiling:
    """Takes gradients, whole or by tiles, and keeps what it found out about memory.

    Args:
        seed: of where tiles begin. Steps draw their jitter elsewhere, so that a picture does not
            depend on whether it was made by tiles.
        check: called every now and then, in the middle of steps; what it raises ends the step.
            It is given the share of the step that is done.
        room: bytes that a step may take; None for what suits the device.
        pixels: of the largest canvas to come, as far as is known.
    """

    def __init__(
        self,
        seed: int = 0,
        check: Callable[[float], None] | None = None,
        room: float | None = None,
        pixels: int = 0,
    ) -> None:
        self._pixels = pixels
        self._generator = torch.Generator().manual_seed(seed)
        self._check = check
        self._given_room = room
        # Halved whenever memory has run out all the same.
        self._caution = 1.0
        self._footprints: dict[tuple[tuple[str, ...], bool], Footprint] = {}

    def gradient(
        self, objective: Callable[[Tensor], Tensor], canvas: Canvas, limit: float = 0.0
    ) -> tuple[Tensor | None, float]:
        """The gradient of `objective`, (1, 3, H, W), and its level.

        The gradient is None where `limit` is not 0 and the level is above it.

        Raises:
            MemoryError, RuntimeError: there is not enough memory even for small tiles.
            Whatever `check` raises.
        """
        while True:
            try:
                if not isinstance(objective, WeightedSum):
                    return self._whole(objective, canvas, limit)
                size = self._tile_side(objective, canvas)
                if size is None:
                    return self._whole(objective, canvas, limit)
                return Tiled(objective, canvas, self._tiles(objective, canvas, size), self).run(
                    limit
                )
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error) or not self._shrink(objective, canvas):
                    raise
            # Nothing has changed but the memory; what is left of it may do for smaller tiles.
            _release(canvas.piece(0, 1, 0, 1).device)

    def look(self, share: float) -> None:
        """Let `check` see that `share` of a step is done."""
        if self._check is not None:
            self._check(share)

    def watched(self, share: float) -> torch.autograd.graph.saved_tensors_hooks:
        """A context in which `check` is called between a network's operations, forward and back."""

        def pass_on(tensor: Tensor) -> Tensor:
            self.look(share)
            return tensor

        return torch.autograd.graph.saved_tensors_hooks(pass_on, pass_on)

    def _whole(
        self, objective: Callable[[Tensor], Tensor], canvas: Canvas, limit: float
    ) -> tuple[Tensor | None, float]:
        seen = canvas.whole().contiguous(memory_format=torch.channels_last).requires_grad_(True)
        with self.watched(0.0):
            reading = read(objective, seen)
            level = float(reading.level)
            if limit and level > limit:
                return None, level
            (gradient,) = torch.autograd.grad(reading.total, seen)
        return gradient.contiguous(), level

    def _footprint(self, objective: WeightedSum) -> tuple[Head, Footprint] | None:
        layers = tuple(dict.fromkeys(name for _, term in objective.terms for name in term.layers))
        head = objective.network.head(layers)
        if head is None:
            return None
        compared = not all(term.local for _, term in objective.terms) or head.maps != layers
        key = head.maps, compared
        if key not in self._footprints:
            self._footprints[key] = footprint(objective.network, *key)
        return head, self._footprints[key]

    def _room(self, network: Network, area: int) -> _Room:
        """What there is for a pass through the network here, on a canvas of `area` pixels."""
        if self._given_room is not None:
            return _Room(self._given_room, self._given_room).times(self._caution)
        left = (_IN_ALL - _PICTURE * self._pixels - _CANVAS * area) / _UNCOUNTED
        room = _USUAL.at_most(max(_LEAST, left))
        if network.device.type in ("cuda", "xpu"):
            room = _USUAL.times(_ON_DEVICES)
        free = free_memory(network.device)
        if free is not None:
            room = room.at_most(free * _SHARE)
        return room.times(self._caution)

    def _tile_side(self, objective: WeightedSum, canvas: Canvas) -> int | None:
        """The side of the largest tile, in pixels, without its halo; None for no tiles."""
        area = canvas.height * canvas.width
        whole, tile = self._room(objective.network, area)
        # Small canvases need no look at their footprint.
        if area * _HEAVIEST < whole and self._given_room is None:
            return None
        found = self._footprint(objective)
        if found is None:
            return None
        _, foot = found
        if area * foot.weight <= whole:
            return None
        side = int((tile / foot.weight) ** 0.5) - 2 * foot.halo
        least = max(foot.align, _SMALLEST_TILE * foot.halo, objective.network.record.minimum_side)
        return max(side, least) // foot.align * foot.align

    def _shrink(self, objective: Callable[[Tensor], Tensor], canvas: Canvas) -> bool:
        """Take as much less room as makes tiles smaller; False where they cannot be smaller."""
        if not isinstance(objective, WeightedSum) or self._footprint(objective) is None:
            return False
        side = self._tile_side(objective, canvas)
        while self._caution > _LEAST_CAUTION:
            self._caution /= 2
            smaller = self._tile_side(objective, canvas)
            if smaller is not None and (side is None or smaller < side):
                return True
        return False

    def _tiles(self, objective: WeightedSum, canvas: Canvas, side: int) -> Grid:
        found = self._footprint(objective)
        assert found is not None
        head, foot = found
        least = objective.network.record.minimum_side
        rows = self._spans(canvas.height, side, foot, least)
        columns = self._spans(canvas.width, side, foot, least)
        # From the last one on: where its cells end is where those of the whole picture do.
        tiles = [
            Tile(
                *(row.begin, row.end, column.begin, column.end),
                seen=(*row.seen, *column.seen),
                lowest=row.end == canvas.height,
                rightmost=column.end == canvas.width,
            )
            for row in rows[::-1]
            for column in columns[::-1]
        ]
        return Grid(head, foot, tiles)

    def _spans(self, length: int, side: int, foot: Footprint, least: int) -> list[_Span]:
        """Tiles along `length`, each of at most `side` pixels and a halo, shifted at random.

        All of them see as many pixels, `least` or more, those at the ends too, which look beyond
        their own on one side alone and have so much more of their own. So each one finds in memory
        what the one before has left; otherwise memory falls to pieces, or has to be given back and
        taken anew, page by page, which was a tenth of the time.
        """
        halo, align = foot.halo, foot.align
        if length <= side + 2 * halo:
            return [_Span(0, length, (0, length))]
        needed = length - 2 * halo + math.ceil(min(_LEAST_SHIFT * halo, _LEAST_SHARE * side))
        own = max(math.ceil(needed / math.ceil(needed / side)), least - 2 * halo)
        own = math.ceil(own / align) * align
        count = math.ceil(needed / own)
        # So that the last one too begins where cells begin.
        seen = own + 2 * halo + (length - own - 2 * halo) % align
        slack = count * own + 2 * halo - length
        shifts = max(0, slack - own + align) // align, min(slack, own - align) // align
        shift = align * int(torch.randint(shifts[0], shifts[1] + 1, (), generator=self._generator))
        first = own + halo - shift
        edges = [0, *range(first, first + (count - 1) * own, own), length]
        starts = [max(0, min(begin - halo, length - seen)) for begin in edges[:-1]]
        return [
            _Span(begin, end, (start, start + seen))
            for begin, end, start in zip(edges, edges[1:], starts, strict=False)
        ]


def _release(device: torch.device) -> None:
    """Have everything that nobody needs any more given back."""
    gc.collect()
    return_memory()
    if device.type in ("cuda", "xpu", "mps"):
        getattr(torch, device.type).empty_cache()
