"""The scenes on disk: three `.npy` files for each chunk.

They are mapped into memory when read; for a GPU they are copied to it once, whole.

Chunk 0 is for validation; its sprites are never trained on.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.training.scenes import Bytes, Scene, make_chunk


class Drawn(NamedTuple):
    """Scenes drawn from the bank: pixels (N, H, W, 3), labels and centres (N, H, W); uint8."""

    pixels: Tensor
    labels: Tensor
    centres: Tensor


def chunk_paths(folder: Path, number: int) -> tuple[Path, ...]:
    """The files of a chunk, in the order of a scene's parts."""
    return tuple(folder / f"{part}-{number:04}.npy" for part in Scene._fields)


def write_chunk(folder: Path, seed: int, number: int) -> None:
    """Make a chunk, unless it is there whole."""
    paths = chunk_paths(folder, number)
    if all(path.exists() for path in paths):
        return
    write_scenes(folder, number, make_chunk(seed, number))


def write_scenes(folder: Path, number: int, scenes: Scene) -> None:
    """Write scenes as a chunk of that number."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, values in zip(chunk_paths(folder, number), scenes, strict=True):
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            np.save(file, values)
        unfinished.replace(path)


class Bank:
    """The chunks that are there; `refresh` looks for new ones.

    Args:
        folder: of the chunks.
        device: where `sample` gives its scenes.
    """

    def __init__(self, folder: Path, device: torch.device | None = None) -> None:
        self.folder = folder
        self.device = device or torch.device("cpu")
        self.chunks: list[Scene] = []
        self._resident: Drawn | None = None
        self.refresh()

    def refresh(self) -> int:
        """Take up new chunks, in order without gaps; gives how many there are to train on."""
        before = len(self.chunks)
        while all(path.exists() for path in chunk_paths(self.folder, len(self.chunks))):
            paths = chunk_paths(self.folder, len(self.chunks))
            self.chunks.append(Scene(*(np.load(path, mmap_mode="r") for path in paths)))
        if self.device.type != "cpu" and len(self.chunks) > before:
            parts = [_tensors(chunk, self.device) for chunk in self.chunks[1:]]
            if parts:
                self._resident = Drawn(*(torch.cat(kind) for kind in zip(*parts, strict=True)))
        return self.training_chunks

    @property
    def training_chunks(self) -> int:
        return max(0, len(self.chunks) - 1)

    def sample(self, rng: np.random.Generator, count: int) -> Drawn:
        """`count` random training scenes; the same `rng` gives the same ones on every device."""
        ends = np.cumsum([len(chunk.pixels) for chunk in self.chunks[1:]])
        numbers = rng.integers(ends[-1], size=count)
        if self._resident is not None:
            chosen = torch.from_numpy(numbers).to(self.device)
            return Drawn(*(part[chosen] for part in self._resident))
        chunks = np.searchsorted(ends, numbers, side="right")
        scenes = [
            (self.chunks[1 + chunk], number - ends[chunk])
            for chunk, number in zip(chunks.tolist(), numbers.tolist(), strict=True)
        ]
        # A negative number counts from its chunk's end.
        rows = zip(*([part[number] for part in scene] for scene, number in scenes), strict=True)
        return _tensors(Scene(*(np.stack(row) for row in rows)), self.device)

    def sample_first(self, count: int) -> Bytes:
        """Pixels of `count` training scenes, the same ones each time."""
        chunks = self.chunks[1 : 1 + -(-count // 100)]
        share = -(-count // max(1, len(chunks)))
        return np.concatenate([chunk.pixels[:share] for chunk in chunks])[:count]

    def validation(self, count: int) -> Drawn:
        """The first `count` scenes that are never trained on."""
        first = Scene(*(part[:count] for part in self.chunks[0]))
        return _tensors(first, torch.device("cpu"))

    def digest(self) -> str:
        """SHA-256 over all scenes and their maps, in order."""
        whole = hashlib.sha256()
        for chunk in self.chunks:
            for part in chunk:
                whole.update(part.tobytes())
        return whole.hexdigest()


def _tensors(scene: Scene, device: torch.device) -> Drawn:
    # Copied: a mapped file is read-only, which PyTorch has no word for.
    return Drawn(*(torch.from_numpy(np.array(part)).to(device) for part in scene))
