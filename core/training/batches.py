"""Scenes as training batches: cropped, flipped, recoloured, with targets for both heads.

Everything that is decided by chance, the grain excepted, is drawn on the CPU, so that the same seed
gives the same batch on every device.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.training.bank import Drawn
from core.training.motifs import MOTIFS
from core.training.scenes import SIDE

CROP = 80
# The network's dense logits have one cell for each 8x8 pixels; a cell's label is its middle's.
CELL = 8
# A concept is in a crop if at least this many pixels are.
PRESENT = 60
# How often a crop is turned upside down, and how often it is laid on its side.
INVERTED, LYING = 0.12, 0.12
GRAIN = 0.02


class Batch(NamedTuple):
    """A batch.

    Attributes:
        canvas: (N, 3, CROP, CROP) in [0, 1], channels last.
        cells: (N, CROP / CELL, CROP / CELL) labels as in `scenes`.
        centres: the same of middles.
        present: (N, concepts) 1 where the concept is in the crop, else 0.
    """

    canvas: Tensor
    cells: Tensor
    centres: Tensor
    present: Tensor


def plain(scenes: Drawn) -> Batch:
    """The middles of scenes as they are, for validation."""
    edge = (SIDE - CROP) // 2
    middle = slice(edge, edge + CROP)
    return _targets(Drawn(*(part[:, middle, middle] for part in scenes)))


def augmented(scenes: Drawn, rng: np.random.Generator) -> Batch:
    """Random crops of scenes in other colours; the same `rng` gives the same batch."""
    batch = _targets(_cropped(scenes, rng))
    count, device = len(batch.canvas), batch.canvas.device

    def uploaded(values: NDArray[np.float64]) -> Tensor:
        return torch.from_numpy(values.astype(np.float32)).to(device)

    contrast = uploaded(rng.uniform(0.6, 1.4, (count, 1, 1, 1)))
    shift = uploaded(rng.normal(0, 0.05, (count, 3, 1, 1)))
    canvas = (batch.canvas - 0.5) * contrast + 0.5 + shift
    # Colours mixed by a matrix: no concept may hang on a hue.
    matrix = np.eye(3) + 0.25 * rng.standard_normal((count, 3, 3))
    matrix /= np.maximum(matrix.sum(2, keepdims=True), 0.5)
    matrix[rng.random(count) > 0.3] = np.eye(3)
    canvas = torch.einsum("nij,njhw->nihw", uploaded(matrix), canvas)
    # Millions of numbers: drawn where they are needed.
    generator = torch.Generator(device).manual_seed(int(rng.integers(2**62)))
    grain = torch.randn(canvas.shape, generator=generator, device=device)
    canvas = (canvas + GRAIN * grain).clamp(0, 1)
    return batch._replace(canvas=canvas.contiguous(memory_format=torch.channels_last))


def _cropped(scenes: Drawn, rng: np.random.Generator) -> Drawn:
    """A random crop of each scene, mirrored half the time, now and then upside down or lying."""
    count = len(scenes.pixels)
    top, left = rng.integers(0, SIDE - CROP + 1, (2, count, 1))
    line = np.arange(CROP)
    mirrored = rng.random((count, 1)) < 0.5
    chance = rng.random((count, 1))
    inverted = chance < INVERTED
    lying = (chance >= INVERTED) & (chance < INVERTED + LYING)
    down = top + np.where(inverted, line[::-1], line)
    across = left + np.where(mirrored, line[::-1], line)
    y, x = down[:, :, None], across[:, None, :]
    lying, corner = lying[..., None], (top - left)[..., None]
    y, x = np.where(lying, x + corner, y), np.where(lying, y - corner, x)
    device = scenes.pixels.device
    each = torch.arange(count, device=device)[:, None, None]
    rows, columns = torch.from_numpy(y).to(device), torch.from_numpy(x).to(device)
    return Drawn(*(part[each, rows, columns] for part in scenes))


def _targets(scenes: Drawn) -> Batch:
    canvas = scenes.pixels.permute(0, 3, 1, 2).float() / 255
    middles = slice(CELL // 2, None, CELL)
    cells, centres = (part[:, middles, middles].long() for part in scenes[1:])
    flat = scenes.labels.flatten(1).long()
    # One place for each value that a byte can have; the motifs' come first.
    counts = torch.zeros(len(flat), 256, device=flat.device)
    counts.scatter_add_(1, flat, torch.ones_like(flat, dtype=counts.dtype))
    present = (counts[:, : len(MOTIFS)] >= PRESENT).float()
    return Batch(canvas.contiguous(memory_format=torch.channels_last), cells, centres, present)
