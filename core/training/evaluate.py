"""Figures that go with good dreams, and some that do not.

Accuracy says whether a network sees; it does not say how it dreams. What has gone with clean, bold
dreams: little energy in the fine half of the input gradient's spectrum.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.networks.base import Network
from core.networks.built_in import BuiltInModule
from core.objectives import make_objective
from core.settings import Settings
from core.training.bank import Drawn
from core.training.batches import plain
from core.training.scenes import BACKGROUND, IGNORED, cloud


class Recognition(NamedTuple):
    """Share of cells named rightly: all of them, and those of motifs only."""

    cells: float
    motifs: float


@torch.no_grad()
def recognition(module: BuiltInModule, scenes: Drawn) -> Recognition:
    """How well the network names validation scenes, the background being one more name."""
    batch = plain(scenes)
    right = total = motifs_right = motifs = 0
    for start in range(0, len(batch.canvas), 100):
        part = slice(start, start + 100)
        logits = module.outputs(batch.canvas[part], ("concepts",))["concepts"]
        named, cells = logits.argmax(1), batch.cells[part]
        counted, motif = cells != IGNORED, cells < BACKGROUND
        hit = named == cells
        right += int((hit & counted).sum())
        total += int(counted.sum())
        motifs_right += int((hit & motif).sum())
        motifs += int(motif.sum())
    return Recognition(right / total, motifs_right / motifs)


def fine_share(network: Network, settings: Settings, pictures: list[Tensor]) -> float:
    """Share of the input gradient's energy above half the Nyquist frequency; mean over pictures.

    Pictures are (1, 3, H, W). Keep it under 0.17; standard training gives about 0.34.
    """
    objective = make_objective(network, settings)
    shares = []
    for picture in pictures:
        canvas = picture.clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(objective(canvas), canvas)
        height, width = canvas.shape[-2:]
        energy = np.square(np.abs(np.fft.fft2(gradient[0].numpy()))).sum(0)
        frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None])
        shares.append(energy[frequency > 0.25].sum() / energy.sum())
    return float(np.mean(shares))


def noise_picture(seed: int, side: int = 160) -> Tensor:
    """(1, 3, side, side): grey with soft clouds, for dreams that start from nothing."""
    rng = np.random.default_rng(seed)
    tile = np.stack([0.1 * cloud(rng, 1.3) + 0.05 * cloud(rng, 1.3) for _ in range(3)])
    shared = 0.1 * cloud(rng, 1.3)
    values = torch.from_numpy(np.clip(0.5 + tile + shared, 0, 1).astype(np.float32))
    return torch.nn.functional.interpolate(values[None], (side, side), mode="bicubic").clamp(0, 1)
