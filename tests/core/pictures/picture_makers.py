"""Picture files for tests, most made byte by byte: what reads them is not tested against itself."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

_PNG_COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}
_TIFF_TYPES = {2: 1, 3: 2, 4: 4, 5: 8, 7: 1}


def gradient(channels: int, kind: type = np.uint16, height: int = 48, width: int = 64) -> Any:
    """(H, W, channels), every sample different from its neighbours, from 0 to full scale."""
    if kind is np.float32:
        return np.linspace(-0.25, 1.75, height * width * channels, dtype=np.float32).reshape(
            height, width, channels
        )
    full = np.iinfo(kind).max
    ramp = np.linspace(0, full, height * width * channels)
    return np.rint(ramp).astype(kind).reshape(height, width, channels)


def png(samples: NDArray[Any], chunks: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
    """An 8- or 16-bit PNG of (H, W, 1 to 4), with `chunks` (kind, content) before its pixels."""
    height, width, channels = samples.shape
    big = samples.astype(samples.dtype.newbyteorder(">"))
    rows = b"".join(b"\0" + row.tobytes() for row in big)
    header = struct.pack(
        ">LLBBBBB", width, height, samples.itemsize * 8, _PNG_COLOURS[channels], 0, 0, 0
    )
    all_chunks = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(content))
        + kind
        + content
        + struct.pack(">L", zlib.crc32(kind + content))
        for kind, content in all_chunks
    )


def tiff(samples: NDArray[Any], order: str = "<", tags: Any = ()) -> bytes:
    """An uncompressed TIFF of (H, W, 1 to 4), 8, 16 or 32 (float) bits, with alpha in 2 and 4.

    `tags` holds further (tag, type, bytes in the file's order), types as in TIFF 6.0; where `bytes`
    is a list, it is such tags again, in a directory that the tag points to.
    """
    height, width, channels = samples.shape
    strip = samples.astype(samples.dtype.newbyteorder("<" if order == "<" else ">")).tobytes()

    def shorts(*values: int) -> bytes:
        return struct.pack(f"{order}{len(values)}H", *values)

    def long(value: int) -> bytes:
        return struct.pack(order + "L", value)

    own = [
        (256, 4, long(width)),
        (257, 4, long(height)),
        (258, 3, shorts(*[samples.itemsize * 8] * channels)),
        (259, 3, shorts(1)),
        (262, 3, shorts(2 if channels > 2 else 1)),
        (273, 4, long(8)),
        (277, 3, shorts(channels)),
        (278, 4, long(height)),
        (279, 4, long(len(strip))),
        (339, 3, shorts(*[3 if samples.dtype.kind == "f" else 1] * channels)),
    ]
    if channels in (2, 4):
        own.append((338, 3, shorts(2)))
    start = 8 + len(strip)
    head = (b"II*\0" if order == "<" else b"MM\0*") + long(start)
    return head + strip + _directory([*own, *tags], start, order)


def exif(order: str, tags: Any) -> bytes:
    """An EXIF block with these tags, written as `tiff` takes them."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", 8)
    return b"Exif\0\0" + head + _directory(tags, 8, order)


def _directory(tags: Any, start: int, order: str) -> bytes:
    tags = sorted(tags, key=lambda row: row[0])
    table = struct.pack(order + "H", len(tags))
    behind = b""
    behind_start = start + 2 + 12 * len(tags) + 4
    for tag, kind, content in tags:
        where = behind_start + len(behind)
        if isinstance(content, list):
            table += struct.pack(order + "HHLL", tag, 4, 1, where)
            behind += _directory(content, where, order)
            continue
        table += struct.pack(order + "HHL", tag, kind, len(content) // _TIFF_TYPES[kind])
        if len(content) <= 4:
            table += content.ljust(4, b"\0")
        else:
            table += struct.pack(order + "L", where)
            behind += content + b"\0" * (len(content) % 2)
    return table + bytes(4) + behind


def saved(folder: Path, name: str, data: bytes) -> Path:
    """The path of a new file with this content."""
    path = folder / name
    path.write_bytes(data)
    return path


def pillow(path: Path, array: NDArray[Any], mode: str | None = None, **options: Any) -> Path:
    """`path`, where Pillow has written the samples, in `mode` if one is given."""
    picture = Image.fromarray(array)
    (picture.convert(mode) if mode else picture).save(path, **options)
    return path
