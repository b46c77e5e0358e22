"""Contact sheets of motifs, scenes and dreams; the shipped weights are chosen by them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from core.dream import dream
from core.networks.base import Network
from core.settings import Settings
from core.training.motifs import MOTIFS
from core.training.scenes import Bytes, Scene
from core.training.verdict import Verdict

GREY = 0.5


def motif_sheet(seed: int, columns: int = 10) -> Image.Image:
    """A row of random examples of every motif, on grey."""
    rng = np.random.default_rng(seed)
    tiles: list[Bytes] = []
    names: list[str] = []
    for motif in MOTIFS:
        for column in range(columns):
            sprite = motif.draw(rng)
            cover = sprite.alpha[..., None]
            tiles.append(_bytes(sprite.rgb * cover + GREY * (1 - cover)))
            names.append(motif.name if column == 0 else "")
    return tiled(tiles, names, columns)


def scene_sheet(scene: Scene, columns: int = 12) -> Image.Image:
    """Scenes, and below each its maps in arbitrary colours (background black, ignored grey)."""
    colours = np.random.default_rng(0).integers(60, 256, (256, 3)).astype(np.uint8)
    colours[len(MOTIFS)] = 0
    colours[255] = 128
    tiles = [
        np.concatenate([pixels, *(colours[part] for part in maps)])
        for pixels, *maps in zip(*scene, strict=True)
    ]
    return tiled(tiles, [""] * len(tiles), columns)


def layer_sheet(network: Network, pictures: list[Tensor], layers: tuple[str, ...]) -> Image.Image:
    """Each picture dreamed by default settings: each layer, and last whatever is there."""
    tiles, names = [], []
    wanted = {layer: Settings(layers=layer) for layer in layers}
    wanted["whatever is there"] = Settings(objective="relative")
    for picture in pictures:
        for name, settings in wanted.items():
            canvas = dream(picture, settings, network).canvas
            tiles.append(_bytes(canvas[0].permute(1, 2, 0).numpy()))
            names.append(name)
    return tiled(tiles, names, len(wanted))


def concept_sheets(verdict: Verdict, captions: bool = True) -> dict[str, Image.Image]:
    """Every concept's dreams as `verdict` has them: from noise, and on each photograph."""
    names = [name if captions else "" for name in verdict.dreams]
    sheets = {"noise": [dreams.noise for dreams in verdict.dreams.values()]}
    for number in range(len(next(iter(verdict.dreams.values())).photographs)):
        tiles = [dreams.photographs[number] for dreams in verdict.dreams.values()]
        sheets[f"photograph-{number + 1}"] = tiles
    return {name: tiled(tiles, names, 8) for name, tiles in sheets.items()}


def read(path: Path, side: int) -> Tensor:
    """The middle square of a picture file, `side` pixels wide, as (1, 3, side, side)."""
    with Image.open(path) as image:
        rgb = image.convert("RGB")
        edge = min(rgb.size)
        left, top = (rgb.width - edge) // 2, (rgb.height - edge) // 2
        square = rgb.resize(
            (side, side), Image.Resampling.LANCZOS, (left, top, left + edge, top + edge)
        )
    return torch.from_numpy(np.asarray(square, np.float32) / 255).permute(2, 0, 1)[None]


def tiled(tiles: list[Bytes], names: list[str], columns: int) -> Image.Image:
    """Tiles of one size in rows, each with its name in the corner."""
    height, width = tiles[0].shape[:2]
    sheet = Image.new("RGB", (columns * width, -(-len(tiles) // columns) * height))
    draw = ImageDraw.Draw(sheet)
    for index, (tile, name) in enumerate(zip(tiles, names, strict=True)):
        corner = (index % columns * width, index // columns * height)
        sheet.paste(Image.fromarray(tile), corner)
        if name:
            place = (corner[0] + 3, corner[1] + 1)
            draw.text(place, name, "white", stroke_width=1, stroke_fill="black")
    return sheet


def _bytes(values: NDArray[np.floating]) -> Bytes:
    return (np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8)
