"""The scenes on disk: one pair of `.npy` files for each chunk, mapped into memory when read.

Chunk 0 is for validation; its sprites are never trained on.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from core.training.scenes import Bytes, Scene, make_chunk


def chunk_paths(folder: Path, number: int) -> tuple[Path, Path]:
    """The files of pixels and of labels."""
    return folder / f"pixels-{number:04}.npy", folder / f"labels-{number:04}.npy"


def write_chunk(folder: Path, seed: int, number: int) -> None:
    """Make a chunk, unless it is there. Labels come last: where they are, pixels are whole."""
    pixels_path, labels_path = chunk_paths(folder, number)
    if labels_path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    scene = make_chunk(seed, number)
    for path, values in ((pixels_path, scene.pixels), (labels_path, scene.labels)):
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            np.save(file, values)
        unfinished.replace(path)


class Bank:
    """The chunks that are there; `refresh` looks for new ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.chunks: list[Scene] = []
        self.refresh()

    def refresh(self) -> int:
        """Take up new chunks, in order without gaps; gives how many there are to train on."""
        while True:
            pixels_path, labels_path = chunk_paths(self.folder, len(self.chunks))
            if not labels_path.exists():
                return self.training_chunks
            self.chunks.append(
                Scene(np.load(pixels_path, mmap_mode="r"), np.load(labels_path, mmap_mode="r"))
            )

    @property
    def training_chunks(self) -> int:
        return max(0, len(self.chunks) - 1)

    def sample(self, rng: np.random.Generator, count: int) -> Scene:
        """`count` random training scenes."""
        pixels: list[Bytes] = []
        labels: list[Bytes] = []
        for _ in range(count):
            chunk = self.chunks[1 + rng.integers(self.training_chunks)]
            index = rng.integers(len(chunk.pixels))
            pixels.append(chunk.pixels[index])
            labels.append(chunk.labels[index])
        return Scene(np.stack(pixels), np.stack(labels))

    def sample_first(self, count: int) -> Bytes:
        """Pixels of `count` training scenes, the same ones each time."""
        chunks = self.chunks[1 : 1 + -(-count // 100)]
        share = -(-count // max(1, len(chunks)))
        return np.concatenate([chunk.pixels[:share] for chunk in chunks])[:count]

    def validation(self, count: int) -> Scene:
        """The first `count` scenes that are never trained on."""
        return Scene(self.chunks[0].pixels[:count], self.chunks[0].labels[:count])

    def digest(self) -> str:
        """SHA-256 over all scenes and labels, in order."""
        whole = hashlib.sha256()
        for chunk in self.chunks:
            whole.update(chunk.pixels.tobytes())
            whole.update(chunk.labels.tobytes())
        return whole.hexdigest()
