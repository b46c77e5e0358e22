"""Samples of 8 bits, which large pictures keep, and floats, in which everything is reckoned.

A picture of 48 megapixels takes 144 MB in 8 bits and 576 as floats. So it stays as it came, and
becomes floats where it is used: whole where it shrinks at once, else a strip of rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

_STRIP_PIXELS = 1 << 20


def as_float(samples: Tensor) -> Tensor:
    """`samples` of 8 bits as float32 in [0, 1]; floats as they are, the very same."""
    return samples.to(torch.float32).div_(255) if samples.dtype == torch.uint8 else samples


def strips(samples: Tensor) -> Iterator[slice]:
    """Slices of the rows of `samples` (…, H, W), of about a million pixels each."""
    height, width = samples.shape[-2:]
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def add_samples(canvas: Tensor, samples: Tensor) -> Tensor:
    """`canvas` plus `samples` of its shape, in place."""
    if samples.dtype != torch.uint8:
        return canvas.add_(samples)
    for rows in strips(canvas):
        canvas[..., rows, :].add_(as_float(samples[..., rows, :]))
    return canvas


def subtract_samples(canvas: Tensor, samples: Tensor) -> Tensor:
    """`canvas` minus `samples` of its shape, in place."""
    for rows in strips(canvas):
        canvas[..., rows, :].sub_(as_float(samples[..., rows, :]))
    return canvas


def draw_towards(canvas: Tensor, samples: Tensor, share: float) -> None:
    """Take from `canvas`, in place, `share` of its distance from `samples`."""
    for rows in strips(canvas):
        canvas[..., rows, :].lerp_(as_float(samples[..., rows, :]), share)
