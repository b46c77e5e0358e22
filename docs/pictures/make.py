"""Makes the pictures of README.md anew: `python docs/pictures/make.py` in the project's folder.

Each is one run of the command line on a photograph that comes with the project, as an artist could
make it; `python -m core dream --help` explains the settings. The sheets of presets and concepts are
what `python -m core gallery --sheets DIR` draws. The dialogs come from
`python -m tests.gimp.screenshots`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
COFFEE = ROOT / "core" / "sample.jpg"
CAT = ROOT / "docs" / "photographs" / "cat.jpg"
ASTRONAUT = ROOT / "docs" / "photographs" / "astronaut.jpg"
CONCEPTS = ("eye", "spiral", "scales", "flower", "owl", "flame")
PRESETS = (
    "coral-reef", "thunderstorm", "flower-meadow", "clockwork", "enchanted-forest", "menagerie",
)  # fmt: skip
TEXTURES = (
    [("--concept", name) for name in ("eye", "coral", "stained glass", "feather")],
    [("--concept", name) for name in ("shell", "galaxy")]
    + [("--preset", name) for name in ("flower-meadow", "fur")],
)
FRAMES = (1, 5, 20, 40, 60, 80, 90, 100)
GAP = 6


def dream(source: Path, *settings: str) -> Image.Image:
    """The dream of a picture file with settings as on the command line."""
    return made("dream", str(source), *settings)


def made(*words: str) -> Image.Image:
    """The picture that a command makes."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "made.png"
        command = [sys.executable, "-m", "core", *words, "-o", str(output), "--quiet"]
        subprocess.run(command, cwd=ROOT, check=True)
        return Image.open(output).convert("RGB").copy()


def textures() -> None:
    """Save textures, all of them tileable."""
    common = ("texture", "--size", "320x320", "--tileable", "--seed", "4")
    rows = [[made(*common, *flags) for flags in row] for row in TEXTURES]
    side_by_side(rows, "textures.jpg")


def larger(source: Path, width: int, folder: Path) -> Path:
    """A photograph at another width, as a file."""
    picture = Image.open(source).convert("RGB")
    size = (width, round(picture.height * width / picture.width))
    path = folder / f"{source.stem}.png"
    picture.resize(size, Image.Resampling.LANCZOS).save(path)
    return path


def side_by_side(rows: list[list[Image.Image]], name: str) -> None:
    """Save equal pictures as a table."""
    width, height = rows[0][0].size
    columns = len(rows[0])
    sheet = Image.new(
        "RGB",
        (columns * (width + GAP) - GAP, len(rows) * (height + GAP) - GAP),
        "white",
    )
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            sheet.paste(picture, (x * (width + GAP), y * (height + GAP)))
    sheet.save(HERE / name, quality=88)


def zoom(folder: Path) -> None:
    """Save some frames of docs/zoom.md, which are made in `folder` where they are missing."""
    command = [sys.executable, "-m", "core", "zoom", str(COFFEE), "-o", str(folder), "--quiet"]
    settings = ["--octaves", "3", "--iterations", "3", "--working-size", "320"]
    subprocess.run([*command, *settings], cwd=ROOT, check=True)
    frames = [Image.open(folder / f"frame-{number:05}.png") for number in FRAMES]
    side_by_side([frames[:4], frames[4:]], "zoom.jpg")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        coffee = larger(COFFEE, 720, folder)
        side_by_side([[Image.open(coffee), dream(coffee)]], "coffee.jpg")
        cat = larger(CAT, 480, folder)
        options = ("--octaves", "4", "--objective", "concept", "--concept")
        dreams = [dream(cat, *options, concept) for concept in CONCEPTS]
        side_by_side([dreams[:3], dreams[3:]], "concepts.jpg")
        dreams = [dream(cat, "--preset", preset) for preset in PRESETS]
        side_by_side([dreams[:3], dreams[3:]], "cat.jpg")
        astronaut = larger(ASTRONAUT, 480, folder)
        layers = [dream(astronaut, "--layers", layer) for layer in ("m3a", "m4a", "m5a")]
        side_by_side([layers], "layers.jpg")
        zoom(folder / "frames")
    textures()


if __name__ == "__main__":
    main()
