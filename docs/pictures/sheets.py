"""Makes the contact sheets of docs/objectives.md and docs/priors.md anew.

`python docs/pictures/sheets.py` in the project's folder, some minutes on two processors: one small
dream of the built-in network for each objective, each prior over a photograph, and each prior from
noise. What stands under a picture is its setting, as on the command line, in short.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

# As `python -m core` does: threads that wait for each other shall sleep soon, not spin.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from core.canvas import dream_picture  # noqa: E402
from core.networks.base import Network  # noqa: E402
from core.networks.registry import load_network  # noqa: E402
from core.pictures.grid import captioned_grid  # noqa: E402
from core.settings import parse  # noqa: E402

HERE = Path(__file__).parent
PHOTOGRAPHS = ROOT / "docs" / "photographs"
COLUMNS, TILE = 5, (225, 150)
# Dreams are made larger and shown smaller, so that things are seen whole.
DREAMED = (378, 252)
QUALITY = 72

OF_EYES = {"objective": "concept", "concept": "eye"}
FROM_NOISE = {"start": "noise", "pull": 0.0, "iterations": 20}


class Tile(NamedTuple):
    """One dream: what stands under it, and its settings."""

    caption: str
    settings: dict[str, object]


OBJECTIVES = (
    Tile("layer m3a", {"layers": "m3a"}),
    Tile("layer m4c", {}),
    Tile("layer m4c/pre", {"layers": "m4c/pre"}),
    Tile("m3a; m4b; m4c", {"layers": "m3a; m3a; m4b; m4b; m4c"}),
    Tile("norm m5a, Adam", {"objective": "norm", "layers": "m5a", "optimiser": "adam"}),
    Tile("mean m5a", {"objective": "mean", "layers": "m5a"}),
    Tile("channel m4c 12", {"objective": "channel", "layers": "m4c/pre", "channels": "12"}),
    Tile("channel m5a 3:-1", {"objective": "channel", "layers": "m5a/pre", "channels": "3:-1"}),
    Tile("neuron m5a 20", {"objective": "neuron", "layers": "m5a/pre", "channels": "20"}),
    Tile("concept eye", OF_EYES),
    Tile("eye, window 0", {**OF_EYES, "window": 0}),
    Tile("concept eye, owl", {"objective": "concept", "concept": "eye, owl"}),
    Tile("concept flower", {"objective": "concept", "concept": "flower"}),
    Tile("probability of eye", {"objective": "probability", "concept": "eye"}),
    Tile("relative", {"objective": "relative"}),
    Tile("relative m4b", {"objective": "relative", "layers": "m4b"}),
    Tile("guide: the coffee", {"objective": "guide", "layers": "m4c"}),
    Tile("relative + m4b", {"mix": "relative + 0.7 layer m4b"}),
    Tile("m5a - 0.5 m3a", {"mix": "layer m5a - 0.5 layer m3a"}),
    Tile("m4c - 0.7 eye", {"mix": "layer m4c - 0.7 concept eye"}),
)
PRIORS = (
    Tile("none of them", {"jitter": 0, "pull": 0.0, "gradient-normalisation": "mean-abs"}),
    Tile("as it comes", {}),
    Tile("jitter 0", {"jitter": 0}),
    Tile("scale, rotation", {"random-scale": 0.15, "random-rotation": 20.0}),
    Tile("smoothing 0.5", {"smoothing": 0.5}),
    Tile("Laplacian 4", {"laplacian-levels": 4, "step-size": 1.6}),
    Tile("variation 0.4", {"total-variation": 0.4}),
    Tile("decay 0.02", {"decay": 0.02}),
    Tile("pull 0", {"pull": 0.0}),
    Tile("pull 0.15", {"pull": 0.15}),
    Tile("blur-every 4", {"blur-every": 4, "blur-sigma": 0.8}),
    Tile("border 3", {"border": 3}),
    Tile("Adam", {"optimiser": "adam"}),
    Tile("decorrelate", {"decorrelate": True}),
    Tile("start blurred", {"start": "blurred", "start-blur": 8.0}),
    Tile("details none", {"details": "none", "pull": 0.0}),
    Tile("details source", {"details": "source", "pull": 0.0}),
    Tile("high-band details", {"details": "high-band", "pull": 0.0}),
    Tile("smallest-side 150", {"smallest-side": 150}),
    Tile("colours keep", {"colours": "keep"}),
)
NOISE = (
    Tile("none of them", {"jitter": 0, "octaves": 1, "iterations": 60}),
    Tile("jitter 16", {"octaves": 1, "iterations": 60}),
    Tile("octaves", {}),
    Tile("scale, rotation", {"random-scale": 0.1, "random-rotation": 10.0}),
    Tile("smoothing 0.5", {"smoothing": 0.5}),
    Tile("Laplacian 4", {"laplacian-levels": 4}),
    Tile("variation 0.5", {"total-variation": 0.5}),
    Tile("decay 0.03", {"decay": 0.03}),
    Tile("blur-every 4", {"blur-every": 4, "blur-sigma": 1.0}),
    Tile(
        "Fourier, Adam",
        {"parameterisation": "fourier", "decorrelate": True, "optimiser": "adam"},
    ),
)


def main() -> None:
    network = load_network("built-in", torch.device("cpu"), torch.float32)
    cat = pixels(PHOTOGRAPHS / "cat.jpg")
    coffee = pixels(ROOT / "core" / "sample.jpg")
    sheet("objectives", OBJECTIVES, {}, network, cat, coffee)
    sheet("priors", PRIORS, OF_EYES, network, cat, None)
    sheet("noise", NOISE, {**OF_EYES, **FROM_NOISE}, network, cat, None)


def pixels(path: Path) -> NDArray[np.uint8]:
    """A photograph at the size at which it is dreamed on, (H, W, 3)."""
    picture = Image.open(path).convert("RGB")
    return np.asarray(picture.resize(DREAMED, Image.Resampling.LANCZOS))


def sheet(
    name: str,
    tiles: tuple[Tile, ...],
    common: dict[str, object],
    network: Network,
    picture: NDArray[np.uint8],
    guide: NDArray[np.uint8] | None,
) -> None:
    """Dream all tiles, the settings in `common` beside their own, and save them as NAME.jpg."""
    made = []
    for tile in tiles:
        settings = parse({**common, **tile.settings})
        dreamed = dream_picture(picture, settings, network, guide=guide)
        made.append(Image.fromarray(dreamed.pixels).resize(TILE, Image.Resampling.LANCZOS))
        print(f"{name}: {tile.caption}", flush=True)
    grid = captioned_grid(made, [tile.caption for tile in tiles], COLUMNS)
    grid.save(HERE / f"{name}.jpg", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main()
