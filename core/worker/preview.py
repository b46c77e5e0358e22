"""Pictures small enough to be shown while they are being dreamed."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

LONGEST = 512


def reduced(picture: NDArray[np.float32], longest: int = LONGEST) -> NDArray[np.float32]:
    """`picture` (H, W, C) with its longer side at most `longest` pixels, by averaging areas."""
    height, width = picture.shape[:2]
    if max(height, width) <= longest:
        return picture
    shrink = longest / max(height, width)
    size = (max(1, round(height * shrink)), max(1, round(width * shrink)))
    planes = torch.from_numpy(picture).permute(2, 0, 1)[None]
    return F.adaptive_avg_pool2d(planes, size)[0].permute(1, 2, 0).contiguous().numpy()


def as_samples(picture: NDArray[np.float32], form: str) -> NDArray[Any]:
    """`picture`, clipped to [0, 1], in the pipe's format "float32", "u16" or "u8"."""
    clipped = picture.clip(0, 1)
    if form == "u8":
        return np.rint(clipped * 255).astype(np.uint8)
    if form == "u16":
        return np.rint(clipped * 65535).astype("<u2")
    return np.ascontiguousarray(clipped, dtype="<f4")
