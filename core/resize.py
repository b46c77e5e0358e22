"""Canvases at other sizes: two ways of scaling, small copies, padding up to a minimum."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

# The constant of Keys's bicubic kernel, as `F.interpolate` has it.
_CUBIC = -0.75
_STRIP_SAMPLES = 1 << 20


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
        return _between_samples(canvas, size, alignment)
    grows = size[0] * size[1] > canvas.shape[-2] * canvas.shape[-1]
    if grows:
        return F.interpolate(canvas, size=size, mode="bicubic", align_corners=False)
    return F.interpolate(canvas, size=size, mode="bilinear", antialias=True, align_corners=False)


def _between_samples(canvas: Tensor, size: tuple[int, int], alignment: str) -> Tensor:
    """`canvas` at `size`, linear between samples that lie as `alignment` says.

    In float64, because float32 loses the sixth digit of sample positions, and a dream multiplies
    such differences; Apple's GPUs have no float64. A strip of rows at a time: twice the bytes of a
    large canvas are a lot.
    """
    kind = torch.float32 if canvas.device.type == "mps" else torch.float64
    rows, row_shares = _places(canvas.shape[-2], size[0], alignment, kind, canvas.device)
    columns, column_shares = _places(canvas.shape[-1], size[1], alignment, kind, canvas.device)
    scaled = canvas.new_empty((*canvas.shape[:2], *size))
    step = max(1, _STRIP_SAMPLES // max(size[1], canvas.shape[-1]))
    for top in range(0, size[0], step):
        wanted = slice(top, top + step)
        first, share = rows[wanted], row_shares[wanted, None]
        last = (first + 1).clamp(max=canvas.shape[-2] - 1)
        above, below = (canvas.index_select(-2, place).to(kind) for place in (first, last))
        strip = above.lerp_(below, share.expand_as(above))
        after = (columns + 1).clamp(max=canvas.shape[-1] - 1)
        left, right = (strip.index_select(-1, place) for place in (columns, after))
        scaled[..., wanted, :] = left.lerp_(right, column_shares.expand_as(left))
    return scaled


def _places(
    have: int, wanted: int, alignment: str, kind: torch.dtype, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Of each of `wanted` places the sample before it, out of `have`, and how far it is from it."""
    numbers = torch.arange(wanted, dtype=torch.float64)
    if alignment == "corners":
        place = numbers * ((have - 1) / max(1, wanted - 1))
    elif alignment == "centres":
        place = (numbers + 0.5) * (have / wanted) - 0.5
    else:
        place = numbers * (have / wanted)
    place = place.clamp(0, have - 1)
    first = place.floor().clamp(max=max(0, have - 2))
    return first.long().to(device), (place - first).to(kind).to(device)


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


def reduced(canvas: Tensor, longest: int) -> Tensor:
    """`canvas` (N, C, H, W) with its longer side at most `longest` pixels, by averaging areas."""
    height, width = canvas.shape[-2:]
    if max(height, width) <= longest:
        return canvas
    shrink = longest / max(height, width)
    size = (max(1, round(height * shrink)), max(1, round(width * shrink)))
    return F.adaptive_avg_pool2d(canvas, size)


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
