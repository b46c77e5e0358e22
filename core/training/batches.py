"""Scenes as training batches: cropped, flipped, recoloured, with targets for both heads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.training.motifs import MOTIFS
from core.training.scenes import SIDE, Bytes, Scene

CROP = 64
# The network's dense logits have one cell for each 8x8 pixels; a cell's label is its middle's.
CELL = 8
# A concept is in a crop if at least this many pixels are.
PRESENT = 60


class Batch(NamedTuple):
    """A batch.

    Attributes:
        canvas: (N, 3, CROP, CROP) in [0, 1], channels last.
        cells: (N, CROP / CELL, CROP / CELL) labels as in `scenes`.
        present: (N, concepts) 1 where the concept is in the crop, else 0.
    """

    canvas: Tensor
    cells: Tensor
    present: Tensor

    def to(self, device: torch.device) -> Batch:
        canvas = self.canvas.to(device).contiguous(memory_format=torch.channels_last)
        return Batch(canvas, self.cells.to(device), self.present.to(device))


def _crop(pixels: Bytes, labels: Bytes, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
    """A random crop of one scene, mirrored half the time, now and then upside down or lying."""
    top, left = rng.integers(0, SIDE - CROP + 1, 2)
    pixels = pixels[top : top + CROP, left : left + CROP]
    labels = labels[top : top + CROP, left : left + CROP]
    if rng.random() < 0.5:
        pixels, labels = pixels[:, ::-1], labels[:, ::-1]
    chance = rng.random()
    if chance < 0.12:
        pixels, labels = pixels[::-1], labels[::-1]
    elif chance < 0.24:
        pixels, labels = pixels.transpose(1, 0, 2), labels.T
    return pixels, labels


def _targets(pixels: Bytes, labels: Bytes) -> Batch:
    canvas = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
    cells = torch.from_numpy(labels[:, CELL // 2 :: CELL, CELL // 2 :: CELL].astype(np.int64))
    shares = [(labels == concept).sum((1, 2)) for concept in range(len(MOTIFS))]
    present = torch.from_numpy((np.stack(shares, 1) >= PRESENT).astype(np.float32))
    return Batch(canvas.contiguous(memory_format=torch.channels_last), cells, present)


def plain(scene: Scene) -> Batch:
    """The middles of scenes as they are, for validation."""
    edge = (SIDE - CROP) // 2
    middle = slice(edge, edge + CROP)
    return _targets(
        np.ascontiguousarray(scene.pixels[:, middle, middle]),
        np.ascontiguousarray(scene.labels[:, middle, middle]),
    )


def augmented(scene: Scene, rng: np.random.Generator) -> Batch:
    """Random crops of scenes in other colours; the same `rng` gives the same batch."""
    crops = [_crop(*pair, rng) for pair in zip(scene.pixels, scene.labels, strict=True)]
    batch = _targets(np.stack([crop[0] for crop in crops]), np.stack([crop[1] for crop in crops]))
    count = len(crops)
    contrast = torch.from_numpy(rng.uniform(0.6, 1.4, (count, 1, 1, 1)).astype(np.float32))
    shift = torch.from_numpy(rng.normal(0, 0.05, (count, 3, 1, 1)).astype(np.float32))
    canvas = (batch.canvas - 0.5) * contrast + 0.5 + shift
    # Colours mixed by a matrix: no concept may hang on a hue.
    matrix = np.eye(3) + 0.25 * rng.standard_normal((count, 3, 3))
    matrix /= np.maximum(matrix.sum(2, keepdims=True), 0.5)
    matrix[rng.random(count) > 0.3] = np.eye(3)
    canvas = torch.einsum("nij,njhw->nihw", torch.from_numpy(matrix.astype(np.float32)), canvas)
    grain = torch.from_numpy(rng.standard_normal(canvas.shape).astype(np.float32))
    canvas = (canvas + 0.02 * grain).clamp(0, 1)
    return batch._replace(canvas=canvas.contiguous(memory_format=torch.channels_last))
