"""Lightness and colour of a dream: what of them is the picture's, what the dream's.

Computed in OKLab, where lightness L (0 black, 1 white) and colour (a, b) are apart as they are to
the eye: Björn Ottosson, "A perceptual color space for image processing" (2020),
https://bottosson.github.io/posts/oklab/, whose two matrices are below. Pictures are (1, C, H, W)
in [0, 1], perceptual sRGB, C 1 (grey) or 3.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.resize import resize
from core.samples import as_float, strips
from core.settings import Settings

# Linear sRGB -> responses of the cones; their cube roots -> L, a, b.
_CONES = torch.tensor(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    dtype=torch.float64,
)
_LAB = torch.tensor(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    dtype=torch.float64,
)
# What rounding may put outside of [0, 1] in linear light, about half a step of 16 bits.
_ROUNDING = 2e-6
_BISECTIONS = 10
# How many patches the longer side has whose overall lightness is held.
_PATCHES = 12
_STRIP_PIXELS = 1 << 19


def changes_colour(settings: Settings, channels: int) -> bool:
    """Whether `recolour` would do anything to a picture of so many colour channels."""
    coloured = channels == 3 and (settings.colours == "keep" or settings.saturation != 1)
    return coloured or settings.hold_brightness


def brightness_lost(base: Tensor, dreamed: Tensor, wrap: bool = False) -> Tensor:
    """By how much OKLab's L of `dreamed` is too low, (1, 1, h, w): low frequencies alone.

    Args:
        base: the picture that was dreamed on, (1, 1 or 3, H, W), float32 or 8 bits.
        dreamed: its dream, of the same shape.
        wrap: whether opposite edges belong together.

    Returns:
        A coarse map with one sample per patch, the picture's longer side having twelve of them.
    """
    height, width = dreamed.shape[-2:]
    lost = dreamed.new_empty((1, 1, height, width))
    for rows in strips(dreamed):
        kept = to_oklab(as_float(base[..., rows, :]))[:, :1]
        lost[..., rows, :] = kept - to_oklab(dreamed[..., rows, :])[:, :1]
    shrink = min(1.0, _PATCHES / max(height, width))
    coarse = (max(1, round(height * shrink)), max(1, round(width * shrink)))
    return resize(lost, coarse, True, wrap)


def recolour(
    dreamed: Tensor, base: Tensor, settings: Settings, lost: Tensor | None, wrap: bool = False
) -> None:
    """Give `dreamed` the lightness and colours that `settings` want, in place.

    With `colours` "keep", a and b are those of `base`; `saturation` multiplies a and b; `lost` is
    added to L. Colours that sRGB does not have lose chroma until it has them, at the same lightness
    and hue. Works in strips of rows, so that a large picture takes little more memory.

    Args:
        dreamed: (1, 1 or 3, H, W).
        base: the picture that was dreamed on, of the same shape.
        settings: checked settings.
        lost: a map as from `brightness_lost`, where brightness is to be held.
        wrap: whether opposite edges belong together.
    """
    channels, height, width = dreamed.shape[-3:]
    if lost is not None:
        lost = resize(lost, (height, width), True, wrap)
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        strip = dreamed[..., top : top + rows, :]
        lab = to_oklab(strip)
        if channels == 3 and settings.colours == "keep":
            lab[:, 1:] = to_oklab(base[..., top : top + rows, :])[:, 1:]
        lab[:, 1:] *= settings.saturation
        if lost is not None:
            lab[:, :1] += lost[..., top : top + rows, :]
        strip.copy_(to_srgb(lab)[:, :channels])


def to_oklab(picture: Tensor) -> Tensor:
    """L, a, b as (1, 3, H, W) of a picture (1, 1 or 3, H, W)."""
    light = _to_linear(picture).expand(-1, 3, -1, -1)
    return _mixed(_LAB, _mixed(_CONES, light).clamp_(min=0).pow_(1 / 3))


def to_srgb(lab: Tensor) -> Tensor:
    """The picture (1, 3, H, W) in [0, 1] of L, a, b (1, 3, H, W).

    L is clipped to [0, 1]; chroma is reduced where sRGB has no such colour, found by bisection.
    """
    lab = torch.cat([lab[:, :1].clamp(0, 1), lab[:, 1:]], 1)
    light = _light(lab)
    outside = ((light < -_ROUNDING) | (light > 1 + _ROUNDING)).any(1)[0]
    if bool(outside.any()):
        light[:, :, outside] = _light(_within(lab[:, :, outside][..., None]))[..., 0]
    return _to_perceptual(light.clamp_(0, 1))


def _within(lab: Tensor) -> Tensor:
    """`lab` (1, 3, N, 1), with as much of its chroma as sRGB has at that lightness and hue."""
    lightness = lab[:, :1]
    # The cones' responses are the cubes of L + share * slope; so light is a cubic of the share.
    slope = _mixed(torch.linalg.inv(_LAB), torch.cat([torch.zeros_like(lightness), lab[:, 1:]], 1))
    cones = torch.linalg.inv(_CONES)
    third = _mixed(cones, slope**3)
    second = _mixed(cones, slope**2).mul_(3 * lightness)
    first = _mixed(cones, slope).mul_(3 * lightness**2)
    share = torch.zeros_like(lightness)
    for bisection in range(1, _BISECTIONS + 1):
        tried = share + 0.5**bisection
        light = ((third * tried + second) * tried + first) * tried + lightness**3
        fits = ((light >= -_ROUNDING) & (light <= 1 + _ROUNDING)).all(1, keepdim=True)
        share = torch.where(fits, tried, share)
    return torch.cat([lightness, lab[:, 1:] * share], 1)


def _light(lab: Tensor) -> Tensor:
    """Linear sRGB, which may leave [0, 1], of L, a, b."""
    roots = _mixed(torch.linalg.inv(_LAB), lab)
    return _mixed(torch.linalg.inv(_CONES), roots * roots * roots)


def _mixed(matrix: Tensor, planes: Tensor) -> Tensor:
    """`planes` (1, 3, H, W) as mixed by each row of `matrix` (3, 3)."""
    return torch.einsum("ij,njhw->nihw", matrix.to(planes.dtype).to(planes.device), planes)


def _to_linear(picture: Tensor) -> Tensor:
    """Out of sRGB's curve (IEC 61966-2-1)."""
    return torch.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055).pow(2.4))


def _to_perceptual(light: Tensor) -> Tensor:
    """Into sRGB's curve."""
    bent = light.clamp(min=0.0031308).pow(1 / 2.4).mul_(1.055).sub_(0.055)
    return torch.where(light <= 0.0031308, light * 12.92, bent)
