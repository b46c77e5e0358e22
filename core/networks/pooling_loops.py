"""The loops of maximum pooling, compiled for this processor by Numba.

Numbers come as their bits, of 32 or of 16, for Numba has no bfloat16: those are the upper bits of a
float32, so that a shift makes them one. A picture is (N, H, W, C), as it lies in memory. A tap is a
place of a window, counted row by row.

The innermost loops go along the channels, number by number: of these the compiler makes vectors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

Bits = NDArray[Any]
Taps = NDArray[np.uint8]
Pair = tuple[int, int]


def _compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(loop)
    except RuntimeError:
        # Neither this folder nor the person's own cache can be written to.
        return numba.njit(nogil=True, error_model="numpy")(loop)


@_compiled
def _ranked(bits: int, top: int, infinity: int) -> int:
    """From sign and magnitude to a whole number of the same rank; no number is above all.

    Not within `loops_for`: what a loop finds there must be the same the next time, or it is
    compiled anew.
    """
    magnitude = bits & top
    rank = -magnitude if bits < 0 else magnitude
    return top if magnitude > infinity else rank


class Loops(NamedTuple):
    """Both loops, for numbers of one format and windows of one kind."""

    take_maxima: Callable[..., None]
    go_back: Callable[..., None]


def loops_for(shift: int, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair) -> Loops:
    """The loops for numbers that are the upper bits of a float32, all but `shift`: 0 or 16.

    Windows are told down and across. The loops are compiled at the first call, in a second or two,
    and kept beside this file for the next time. Constants that the compiler knows cost next to
    nothing, and it writes out loops over them.
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

    @_compiled
    def take_maxima(values: Bits, taps: Taps, most: Bits, begin: int, end: int) -> None:
        """Set rows `begin` to `end` of `most`, of all pictures' rows, and from which tap they come.

        The first of equal ones is taken.
        """
        _, height, width, channels = values.shape
        _, tall, wide, _ = most.shape
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
                                bits = values[picture, y + i * apart_down, x + j * apart_across, c]
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
                            rank = whole(_ranked(values[picture, at_y, at_x, c], top, infinity))
                            wins = rank > best[c]
                            best[c] = rank if wins else best[c]
                            winners[c] = np.uint8(tap) if wins else winners[c]
                for c in range(channels):
                    best[c] = -best[c] | least if best[c] < 0 else best[c]

    @_compiled
    def go_back(gradient: Bits, taps: Taps, out: Bits, begin: int, end: int) -> None:
        """Set rows `begin` to `end` of `out` to the sums of what came from each of their places.

        Sums are float32's; rounded to the nearest at the end, the even one of two.
        """
        _, height, width, channels = out.shape
        _, tall, wide, _ = gradient.shape
        sums = np.empty((width, channels), np.float32)
        bits = sums.view(np.uint32)
        came = np.empty(channels, np.float32)
        came_bits = came.view(np.uint32)
        for row in range(begin, end):
            picture, y = divmod(row, height)
            sums[:] = 0
            for i in range(rows):
                down, rest = divmod(y + above - i * apart_down, down_by)
                if rest or down < 0 or down >= tall:
                    continue
                for across in range(wide):
                    given, winners = gradient[picture, down, across], taps[picture, down, across]
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

    return Loops(take_maxima, go_back)
