"""Canvases that are looked at in pieces, rolled circularly without a rolled copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor


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
