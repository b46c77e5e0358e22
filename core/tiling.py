"""Gradients of pictures of any size in bounded memory: by tiles.

Each cell of a layer belongs to one tile, which sees as far beyond its own edges as its cells look.
The gradient of what its cells say reaches as far again and is added up where tiles overlap. So it
is the whole picture's gradient, not one patched together from pieces, and nothing of the picture
is left out. Where tiles begin is another place at every step.

Terms that are sums over cells are read tile by tile. For all others, whose figures are the whole
picture's, the maps of their layers are put together first; what has to grow in them is found once,
and the tiles then only pass it down to the pixels.
"""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from core.footprint import Footprint, footprint
from core.memory import free_memory, is_out_of_memory
from core.networks.base import Head, Network
from core.objectives import Part, Reading, Term, View, WeightedSum, read
from core.processors import return_memory

# What a pass through the network may take, forward and back, whatever there is: more for whole
# canvases, least for tiles of those so large that they hardly leave any of 2.5 GiB themselves.
# More for all tiles would make large pictures cost much more for a pixel than middling ones.
_WHOLE = 1_000 * 2**20
_TILE = 540 * 2**20
_SMALL_TILE = 320 * 2**20
# Devices of their own have more of it, and want more to do at once.
_ON_DEVICES = 4
# From so many pixels on, memory is short enough for tiles of another shape to begin with all that
# those before had. It takes a moment, so not with every tile.
_LARGE = 20_000_000
# No network takes more bytes than this for a pixel.
_HEAVIEST = 2048
# Of what is free, no more than this share.
_SHARE = 0.5
# Tiles that are smaller than this many halos each way would compute little else.
_SMALLEST_TILE = 2
# Less room than this share of the usual is no room.
_LEAST_CAUTION = 2.0**-20
# Where tiles begin moves from step to step by at least this share of their sides.
_LEAST_SHIFT = 1 / 8


