"""What every objective is made of: terms that measure features, and their weighted sum.

A *term* names the layers that it needs and turns their features into one number. Any positive
factor is the same to the normalised step, so each number is scaled to keep float16 and float32
gradients away from zero at any picture size: sums over places, never means. Beside it stands the
term's *level*, a figure that does not grow with the picture: what the published recipes print and
stop at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from core.networks.base import Network

Where = Callable[[float, float], tuple[float, float]]


class Objective(Protocol):
    """A canvas, (1, 3, H, W) in [0, 1], to one number, a float32 tensor, to be raised."""

    def __call__(self, canvas: Tensor, /) -> Tensor: ...


class Reading(NamedTuple):
    """What an objective says of a canvas, as tensors of no dimension.

    `total` has the gradient to follow; `level` has none: a mean, comparable between sizes.
    """

    total: Tensor
    level: Tensor


class Part(NamedTuple):
    """Which cells of a layer's map are seen: those from `top` and `left` on, of rows x columns."""

    top: int
    left: int
    rows: int
    columns: int


class View(NamedTuple):
    """What a term sees.

    Attributes:
        features: of the layers that it named, as `Network.features` gives them.
        height, width: of the canvas, in pixels.
        where: where a point of the picture, across and down in [0, 1], lies on the canvas.
        parts: of layers of which a part alone is seen: which. Only `local` terms are shown parts.
    """

    features: Mapping[str, Tensor]
    height: int
    width: int
    where: Where
    parts: Mapping[str, Part] = MappingProxyType({})

    def inside(self, layer: str, border: int = 0) -> Tensor:
        """The features of `layer` without the `border` outermost cells of the whole map.

        Of the whole map at least the middle is left; of a part there may be nothing left.
        """
        values = self.features[layer]
        part = self.parts.get(layer)
        if part is None:
            return inside(values, border)
        rows, columns = _left_out(border, part.rows), _left_out(border, part.columns)
        top, left = max(0, rows - part.top), max(0, columns - part.left)
        bottom = min(values.shape[-2], part.rows - rows - part.top)
        right = min(values.shape[-1], part.columns - columns - part.left)
        return values[..., top : max(top, bottom), left : max(left, right)]

    def cells(self, layer: str, border: int = 0) -> int:
        """How many cells the whole map of `layer` has without its border; 1 for flat values."""
        values, part = self.features[layer], self.parts.get(layer)
        if values.dim() != 4:
            return values.shape[0]
        rows, columns = (part.rows, part.columns) if part else values.shape[-2:]
        rows, columns = rows - 2 * _left_out(border, rows), columns - 2 * _left_out(border, columns)
        return values.shape[0] * rows * columns


class Term(NamedTuple):
    """One objective as a function of features.

    Attributes:
        layers: whose features it looks at.
        measure: reads a view.
        local: whether it is a sum over cells, each looked at by itself: what it reads in the parts
            of a picture then adds up to what it reads in the whole.
    """

    layers: tuple[str, ...]
    measure: Callable[[View], Reading]
    local: bool = False


def unmoved(across: float, down: float) -> tuple[float, float]:
    """`View.where` of a canvas that shows the picture as it is."""
    return across, down


@dataclass(frozen=True)
class WeightedSum:
    """The objective of one or several terms, of which the network's features are taken once.

    Several terms are balanced: the gradient of each with respect to the canvas is divided by its
    root mean square before the weights come in, so that a term of weight 1 moves the picture as
    much as any other, whatever its unit, at every step. That costs a backward pass for each; a
    single term costs nothing more. A term whose gradient is 0 has no say.
    """

    network: Network
    terms: tuple[tuple[float, Term], ...]
    where: Where = unmoved

    def __call__(self, canvas: Tensor) -> Tensor:
        return self.read(canvas).total

    def at(self, where: Where) -> WeightedSum:
        """The same for a canvas on which points of the picture have moved on, to `where`."""

        def both(across: float, down: float) -> tuple[float, float]:
            return where(*self.where(across, down))

        return WeightedSum(self.network, self.terms, both)

    def read(self, canvas: Tensor) -> Reading:
        """Total and level; the level is the weighted sum of the terms' levels."""
        layers = dict.fromkeys(layer for _, term in self.terms for layer in term.layers)
        features = self.network.features(canvas, list(layers))
        view = View(features, canvas.shape[-2], canvas.shape[-1], self.where)
        readings = [(weight, term.measure(view)) for weight, term in self.terms]
        level = torch.stack([weight * reading.level for weight, reading in readings]).sum()
        if len(readings) == 1:
            weight, reading = readings[0]
            return Reading(weight * reading.total if weight != 1 else reading.total, level)
        return Reading(_balanced(canvas, [(w, reading.total) for w, reading in readings]), level)


