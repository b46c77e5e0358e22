"""The loops of maximum pooling, compiled for this processor by Numba.

Numbers come as their bits, of 32 or of 16, for Numba has no bfloat16: those are the upper bits of a
float32, so that a shift makes them one. A picture is (N, H, W, C), as it lies in memory. A tap is a
place of a window, counted row by row.

The innermost loops go along the channels, number by number: of these the compiler makes vectors.

Loops are C's functions, for several threads at once. Each thread takes some rows of the task that
they are given, then others, until all are taken.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from core.networks.threads import work_on

Pair = tuple[int, int]
Bits = NDArray[Any]

# What a loop is told: how many parts are taken, and out of how many; where its arrays are; of what
# sizes they are.
_TOLD = "taken parts large small taps pictures height width channels tall wide"
_TASK = np.dtype([(name, np.int64) for name in _TOLD.split()])
# Into so many parts for each thread it is parted: one that is slow leaves the rest to others.
_PARTS = 4
# What the compiler is to take for granted.
_OPTIONS: dict[str, Any] = {"error_model": "numpy"}


def _compiled(decorator: Any, *arguments: Any) -> Any:
    """`decorator` of Numba's, for functions that are kept where they can be."""

    def decorate(function: Any) -> Any:
        try:
            return decorator(*arguments, cache=True, **_OPTIONS)(function)
        except RuntimeError:
            # Neither this folder nor the person's own cache can be written to.
            return decorator(*arguments, **_OPTIONS)(function)

    return decorate


_helper = _compiled(numba.njit)
# Numba's own type says what its compiler calls, not what a loop does.
_intrinsic: Any = intrinsic
_loop = _compiled(numba.cfunc, "void(voidptr)")


@_intrinsic
def _one_more(context: Any, address: Any) -> Any:
    """Add one to the first number of a task, which all threads have; what it was."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        number = builder.bitcast(values[0], ir.IntType(64).as_pointer())
        return builder.atomic_rmw("add", number, ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(types.voidptr), generate


@_intrinsic
def _at(context: Any, address: Any) -> Any:
    """A pointer to an address."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.inttoptr(values[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), generate


@_helper
def _arrays(address: Any, whole: Any) -> Any:
    """The arrays of a task: what is large, what is small, and the taps."""
    task = carray(address, 1, _TASK)[0]
    large = task.pictures, task.height, task.width, task.channels
    small = task.pictures, task.tall, task.wide, task.channels
    return (
        carray(_at(task.large), large, whole),
        carray(_at(task.small), small, whole),
        carray(_at(task.taps), small, np.uint8),
    )


@_helper
def _rows(address: Any, rows: int) -> Any:
    """Which of so many rows are to be done next, first and one behind the last; none at last."""
    parts = min(carray(address, 1, _TASK)[0].parts, rows)
    part = min(_one_more(address), parts)
    return rows * part // parts, rows * min(part + 1, parts) // parts


@_helper
def _ranked(bits: int, top: int, infinity: int) -> int:
    """From sign and magnitude to a whole number of the same rank; no number is above all.

    Not within `loops_for`: what a loop finds there must be the same the next time, or it is
    compiled anew.
    """
    magnitude = bits & top
    rank = -magnitude if bits < 0 else magnitude
    return top if magnitude > infinity else rank


class Loops(NamedTuple):
    """Both loops, for numbers of one format and windows of one kind.

    They take what is large, (N, H, W, C): the values, or where their gradient is to be written to;
    what is small, (N, h, w, C): where the maxima are to be written to, or their gradient; the taps,
    (N, h, w, C) of 8 bits: which one of its window each maximum is; and how many threads to use.

    `take_maxima` writes the taps as well, of equal values the first. `go_back` sums up in float32,
    and rounds at the end, to the nearest, of two the even one.
    """

    take_maxima: Callable[[Bits, Bits, Bits, int], None]
    go_back: Callable[[Bits, Bits, Bits, int], None]


def _work(loop: Any, large: Bits, small: Bits, taps: Bits, threads: int) -> None:
    """Tell `loop` what to do; by `_arrays` and `_rows` it gets to know."""
    addresses = [array.ctypes.data for array in (large, small, taps)]
    task = np.array((0, _PARTS * threads, *addresses, *large.shape, *small.shape[1:3]), _TASK)
    work_on(loop.address, task.ctypes.data, threads)


