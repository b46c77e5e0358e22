"""Pictures that continue from each edge at the opposite one, so that copies laid side by side fit.

A dream stays tileable because everything that looks at neighbours wraps around: resizing
(`core.resize`), the network (`wrapped`), the shifts before each step. What is missing is a source
that fits itself, and `step_between_edges` is what has to be taken from any picture to have one.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

# An edge is judged in so many pieces, so that a loud one does not drown a quiet one.
_PIECES = 16
# Edges fit where the step across them is not much above those between the steepest lines inside.
_STEEPEST = 0.98
_SLACK = 1.5


def step_between_edges(picture: Tensor) -> Tensor | None:
    """What has to be subtracted from `picture` (1, C, H, W) so that opposite edges meet.

    The step from one edge to the other is split in half and fades inwards: the coarse part of it
    reaches far, the fine part dies off within its own wavelength. That is the smooth component of
    Moisan, "Periodic plus smooth image decomposition" (2011), here for each pair of edges alone,
    and faded to nothing at the middle of the picture, which so keeps its own colours.

    Returns:
        (1, C, H, W), or None where the edges fit already, as a seamless texture's do.
    """
    step = None
    for axis in (-2, -1):
        if picture.shape[axis] > 1 and not edges_fit(picture, axis):
            smooth = _smooth_component(picture, axis)
            step = smooth if step is None else step.add_(smooth)
    return step


def edges_fit(picture: Tensor, axis: int) -> bool:
    """Whether `picture` (1, C, H, W) goes on beyond the end of `axis` (-2 or -1) at its start.

    In each piece of the edge the mean step across it is held against the mean steps between the
    lines beside it, inwards through the whole picture.
    """
    grey = picture.mean(1)[0].movedim(axis, 0)
    lines, length = grey.shape
    pieces = min(_PIECES, length)
    inside = F.adaptive_avg_pool2d(grey.diff(dim=0).abs()[None], (lines - 1, pieces))[0]
    across = F.adaptive_avg_pool1d((grey[0] - grey[-1]).abs()[None], pieces)[0]
    steepest = inside.sort(0).values[math.ceil(_STEEPEST * (lines - 2))]
    return bool((across <= _SLACK * steepest).all())


def wrapped(canvas: Tensor, margin: int) -> Tensor:
    """`canvas` (N, C, H, W) with `margin` pixels more on all sides, as often round as it takes."""
    for axis in (-2, -1):
        have = canvas.shape[axis]
        place = torch.arange(-margin, have + margin, device=canvas.device) % have
        canvas = canvas.index_select(axis, place)
    return canvas


def _smooth_component(picture: Tensor, axis: int) -> Tensor:
    """Half the step across the ends of `axis` at either end, fading towards the middle.

    For each frequency along the edge, Moisan's difference equation leaves a hyperbolic sine across
    it: s[x] = j sinh(t (x - c)) / (sinh(t c) + sinh(t (c + 1))), where j is the step, c the middle
    and 2 cosh(t) = 4 - 2 cos(frequency).
    """
    across = picture.movedim(axis, -1)
    length, lines = across.shape[-2:]
    step = across[..., -1] - across[..., 0]
    frequency = torch.arange(length // 2 + 1, dtype=torch.float64) * (2 * math.pi / length)
    # So near to the limit at frequency 0, a straight line, that nothing is divided by 0.
    rate = torch.acosh(2 - torch.cos(frequency)).clamp(min=1e-6 / lines)[:, None]
    place = torch.arange(lines, dtype=torch.float64)
    profile = torch.exp(-rate * (lines - place)) - torch.exp(-rate * (place + 1))
    profile /= (1 + torch.exp(-rate)) * -torch.expm1(-rate * lines)
    profile *= torch.cos(math.pi * (place + 0.5) / lines) ** 2
    profile = profile.float()
    smooth = torch.empty_like(across)
    # One channel after the other: the spectra are as large as the picture.
    for channel in range(across.shape[1]):
        spectrum = torch.fft.rfft(step[0, channel])[:, None] * profile
        smooth[0, channel] = torch.fft.irfft(spectrum, n=length, dim=0)
    return smooth.movedim(-1, axis).contiguous()
