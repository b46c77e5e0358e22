"""Zooming into a dream: each frame is the last one, moved and dreamed over again.

What a dream does to lightness and colour it does again at every frame, and a hundred times a little
is a lot. So each frame gets back the overall lightness, contrast and colours of the first one.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.canvas import Dream, as_seen, dream_picture
from core.colour import to_oklab, to_srgb
from core.networks.base import Network
from core.progress import OnProgress, ignore
from core.settings import Settings
from core.tileable import wrapped

_LARGEST_SEED = 2**31 - 1
# As many pixels beyond its edges as bicubic interpolation may look at.
_REACH = 2


class Motion(NamedTuple):
    """How the picture moves from one frame to the next.

    `zoom` is a factor about the middle, `rotation` in degrees clockwise, `drift` in pixels to the
    right and down.
    """

    zoom: float = 1.05
    rotation: float = 0.0
    drift: tuple[float, float] = (0.0, 0.0)


class Look(NamedTuple):
    """Mean and standard deviation of OKLab's L, a and b over a picture, each (1, 3, 1, 1)."""

    mean: Tensor
    deviation: Tensor


def first_frame(
    pixels: NDArray[np.float32],
    settings: Settings,
    network: Network,
    on_progress: OnProgress = ignore,
    guide: NDArray[Any] | None = None,
) -> Dream:
    """The dream of a picture (H, W, C) float32, without its alpha, at the working size.

    `guide` is as for `dream_picture`, here and for the frames that follow.
    """
    seen = as_seen(pixels, settings.working_size)
    at_once = replace(settings, working_size=0)
    return dream_picture(seen, at_once, network, on_progress, guide=guide)


def next_frame(
    number: int,
    previous: NDArray[np.float32],
    look: Look,
    motion: Motion,
    settings: Settings,
    network: Network,
    on_progress: OnProgress = ignore,
    guide: NDArray[Any] | None = None,
) -> Dream:
    """The frame `number`, counted from 1, after `previous`.

    Args:
        previous: (H, W, 1 or 3) in [0, 1].
        look: the first frame's; this one is given it.
        settings: as for the first frame. Each frame has a seed of its own, and dreams on what the
            one before shows, whatever `start` is.
    """
    seed = (settings.seed + number - 1) % (_LARGEST_SEED + 1)
    settings = replace(settings, seed=seed, start="picture", working_size=0)
    base = _pixels(moved(_planes(previous), motion, settings.tileable))
    dreamed = dream_picture(base, settings, network, on_progress, guide=guide)
    return replace(dreamed, pixels=_pixels(with_look(_planes(dreamed.pixels), look)))


def moved(picture: Tensor, motion: Motion, wrap: bool) -> Tensor:
    """`picture` (1, C, H, W) in [0, 1], moved once; bicubic.

    What comes in from beyond its edges is mirrored, or, with `wrap`, from the opposite edge.
    """
    height, width = picture.shape[-2:]
    turn = math.radians(motion.rotation)
    cosine, sine = math.cos(turn) / motion.zoom, math.sin(turn) / motion.zoom
    down = torch.arange(height, dtype=torch.float64)[:, None] - (height - 1) / 2 - motion.drift[1]
    right = torch.arange(width, dtype=torch.float64)[None] - (width - 1) / 2 - motion.drift[0]
    column = cosine * right + sine * down + (width - 1) / 2
    row = cosine * down - sine * right + (height - 1) / 2
    if wrap:
        picture = wrapped(picture, _REACH)
        column, row = column.remainder(width) + _REACH, row.remainder(height) + _REACH
        height, width = height + 2 * _REACH, width + 2 * _REACH
    # -1 and 1 are the outer edges of the outermost pixels.
    grid = torch.stack([(2 * column + 1) / width - 1, (2 * row + 1) / height - 1], -1)[None]
    sampled = F.grid_sample(
        picture, grid.float(), mode="bicubic", padding_mode="reflection", align_corners=False
    )
    return sampled.clamp_(0, 1)


def look_of(pixels: NDArray[np.float32]) -> Look:
    """The look of a frame (H, W, 1 or 3) in [0, 1]."""
    lab = to_oklab(_planes(pixels)).double()
    mean = lab.mean((-2, -1), keepdim=True)
    deviation = lab.std((-2, -1), correction=0, keepdim=True)
    return Look(mean.float(), deviation.float())


def with_look(picture: Tensor, look: Look) -> Tensor:
    """`picture` (1, 1 or 3, H, W) in [0, 1] with that look.

    Matches mean and deviation channel by channel, as Reinhard et al., "Color transfer between
    images" (2001), here in OKLab. A channel without any contrast keeps to its mean.
    """
    lab = to_oklab(picture)
    has = look_of(_pixels(picture))
    gain = torch.where(has.deviation > 0, look.deviation / has.deviation, 1.0)
    return to_srgb((lab - has.mean) * gain + look.mean)[:, : picture.shape[1]]


def _planes(pixels: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous()


def _pixels(planes: Tensor) -> NDArray[np.float32]:
    return planes[0].permute(1, 2, 0).contiguous().numpy()