def loops_for(shift: int, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair) -> Loops:
    """The loops for numbers that are the upper bits of a float32, all but `shift`: 0 or 16.

    Windows are told down and across. This takes some seconds the first time; what is compiled is
    kept beside this file for the next. Constants that the compiler knows cost next to nothing, and
    it writes out loops over them.
    """
    whole = np.int16 if shift else np.int32
    top = 0x7FFFFFFF >> shift
    least = -top - 1
    infinity = 0x7F800000 >> shift
    half, odd = ((1 << shift) // 2 - 1, 1) if shift else (0, 0)
    rows, columns = kernel
    down_by, across_by = stride
    above, before = padding
    apart_down, apart_across = dilation
    reach_down, reach_across = (rows - 1) * apart_down, (columns - 1) * apart_across

    @_loop
    def take_maxima(address: Any) -> None:
        values, most, taps = _arrays(address, whole)
        pictures, height, width, channels = values.shape
        _, tall, wide, _ = most.shape
        begin, end = _rows(address, pictures * tall)
        while begin < end:
            for row in range(begin, end):
                picture, down = divmod(row, tall)
                y = down * down_by - above
                for across in range(wide):
                    x = across * across_by - before
                    best, winners = most[picture, down, across], taps[picture, down, across]
                    inside = y >= 0 and y + reach_down < height
                    if inside and x >= 0 and x + reach_across < width:
                        for c in range(channels):
                            highest, winner = whole(least), np.uint8(0)
                            for i in range(rows):
                                for j in range(columns):
                                    at_y, at_x = y + i * apart_down, x + j * apart_across
                                    bits = values[picture, at_y, at_x, c]
                                    rank = whole(_ranked(bits, top, infinity))
                                    wins = rank > highest
                                    highest = rank if wins else highest
                                    winner = np.uint8(i * columns + j) if wins else winner
                            best[c], winners[c] = highest, winner
                    else:
                        best[:] = least
                        winners[:] = 0
                        for tap in range(rows * columns):
                            i, j = divmod(tap, columns)
                            at_y, at_x = y + i * apart_down, x + j * apart_across
                            if at_y < 0 or at_y >= height or at_x < 0 or at_x >= width:
                                continue
                            for c in range(channels):
                                bits = values[picture, at_y, at_x, c]
                                rank = whole(_ranked(bits, top, infinity))
                                wins = rank > best[c]
                                best[c] = rank if wins else best[c]
                                winners[c] = np.uint8(tap) if wins else winners[c]
                    for c in range(channels):
                        best[c] = -best[c] | least if best[c] < 0 else best[c]
            begin, end = _rows(address, pictures * tall)

    @_loop
    def go_back(address: Any) -> None:
        out, gradient, taps = _arrays(address, whole)
        pictures, height, width, channels = out.shape
        _, tall, wide, _ = gradient.shape
        sums = np.empty((width, channels), np.float32)
        bits = sums.view(np.uint32)
        came = np.empty(channels, np.float32)
        came_bits = came.view(np.uint32)
        begin, end = _rows(address, pictures * height)
        while begin < end:
            for row in range(begin, end):
                picture, y = divmod(row, height)
                sums[:] = 0
                for i in range(rows):
                    down, rest = divmod(y + above - i * apart_down, down_by)
                    if rest or down < 0 or down >= tall:
                        continue
                    for across in range(wide):
                        given = gradient[picture, down, across]
                        winners = taps[picture, down, across]
                        for c in range(channels):
                            came_bits[c] = np.uint32(given[c]) << shift
                        for j in range(columns):
                            x = across * across_by - before + j * apart_across
                            if x < 0 or x >= width:
                                continue
                            tap, total = np.uint8(i * columns + j), sums[x]
                            for c in range(channels):
                                total[c] += came[c] if winners[c] == tap else np.float32(0)
                for x in range(width):
                    place, total_bits = out[picture, y, x], bits[x]
                    for c in range(channels):
                        value = total_bits[c]
                        place[c] = (value + half + ((value >> shift) & odd)) >> shift
            begin, end = _rows(address, pictures * height)

    return Loops(partial(_work, take_maxima), partial(_work, go_back))
