"""One step's gradient by tiles, which is the whole picture's.

Terms that are sums over cells are read tile by tile. For all others, whose figures are the whole
picture's, the maps of their layers are put together first; what has to grow in them is found once,
and the tiles then only pass it down to the pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from core.footprint import Footprint
from core.networks.base import Head
from core.objectives import Part, Reading, Term, View, WeightedSum
from core.rolled import Canvas

if TYPE_CHECKING:
    from core.tiling import Tiling


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


class Grid(NamedTuple):
    """The tiles of a canvas, and what is known of the network that looks at them."""

    head: Head
    foot: Footprint
    tiles: list[Tile]


class Tiled:
    """One step's gradient by tiles."""

    def __init__(self, objective: WeightedSum, canvas: Canvas, grid: Grid, tiling: Tiling) -> None:
        self._objective = objective
        self._network = objective.network
        self._canvas = canvas
        self._head, self._foot, self._tiles = grid
        self._tiling = tiling
        # Of each map, its rows and columns; known once the last tile has been seen.
        self._sizes: dict[str, tuple[int, int]] = {}
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