class Tile(NamedTuple):
    """One tile of a canvas; rows and columns of pixels, ends excluded.

    Attributes:
        top, bottom, left, right: what belongs to it.
        seen: top, bottom, left, right of what it sees.
        lowest, rightmost: whether it ends where the canvas does.
    """

    top: int
    bottom: int
    left: int
    right: int
    seen: tuple[int, int, int, int]
    lowest: bool
    rightmost: bool

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of what it sees."""
        top, bottom, left, right = self.seen
        return bottom - top, right - left


class Canvas(NamedTuple):
    """A canvas that is looked at in pieces.

    Attributes:
        height, width: in pixels.
        piece: gives the rows and columns from top to bottom and left to right, (1, 3, h, w).
    """

    height: int
    width: int
    piece: Callable[[int, int, int, int], Tensor]

    def whole(self) -> Tensor:
        return self.piece(0, self.height, 0, self.width)


class Tiling:
    """Takes gradients, whole or by tiles, and keeps what it found out about memory.

    Args:
        seed: of where tiles begin. Steps draw their jitter elsewhere, so that a picture does not
            depend on whether it was made by tiles.
        check: called every now and then, in the middle of steps; what it raises ends the step.
            It is given the share of the step that is done.
        room: bytes that a step may take; None for what suits the device.
    """

    def __init__(
        self,
        seed: int = 0,
        check: Callable[[float], None] | None = None,
        room: float | None = None,
    ) -> None:
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
                return _Tiled(objective, canvas, self._tiles(objective, canvas, size), self).run(
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

    def _room(self, network: Network, room: float) -> float:
        """Bytes that a pass through the network may take here, where `room` is the usual."""
        if self._given_room is not None:
            return self._given_room * self._caution
        if network.device.type in ("cuda", "xpu"):
            room *= _ON_DEVICES
        free = free_memory(network.device)
        if free is not None:
            room = min(room, free * _SHARE)
        return room * self._caution

    def _tile_side(self, objective: WeightedSum, canvas: Canvas) -> int | None:
        """The side of the largest tile, in pixels, without its halo; None for no tiles."""
        area = canvas.height * canvas.width
        whole = self._room(objective.network, _WHOLE)
        # Small canvases need no look at their footprint.
        if area * _HEAVIEST < whole and self._given_room is None:
            return None
        found = self._footprint(objective)
        if found is None:
            return None
        _, foot = found
        if area * foot.weight <= whole:
            return None
        usual = _TILE if area < _LARGE else _SMALL_TILE
        tile = self._room(objective.network, usual) / foot.weight
        side = int(tile**0.5) - 2 * foot.halo
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

    def _tiles(self, objective: WeightedSum, canvas: Canvas, side: int) -> _Grid:
        found = self._footprint(objective)
        assert found is not None
        head, foot = found
        rows = self._bounds(canvas.height, side, foot.align, objective.network.record.minimum_side)
        columns = self._bounds(
            canvas.width, side, foot.align, objective.network.record.minimum_side
        )
        tiles = []
        # From the last one on: where its cells end is where those of the whole picture do.
        for top, bottom in rows[::-1]:
            for left, right in columns[::-1]:
                seen = (
                    max(0, top - foot.halo),
                    min(canvas.height, bottom + foot.halo),
                    max(0, left - foot.halo),
                    min(canvas.width, right + foot.halo),
                )
                ends = bottom == canvas.height, right == canvas.width
                tiles.append(Tile(top, bottom, left, right, seen, *ends))
        # Those of one shape together: then what one leaves of memory fits the next.
        last = tiles[0].shape
        tiles.sort(key=lambda tile: (tile.shape != last, tile.shape))
        return _Grid(head, foot, tiles)

    def _bounds(self, length: int, side: int, align: int, minimum: int) -> list[tuple[int, int]]:
        """Where tiles of at most `side` pixels begin and end along `length`, shifted at random."""
        count = -(-length // side)
        if count == 1:
            return [(0, length)]
        if count * side - length < _LEAST_SHIFT * side:
            count += 1
        # As much as they could be shifted without another tile, and none becoming tiny.
        slack = (count * side - length) // align
        least = -(-min(minimum, side) // align)
        most = max(0, min(slack, side // align - least))
        shift = align * int(torch.randint(0, most + 1, (), generator=self._generator))
        edges = [0, *range(side - shift, length, side), length]
        if len(edges) > 2 and edges[-1] - edges[-2] < min(minimum, side):
            del edges[-2]
        return list(itertools.pairwise(edges))


class _Grid(NamedTuple):
    head: Head
    foot: Footprint
    tiles: list[Tile]


class _Tiled:
    """One step's gradient by tiles."""

    def __init__(self, objective: WeightedSum, canvas: Canvas, grid: _Grid, tiling: Tiling) -> None:
        self._objective = objective
        self._network = objective.network
        self._canvas = canvas
        self._head, self._foot, self._tiles = grid
        self._tiling = tiling
        # Of each map, its rows and columns; known once the last tile has been seen.
        self._sizes: dict[str, tuple[int, int]] = {}
        self._shape = (0, 0)
        local = [term for _, term in objective.terms if self._is_local(term)]
        passes = len(local) + 2 * (len(local) < len(objective.terms))
        passes += max(0, len(objective.terms) - len(local) - 1)
        self._work, self._done = passes * len(self._tiles), 0

    def run(self, limit: float) -> tuple[Tensor | None, float]:
        """The gradient, None where its level is above a `limit`, and the level."""
        whole = [term for _, term in self._objective.terms if not self._is_local(term)]
        pulls = self._pulls(whole) if whole else {}
        total: Tensor | None = None
        level = 0.0
        several = len(self._objective.terms) > 1
        for weight, term in self._objective.terms:
            gradient = self._empty()
            if id(term) in pulls:
                mine, maps = pulls.pop(id(term))
                self._pass_down(maps, gradient)
            else:
                mine = self._read(term, gradient)
            level += weight * mine
            if not several:
                return _unless(limit, level, gradient.mul_(weight) if weight != 1 else gradient)
            # As `WeightedSum` balances its terms.
            peak = max(-float(gradient.min()), float(gradient.max()))
            if peak != 0:
                gradient.div_(peak)
                root = float(torch.linalg.vector_norm(gradient)) / gradient.numel() ** 0.5
                gradient.mul_(weight / root)
            total = gradient if total is None else total.add_(gradient)
            del gradient
        assert total is not None
        return _unless(limit, level, total)

    def _is_local(self, term: Term) -> bool:
        return term.local and set(term.layers) <= set(self._head.maps)

    def _empty(self) -> Tensor:
        size = (1, 3, self._canvas.height, self._canvas.width)
        return torch.zeros(size, device=self._network.device)

    def _read(self, term: Term, gradient: Tensor) -> float:
        """Add the gradient of a local `term` to `gradient`; returns its level."""
        level = 0.0
        for tile in self._tiles:
            leaf = self._leaf(tile).requires_grad_(True)
            with self._tiling.watched(self._done / self._work):
                features = self._network.features(leaf, term.layers)
                parts = {name: self._part(name, features[name], tile) for name in term.layers}
                own = {
                    name: _cropped(features[name], tile, parts[name], self._cell(name))
                    for name in term.layers
                }
                height, width = self._canvas.height, self._canvas.width
                reading = term.measure(View(own, height, width, self._objective.where, parts))
                del features, own
                if reading.total.requires_grad:
                    (piece,) = torch.autograd.grad(reading.total, leaf)
                    _add(gradient, tile, piece)
            level += float(reading.level)
            self._end_of_tile()
        return level

    def _pulls(self, terms: Sequence[Term]) -> dict[int, tuple[float, dict[str, Tensor]]]:
        """Of each term its level, and how the cells of each map pull: the gradients of maps."""
        names = tuple(dict.fromkeys(name for term in terms for name in self._needed(term)))
        maps = self._assembled(names)
        pulls = {}
        for term in terms:
            leaves = {name: maps[name].detach().requires_grad_(True) for name in names}
            reading = self._measured(term, leaves)
            mine = self._needed(term)
            gradients = torch.autograd.grad(
                reading.total, [leaves[name] for name in mine], allow_unused=True
            )
            found = {
                name: torch.zeros_like(maps[name]) if gradient is None else gradient
                for name, gradient in zip(mine, gradients, strict=True)
            }
            pulls[id(term)] = (float(reading.level), found)
        return pulls

    def _needed(self, term: Term) -> tuple[str, ...]:
        """The maps that `term` is about, itself or through the network's head."""
        head = self._network.head(term.layers)
        assert head is not None
        return head.maps

    def _measured(self, term: Term, maps: Mapping[str, Tensor]) -> Reading:
        head = self._network.head(term.layers)
        assert head is not None
        features = head.rest({name: maps[name] for name in head.maps})
        view = View(features, self._canvas.height, self._canvas.width, self._objective.where)
        return term.measure(view)

    def _assembled(self, names: tuple[str, ...]) -> dict[str, Tensor]:
        """The whole maps of these names, in the network's precision."""
        maps: dict[str, Tensor] = {}
        for tile in self._tiles:
            with torch.no_grad():
                features = self._network.features(self._leaf(tile), names)
            for name in names:
                part = self._part(name, features[name], tile)
                own = _cropped(features[name], tile, part, self._cell(name))
                if name not in maps:
                    maps[name] = own.new_empty(
                        (1, own.shape[1], part.rows, part.columns)
                    ).contiguous(memory_format=torch.channels_last)
                rows = slice(part.top, part.top + own.shape[-2])
                columns = slice(part.left, part.left + own.shape[-1])
                maps[name][..., rows, columns] = own
            self._end_of_tile()
        return maps

    def _pass_down(self, pulls: Mapping[str, Tensor], gradient: Tensor) -> None:
        """Add to `gradient` what a pull at the cells of maps is at the pixels."""
        names = tuple(pulls)
        for tile in self._tiles:
            leaf = self._leaf(tile).requires_grad_(True)
            with self._tiling.watched(self._done / self._work):
                features = self._network.features(leaf, names)
                own = []
                for name in names:
                    part = self._part(name, features[name], tile)
                    own.append(_cropped(features[name], tile, part, self._cell(name)))
                del features
                mine = []
                for name, values in zip(names, own, strict=True):
                    part = self._part_of(name, tile)
                    rows = slice(part.top, part.top + values.shape[-2])
                    columns = slice(part.left, part.left + values.shape[-1])
                    mine.append(pulls[name][..., rows, columns].to(values.dtype))
                (piece,) = torch.autograd.grad(own, leaf, mine)
            _add(gradient, tile, piece)
            self._end_of_tile()

    def _leaf(self, tile: Tile) -> Tensor:
        if tile.shape != self._shape and self._canvas.height * self._canvas.width >= _LARGE:
            return_memory()
        self._shape = tile.shape
        piece = self._canvas.piece(*tile.seen)
        return piece.contiguous(memory_format=torch.channels_last)

    def _cell(self, name: str) -> int:
        return self._foot.cells[name]

    def _part(self, name: str, values: Tensor, tile: Tile) -> Part:
        """Which cells of the whole map belong to `tile`; the last tile tells how many there are."""
        if name not in self._sizes:
            cell = self._cell(name)
            rows = tile.seen[0] // cell + values.shape[-2]
            self._sizes[name] = (rows, tile.seen[2] // cell + values.shape[-1])
        return self._part_of(name, tile)

    def _part_of(self, name: str, tile: Tile) -> Part:
        cell = self._cell(name)
        return Part(tile.top // cell, tile.left // cell, *self._sizes[name])

    def _end_of_tile(self) -> None:
        self._done += 1
        self._tiling.look(self._done / self._work)


def _release(device: torch.device) -> None:
    """Have everything that nobody needs any more given back."""
    gc.collect()
    return_memory()
    if device.type in ("cuda", "xpu", "mps"):
        getattr(torch, device.type).empty_cache()


def _unless(limit: float, level: float, gradient: Tensor) -> tuple[Tensor | None, float]:
    return (None if limit and level > limit else gradient), level


def _cropped(values: Tensor, tile: Tile, part: Part, cell: int) -> Tensor:
    """The cells of `values`, a map of what `tile` sees, that belong to it."""
    top, left = part.top - tile.seen[0] // cell, part.left - tile.seen[2] // cell
    rows, columns = (tile.bottom - tile.top) // cell, (tile.right - tile.left) // cell
    # What is left over at the end, a part of a cell or one more, belongs to the last tile.
    rows = values.shape[-2] - top if tile.lowest else rows
    columns = values.shape[-1] - left if tile.rightmost else columns
    return values[..., top : top + rows, left : left + columns]


def _add(gradient: Tensor, tile: Tile, piece: Tensor) -> None:
    top, bottom, left, right = tile.seen
    gradient[..., top:bottom, left:right] += piece


def rolled_canvas(canvas: Tensor, down: int, right: int, margin: int) -> Canvas:
    """`canvas` (1, 3, H, W) rolled circularly, with `margin` pixels more on all sides."""
    height, width = canvas.shape[-2:]

    def piece(top: int, bottom: int, left: int, right_end: int) -> Tensor:
        rows = _places(top - down - margin, bottom - top, height)
        columns = _places(left - right - margin, right_end - left, width)
        out = canvas.new_empty((1, canvas.shape[1], bottom - top, right_end - left))
        for to_row, row, tall in rows:
            for to_column, column, wide in columns:
                out[..., to_row : to_row + tall, to_column : to_column + wide] = canvas[
                    ..., row : row + tall, column : column + wide
                ]
        return out

    return Canvas(height + 2 * margin, width + 2 * margin, piece)


def _places(start: int, count: int, length: int) -> list[tuple[int, int, int]]:
    """Runs that make up `count` places from `start` on a ring: to where, from where, how many."""
    runs, done = [], 0
    while done < count:
        place = (start + done) % length
        run = min(count - done, length - place)
        runs.append((done, place, run))
        done += run
    return runs
