"""What can be written after `python -m core gallery`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def add_gallery(parser: argparse.ArgumentParser, network: Callable[[str], str]) -> None:
    """Let `parser` read the command; `network` returns the name of a network that there is."""
    parser.description = (
        "Make a thumbnail of every concept, recommended layer and preset. What is there\n"
        "already and would look the same is not made again."
    )
    parser.set_defaults(
        command="gallery", stopped="Stopped; the same command goes on where this one stopped."
    )
    parser.add_argument(
        "-o",
        "--output",
        dest="gallery",
        metavar="DIR",
        type=Path,
        help="default: the plug-in's own gallery",
    )
    parser.add_argument(
        "--photograph",
        metavar="FILE",
        type=Path,
        help="what is dreamed over: its middle square; default: the cup of coffee of core/",
    )
    parser.add_argument(
        "--size",
        metavar="N",
        type=_thumbnail_size,
        default=128,
        help="width and height of each thumbnail in pixels (16 to 512; default: 128)",
    )
    parser.add_argument(
        "--only", choices=("concepts", "layers", "presets"), help="make these alone"
    )
    parser.add_argument("--network", metavar="NAME", type=network, help="default: the built-in one")
    parser.add_argument(
        "--sheets", metavar="DIR", type=Path, help="also draw all thumbnails as captioned sheets"
    )
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="say nothing but errors and warnings"
    )


def _thumbnail_size(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 16 <= int(text[:9]) <= 512):
        raise argparse.ArgumentTypeError(f"“{text:.60}” is no whole number from 16 to 512")
    return int(text)
