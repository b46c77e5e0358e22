"""What `python -m core zoom` takes beside what every command that dreams takes."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from core.errors import SettingError

FLAGS = ("frames", "zoom", "rotation", "drift")


def add_zoom(parser: argparse.ArgumentParser) -> None:
    """Describe the command to `parser`, and add what is its own."""
    parser.description = (
        "Zoom into a dream: the first frame is the dream of IN, at the working size, and each one\n"
        "after it the last one, moved and dreamed over again. Frames are PNG files in DIR; those\n"
        "that are there stay, and the same command, with more frames too, makes what is missing."
    )
    parser.epilog = (
        "A full dream at every frame takes long and changes much: --octaves 3 --iterations 3 are\n"
        "often enough. FFmpeg makes a video of the frames, for example so:\n"
        "  ffmpeg -framerate 25 -i DIR/frame-%05d.png "
        '-vf "crop=trunc(iw/2)*2:trunc(ih/2)*2" -pix_fmt yuv420p zoom.mp4'
    )
    parser.set_defaults(
        command="zoom",
        stopped="Stopped; finished frames are kept, and the same command goes on from there.",
    )
    parser.add_argument(
        "-o", "--output", metavar="DIR", type=Path, required=True, help="the folder for the frames"
    )
    parser.add_argument(
        "--frames",
        type=_bounded("frames", int, 1, 99999),
        metavar="N",
        default=100,
        help="how many (default: 100)",
    )
    parser.add_argument(
        "--zoom",
        type=_bounded("zoom", float, 0.5, 2),
        metavar="X",
        default=1.05,
        help="how many times as large each frame shows what is on the last (0.5 to 2; default: "
        "1.05)",
    )
    parser.add_argument(
        "--rotation",
        type=_bounded("rotation", float, -180, 180),
        metavar="X",
        default=0.0,
        help="how far each frame turns, clockwise (-180 to 180, in degrees; default: 0)",
    )
    parser.add_argument(
        "--drift",
        type=_drift,
        metavar="X,Y",
        default=(0.0, 0.0),
        help="how far each frame moves to the right and down (in pixels; default: 0,0); to the "
        "left: --drift=-2,0",
    )


def _bounded(
    name: str, kind: type[int] | type[float], low: float, high: float
) -> Callable[[str], float]:
    """Reads a number in that range."""

    def read(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = math.nan
        if not low <= number <= high:
            what = "a whole number" if kind is int else "a number"
            raise SettingError(f"{name} must be {what} from {low:g} to {high:g}, not “{text:.40}”.")
        return number

    return read


def _drift(text: str) -> tuple[float, float]:
    try:
        across, down = (float(part) for part in text.split(","))
    except ValueError:
        across = down = math.nan
    if not (abs(across) <= 10000 and abs(down) <= 10000):
        raise SettingError(
            f"drift cannot be “{text:.40}”.", "Write two numbers of pixels, such as 2,-0.5."
        )
    return across, down
