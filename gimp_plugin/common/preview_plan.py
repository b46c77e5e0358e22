"""How a preview is dreamed: smaller than the dream, and with those of its octaves that fit.

A dream begins with the smallest octave, so that a preview which leaves out the largest ones shows
what the dream itself is like that far: the same patterns at the same places. Runs on Python 2.7
and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import math
from collections import namedtuple

LONGEST = 1024
"""The longer side of a preview, at most, in pixels."""

Plan = namedtuple(str("Plan"), [str("side"), str("settings"), str("left_out"), str("exact")])
"""A preview: the longer side of its picture in pixels, the settings that it has instead of the
dream's, how many of the dream's octaves are left out, and whether nothing is: the dream is the very
same then, if it is dreamed on the preview's picture."""


def plan(longest, values, limit=LONGEST):
    """The preview of a dream with these `values` over a picture whose longer side is `longest`.

    A picture of that side is to be sent. Where it is larger than the dream's working size the core
    scales it, as it does for the dream: of a picture not scaled before it dreams the very same.
    """
    working = values["working-size"]
    side = min(longest, working) if working else longest
    left_out, scale = 0, values["octave-scale"]
    while side > limit * math.sqrt(scale) and left_out < values["octaves"] - 1:
        side /= scale
        left_out += 1
    exact = not left_out and side <= limit * math.sqrt(scale)
    # A dream of few octaves on a large picture: its patterns are finer than can be shown.
    side = min(side, limit * math.sqrt(scale))
    settings = {"working-size": 0, "octaves": values["octaves"] - left_out}
    if 0 < working < min(longest, limit):
        side, settings["working-size"] = min(longest, limit), working
    return Plan(max(1, int(side + 0.5)), settings, left_out, exact)


def cost(width, height, values):
    """What a dream costs, in pixels times steps: its octaves alone, whatever the network."""
    working = values["working-size"]
    shrink = min(1.0, working / max(width, height)) if working else 1.0
    pixels = width * height * shrink**2
    octaves = sum(values["octave-scale"] ** (-2 * number) for number in range(values["octaves"]))
    return pixels * octaves * values["iterations"]