def placed(objective: Objective, where: Where) -> Objective:
    """`objective` for a canvas on which points of the picture lie elsewhere; see `View.where`."""
    return objective.at(where) if isinstance(objective, WeightedSum) else objective


def rolled(down: int, right: int, height: int, width: int) -> Where:
    """`View.where` of a canvas (height, width) that was rolled by so many pixels, circularly."""

    def where(across: float, below: float) -> tuple[float, float]:
        column = min(math.floor(across * width), width - 1) + 0.5
        row = min(math.floor(below * height), height - 1) + 0.5
        return (column + right) % width / width, (row + down) % height / height

    return where


def framed(margin: int, height: int, width: int) -> Where:
    """`View.where` of a canvas (height, width) that has got `margin` pixels more on all sides."""

    def where(across: float, down: float) -> tuple[float, float]:
        return (
            (across * width + margin) / (width + 2 * margin),
            (down * height + margin) / (height + 2 * margin),
        )

    return where


def enlarged(size: tuple[int, int], to: tuple[int, int]) -> Where:
    """`View.where` of a canvas (h, w) that has been continued right and down to another size."""
    (height, width), (whole_height, whole_width) = size, to

    def where(across: float, down: float) -> tuple[float, float]:
        return across * width / whole_width, down * height / whole_height

    return where


def read(objective: Objective, canvas: Tensor) -> Reading:
    """Total and level of any objective; a plain function's level is its total."""
    if isinstance(objective, WeightedSum):
        return objective.read(canvas)
    total = objective(canvas)
    return Reading(total, total.detach())


def features_of(network: Network, layers: Sequence[str]) -> dict[str, Tensor]:
    """Features of the smallest canvas that the network takes, black, for their shapes."""
    side = network.record.minimum_side
    with torch.no_grad():
        return network.features(torch.zeros(1, 3, side, side, device=network.device), layers)


def inside(values: Tensor, border: int) -> Tensor:
    """A map (N, C, h, w) without its `border` outermost cells; at least the middle is left.

    Flat values (N, C) have no border.
    """
    if values.dim() != 4 or border == 0:
        return values
    height, width = values.shape[-2:]
    rows, columns = _left_out(border, height), _left_out(border, width)
    return values[..., rows : height - rows, columns : width - columns]


def _left_out(border: int, cells: int) -> int:
    """How many of `cells` in a row are left out at each end for a border."""
    return min(border, (cells - 1) // 2)


def places(values: Tensor, view: View) -> int:
    """How many places an output of a whole picture stands for.

    Of a map, its cells. Flat values (N, C) are means over places that are not there any more; they
    count for one in 32x32 pixels, rounded up to a power of two, by which no number loses digits.
    """
    if values.dim() == 4:
        return values.shape[-2] * values.shape[-1]
    return 2 ** math.ceil(math.log2(max(1, view.height * view.width / 1024)))


def _balanced(canvas: Tensor, totals: Sequence[tuple[float, Tensor]]) -> Tensor:
    """A number whose gradient is the weighted sum of the totals' gradients, each of unit size."""
    value = torch.stack([weight * total.detach() for weight, total in totals]).sum()
    if not canvas.requires_grad:
        return value
    direction = torch.zeros_like(canvas)
    for weight, total in totals:
        (gradient,) = torch.autograd.grad(total, canvas, retain_graph=True)
        # Measured against its peak first, so that squares of tiny gradients do not vanish.
        peak = gradient.abs().amax()
        if float(peak) != 0:
            gradient = gradient / peak
            direction += weight * gradient / gradient.square().mean().sqrt()
    carrier = (canvas * direction).sum()
    return carrier + (value - carrier).detach()
