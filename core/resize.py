"""Canvases at other sizes: the two ways of scaling, and padding up to a network's minimum."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

# The constant of Keys's bicubic kernel, as `F.interpolate` has it.
_CUBIC = -0.75


def resize(
    canvas: Tensor,
    size: tuple[int, int],
    antialias: bool,
    wrap: bool = False,
    alignment: str = "corners",
) -> Tensor:
    """`canvas` (N, C, H, W) at `size` (h, w).

    With `antialias`: linear, pixels as areas, low-pass filtered when shrinking, bicubic when
    growing. Without: linear between samples, of which `alignment` says how the new ones lie over
    the old: the first and the last on each other (``corners``: scipy's ``ndimage.zoom(order=1)``,
    so Google's Caffe notebook), pixels as areas (``centres``: OpenCV, TensorFlow 2), or the first
    alone (``origin``: ``resize_bilinear`` of TensorFlow 1). With `wrap` the canvas goes on from
    each edge at the opposite one; it has no corners then, and pixels are areas in all cases.
    """
    if tuple(canvas.shape[-2:]) == size:
        return canvas
    if wrap:
        return _along(_along(canvas, -2, size[0], antialias), -1, size[1], antialias)
    if not antialias:
        # In float64, because float32 loses the sixth digit of sample positions, and a dream
        # multiplies such differences; Apple's GPUs have no float64.
        exact = canvas if canvas.device.type == "mps" else canvas.double()
        if alignment == "origin":
            scaled = _from_origin(_from_origin(exact, -2, size[0]), -1, size[1])
        else:
            corners = alignment == "corners"
            scaled = F.interpolate(exact, size=size, mode="bilinear", align_corners=corners)
        return scaled.to(canvas.dtype)
    grows = size[0] * size[1] > canvas.shape[-2] * canvas.shape[-1]
    if grows:
        return F.interpolate(canvas, size=size, mode="bicubic", align_corners=False)
    return F.interpolate(canvas, size=size, mode="bilinear", antialias=True, align_corners=False)


def _from_origin(canvas: Tensor, axis: int, length: int) -> Tensor:
    """`canvas` with `length` samples along `axis`, linear, the first where the first was."""
    have = canvas.shape[axis]
    places = torch.arange(length, dtype=torch.float64) * (have / length)
    low = places.floor().long().clamp(max=have - 1)
    share = (places - low).to(canvas.dtype).to(canvas.device)
    low = low.to(canvas.device)
    first = canvas.index_select(axis, low)
    second = canvas.index_select(axis, (low + 1).clamp(max=have - 1))
    return torch.lerp(first, second, share[:, None] if axis == -2 else share)


def _along(canvas: Tensor, axis: int, length: int, antialias: bool) -> Tensor:
    """`canvas` with `length` samples along `axis`, on which it closes to a ring."""
    have = canvas.shape[axis]
    if have == length:
        return canvas
    cubic = antialias and length > have
    stretch = max(1.0, have / length) if antialias else 1.0
    size = (length, canvas.shape[-1]) if axis == -2 else (canvas.shape[-2], length)
    mode = "bicubic" if cubic else "bilinear"
    scaled = F.interpolate(canvas, size=size, mode=mode, antialias=antialias and not cubic)

    # What is left are the samples whose neighbours lie beyond an edge.
    reach = 2.0 if cubic else stretch
    centres = (torch.arange(length, dtype=torch.float64) + 0.5) * (have / length) - 0.5
    outer = ((centres < reach) | (centres > have - 1 - reach)).nonzero()[:, 0]
    centres = centres[outer, None]
    places = (centres - reach).floor() + torch.arange(1, int(2 * reach) + 2)
    weights = _kernel((places - centres).abs() / stretch, cubic)
    weights = (weights / weights.sum(1, keepdim=True)).to(canvas.dtype).to(canvas.device)
    places = places.long().remainder(have).to(canvas.device)
    shape = (-1, 1) if axis == -2 else (-1,)
    mended = [
        canvas.index_select(axis, place) * weight.reshape(shape)
        for place, weight in zip(places.T, weights.T, strict=True)
    ]
    return scaled.index_copy_(axis, outer.to(canvas.device), torch.stack(mended).sum(0))


def _kernel(distance: Tensor, cubic: bool) -> Tensor:
    """Weights at distances from the centre: a triangle's, or those of bicubic interpolation.

    Keys, "Cubic convolution interpolation for digital image processing" (1981), equation 4.
    """
    if not cubic:
        return (1 - distance).clamp(min=0)
    near = ((_CUBIC + 2) * distance - (_CUBIC + 3)) * distance**2 + 1
    far = _CUBIC * (((distance - 5) * distance + 8) * distance - 4)
    return torch.where(distance < 1, near, torch.where(distance < 2, far, 0.0))


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
