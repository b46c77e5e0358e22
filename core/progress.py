"""What a running dream tells its caller, and what the caller can answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Progress:
    """Where a dream stands; reported before the first step, after every step, and within long ones.

    Attributes:
        fraction: share of the work done, 0 to 1.
        octave, octaves: which octave, counted from 1 (the smallest), and how many there are.
        iteration, iterations: steps done in this octave (0 at its start), and how many it takes.
        eta: seconds that are probably left; negative while nothing is known.
        within: share of the step done that is being made now; 0 between steps, the only times at
            which there is something new to be seen.
        picture: makes the picture as it is now, (h, w, 3) float32 in [0, 1], at the octave's size,
            or smaller so that no side is longer than a number that it is given. Costs a look at
            all of it, so call it only when someone looks.
    """

    fraction: float
    octave: int
    octaves: int
    iteration: int
    iterations: int
    eta: float
    picture: Callable[..., NDArray[np.float32]]
    within: float = 0.0


OnProgress = Callable[[Progress], bool]
"""Called with each `Progress`. True goes on; False ends the dream here and keeps what is there;
it may raise `core.errors.Cancelled` to drop the dream."""


def ignore(_: Progress) -> bool:
    """The caller who does not look."""
    return True
