"""How much of a layer the network sees around what it dreams on. Runs on Python 2.7 and 3."""

from __future__ import absolute_import, division, print_function, unicode_literals

_PIXELS = 64
_SHARE = 0.25


def widened(start, length, limit):
    """A stretch of a layer `limit` pixels long, with its surroundings: (start, length) in pixels.

    What is dreamed at the edge of a selection so fits what lies beyond it.
    """
    margin = max(_PIXELS, int(length * _SHARE + 0.5))
    low, high = max(0, start - margin), min(limit, start + length + margin)
    return low, high - low
