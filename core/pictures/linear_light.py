"""Pictures whose samples are proportional to light, and the curve that the eye and a dream want."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

_CURVES = (b"rTRC", b"gTRC", b"bTRC", b"kTRC")


def is_linear(profile: bytes) -> bool:
    """Whether an ICC profile says that samples are proportional to light.

    Its tone curves say so: empty, or a gamma of 1 (ICC.1:2022, 10.6 and 10.18).
    """
    try:
        (count,) = struct.unpack_from(">L", profile, 128)
        rows = [struct.unpack_from(">4sLL", profile, 132 + 12 * i) for i in range(min(count, 100))]
        curves = [_is_straight(profile, start) for name, start, _ in rows if name in _CURVES]
    except struct.error:
        return False
    return bool(curves) and all(curves)


def _is_straight(profile: bytes, start: int) -> bool:
    (kind,) = struct.unpack_from(">4s", profile, start)
    if kind == b"curv":
        (count,) = struct.unpack_from(">L", profile, start + 8)
        if count == 1:  # One gamma, in 1/256.
            return struct.unpack_from(">H", profile, start + 12)[0] == 256
        return count == 0
    if kind == b"para":
        (function,) = struct.unpack_from(">H", profile, start + 8)
        (gamma,) = struct.unpack_from(">l", profile, start + 12)  # In 1/65536.
        return function == 0 and gamma == 65536
    return False


def to_perceptual(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    """sRGB's curve (IEC 61966-2-1), as GEGL continues it: straight below 0, ever on above 1."""
    bent = 1.055 * np.power(np.maximum(linear, 0.0031308), 1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, linear * 12.92, bent).astype(np.float32)


def to_linear(perceptual: NDArray[np.float32]) -> NDArray[np.float32]:
    """The other way round."""
    bent = np.power((np.maximum(perceptual, 0.04045) + 0.055) / 1.055, 2.4)
    return np.where(perceptual <= 0.04045, perceptual / 12.92, bent).astype(np.float32)
