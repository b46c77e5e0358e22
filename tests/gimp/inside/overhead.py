"""The time of dreams that are next to nothing; run inside GIMP."""

import json
import time

import pictures
from gi.repository import Gimp

NOTHING = {"octaves": 1, "iterations": 1, "working_size": 64}
RUNS = 3


def run(report, sizes):
    """Write the least seconds for an RGBA float layer of each of `sizes` to the file `report`."""
    times = []
    for width, height in sizes:
        least = float("inf")
        for _ in range(RUNS):
            image = Gimp.Image.new_with_precision(
                width, height, Gimp.ImageBaseType.RGB, Gimp.Precision.FLOAT_NON_LINEAR
            )
            layer = Gimp.Layer.new(
                image,
                "Photo",
                width,
                height,
                Gimp.ImageType.RGBA_IMAGE,
                100.0,
                Gimp.LayerMode.NORMAL,
            )
            image.insert_layer(layer, None, 0)
            _paint(layer, width, height)
            begun = time.perf_counter()
            status, message = pictures.dream(image, [layer], **NOTHING)
            least = min(least, time.perf_counter() - begun)
            if status != "success":
                raise RuntimeError(message)
            image.delete()
        times.append(least)
    with open(report, "w") as stream:
        json.dump(times, stream)


def _paint(layer, width, height):
    """A gradient from corner to corner, opaque."""
    row = bytes(
        value for x in range(width) for value in (x * 255 // width, x % 200, 255 - x % 256, 255)
    )
    pictures.write(layer, row * height, "R'G'B'A u8")
