"""What takes a picture's place where there is none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GREY = 128


def blank(height: int, width: int) -> NDArray[np.uint8]:
    """Even grey, (height, width, 3)."""
    return np.full((height, width, 3), GREY, np.uint8)
