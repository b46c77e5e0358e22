"""Pictures small enough to be shown while they are being dreamed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# The longer side of a preview, in pixels.
LONGEST = 512


def as_samples(picture: NDArray[np.float32], form: str) -> NDArray[Any]:
    """`picture`, clipped to [0, 1], in the whole numbers of the pipe's format "u8" or "u16"."""
    clipped = picture.clip(0, 1)
    if form == "u8":
        return np.rint(clipped * 255).astype(np.uint8)
    return np.rint(clipped * 65535).astype("<u2")
