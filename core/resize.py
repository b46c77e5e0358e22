"""Canvases at other sizes: the two ways of scaling, and padding up to a network's minimum."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def resize(canvas: Tensor, size: tuple[int, int], antialias: bool) -> Tensor:
    """`canvas` (N, C, H, W) at `size` (h, w).

    With `antialias`: linear, pixels as areas, low-pass filtered when shrinking, bicubic when
    growing. Without: linear between corner-aligned samples, which is what the published recipe does
    (scipy's ``ndimage.zoom(order=1)``).
    """
    if tuple(canvas.shape[-2:]) == size:
        return canvas
    if not antialias:
        # In float64, because float32 loses the sixth digit of sample positions, and a dream
        # multiplies such differences; Apple's GPUs have no float64.
        exact = canvas if canvas.device.type == "mps" else canvas.double()
        scaled = F.interpolate(exact, size=size, mode="bilinear", align_corners=True)
        return scaled.to(canvas.dtype)
    grows = size[0] * size[1] > canvas.shape[-2] * canvas.shape[-1]
    if grows:
        return F.interpolate(canvas, size=size, mode="bicubic", align_corners=False)
    return F.interpolate(canvas, size=size, mode="bilinear", antialias=True, align_corners=False)


def pad_by_reflection(canvas: Tensor, minimum: int) -> Tensor:
    """`canvas` (N, C, H, W) with sides of at least `minimum`, mirrored at its right and lower edge.

    Mirrors as often as it takes, so a single pixel works too. Crop with ``[..., :H, :W]``.
    """
    for axis in (-2, -1):
        have = canvas.shape[axis]
        if have < minimum:
            period = max(1, 2 * have - 2)
            position = torch.arange(minimum, device=canvas.device) % period
            canvas = canvas.index_select(axis, torch.minimum(position, period - position))
    return canvas
