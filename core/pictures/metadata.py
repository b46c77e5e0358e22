"""What a picture file carries beside its pixels, made fit for the dreamed picture.

libvips moves ICC, XMP and IPTC data in and out of every format, and EXIF in and out of all but
TIFF. There the EXIF tags live in the file's own directory; `exif_of_tiff` and `exif_into_tiff` read
and extend it. Values are moved as bytes, so that no text changes its encoding and no number its
type. Layout: TIFF 6.0 specification, section 2, and Exif 2.3 (CIPA DC-008), section 4.6.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

# Tags of TIFF's first directory that describe the picture and not how its samples lie.
_DESCRIPTIVE = {
    0x010E,  # ImageDescription
    0x010F,  # Make
    0x0110,  # Model
    0x0131,  # Software
    0x0132,  # DateTime
    0x013B,  # Artist
    0x4746,  # Rating
    0x8298,  # Copyright
    *range(0x9C9B, 0x9CA0),  # XPTitle to XPSubject
}
_ORIENTATION = 0x0112
# Tags whose value is where another directory begins: Exif, GPS, and Interoperability within Exif.
_DIRECTORIES = {0x8769, 0x8825, 0xA005}
_LONG = 4
# Type of a value -> bytes of one number in it, and how many numbers (a fraction has two).
_TYPES = {
    1: (1, 1),
    2: (1, 1),
    3: (2, 1),
    4: (4, 1),
    5: (4, 2),
    6: (1, 1),
    7: (1, 1),
    8: (2, 1),
    9: (4, 1),
    10: (4, 2),
    11: (4, 1),
    12: (8, 1),
    13: (4, 1),
}
_PREFIX = b"Exif\0\0"
_HEADERS = {b"II*\0": "<", b"MM\0*": ">"}


@dataclass(frozen=True)
class Metadata:
    """Everything as bytes or text, empty where there is none.

    `exif` is "Exif\\0\\0" and a TIFF structure; `record`, a JSON text (`core.provenance`), is that
    of the dream that the picture is, which files have in their XMP packet; `resolution` is in
    pixels per millimetre, horizontal and vertical, or None where the file does not say.
    """

    exif: bytes = b""
    icc: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    record: str = ""
    resolution: tuple[float, float] | None = None


class _Value(NamedTuple):
    """A tag's value; `data` has the least significant byte of each number first."""

    kind: int
    numbers: int
    data: bytes


# A tag's value, a directory in its place, or an entry to be written as it is.
_Directory = dict[int, "_Value | _Directory | bytes"]


def upright_exif(exif: bytes) -> bytes | None:
    """`exif` for pixels that stand upright: orientation reset, and no thumbnail of the old picture.

    None where it cannot be read.
    """
    block = exif.removeprefix(_PREFIX)
    tags = _first_directory(block)
    if tags is None:
        return None
    if _ORIENTATION in tags:
        tags[_ORIENTATION] = _Value(3, 1, b"\1\0")
    return _block(tags)


def exif_of_tiff(data: bytes) -> bytes | None:
    """The EXIF tags of a TIFF file, as an EXIF block of its own; empty where it has none.

    None where they cannot be read.
    """
    if data[:4] not in _HEADERS:
        return b""  # BigTIFF, which no camera writes.
    tags = _first_directory(data)
    if tags is None:
        return None
    kept = {tag: tags[tag] for tag in tags if tag in _DESCRIPTIVE | _DIRECTORIES}
    return _block(kept) if kept else b""


def exif_into_tiff(data: bytes, exif: bytes) -> bytes:
    """The TIFF file `data` with the tags of `exif`, as `upright_exif` gives it, in its directory.

    The file's own entries stay as they are. The new directory is laid at the file's end.
    """
    tags = _first_directory(exif.removeprefix(_PREFIX))
    if data[:4] not in _HEADERS or not tags:
        return data  # BigTIFF lays its entries out differently; only pictures above 4 GB need it.
    order = _HEADERS[data[:4]]
    data += b"\0" * (len(data) % 2)
    (start,) = struct.unpack_from(order + "L", data, 4)
    (count,) = struct.unpack_from(order + "H", data, start)
    merged = {tag: tags[tag] for tag in tags if tag in _DESCRIPTIVE | _DIRECTORIES}
    for place in range(start + 2, start + 2 + 12 * count, 12):
        (tag,) = struct.unpack_from(order + "H", data, place)
        merged[tag] = data[place : place + 12]
    new_start = struct.pack(order + "L", len(data))
    return data[:4] + new_start + data[8:] + _written(merged, len(data), order)


def first_page_of_tiff(data: bytes) -> bytes:
    """The TIFF file `data` with its chain of directories cut behind the first.

    GIMP keeps a thumbnail in a second one, which libtiff takes for a damaged page.
    """
    if data[:4] not in _HEADERS:
        return data
    order = _HEADERS[data[:4]]
    try:
        (start,) = struct.unpack_from(order + "L", data, 4)
        (count,) = struct.unpack_from(order + "H", data, start)
    except struct.error:
        return data  # libtiff has a better word for what is wrong here.
    link = start + 2 + 12 * count
    return data[:link] + bytes(4) + data[link + 4 :]


def jfif_into_jpeg(data: bytes, resolution: tuple[float, float]) -> bytes:
    """The JPEG `data` with a JFIF header that tells the resolution, in pixels per millimetre.

    libvips leaves that header out where there is no EXIF. Layout: ITU-T T.871, 10.1.
    """
    dots = [min(65535, max(1, round(side * 25.4))) for side in resolution]
    header = b"JFIF\0\1\1" + struct.pack(">BHHBB", 1, *dots, 0, 0)
    return data[:2] + b"\xff\xe0" + struct.pack(">H", len(header) + 2) + header + data[2:]


def _first_directory(data: bytes) -> _Directory | None:
    """The first directory of a TIFF structure, None where that is none."""
    if data[:4] not in _HEADERS:
        return None
    order = _HEADERS[data[:4]]
    try:
        return _read(data, order, struct.unpack_from(order + "L", data, 4)[0])
    except struct.error:
        return None


def _read(data: bytes, order: str, start: int, depth: int = 0) -> _Directory:
    """The directory at `start`; entries that make no sense are left out.

    Raises:
        struct.error: it reaches beyond the end.
    """
    (entries,) = struct.unpack_from(order + "H", data, start)
    directory: _Directory = {}
    for place in range(start + 2, start + 2 + 12 * entries, 12):
        tag, kind, count = struct.unpack_from(order + "HHL", data, place)
        (where,) = struct.unpack_from(order + "L", data, place + 8)
        if tag in _DIRECTORIES and depth < 2:
            directory[tag] = _read(data, order, where, depth + 1)
        elif kind in _TYPES:
            width, parts = _TYPES[kind]
            size = width * parts * count
            begin = place + 8 if size <= 4 else where
            value = data[begin : begin + size]
            if len(value) == size:
                directory[tag] = _Value(kind, count, _ordered(value, width, order))
    return directory


def _block(tags: _Directory) -> bytes:
    return _PREFIX + b"II*\0" + struct.pack("<L", 8) + _written(tags, 8, "<")


def _written(directory: _Directory, start: int, order: str) -> bytes:
    """A directory that begins at byte `start`, with its values and inner directories behind it."""
    table = struct.pack(order + "H", len(directory))
    behind = b""
    behind_start = start + 2 + 12 * len(directory) + 4
    for tag, value in sorted(directory.items()):
        if isinstance(value, bytes):
            table += value
            continue
        where = behind_start + len(behind)
        if isinstance(value, dict):
            table += struct.pack(order + "HHLL", tag, _LONG, 1, where)
            behind += _written(value, where, order)
            continue
        content = _ordered(value.data, _TYPES[value.kind][0], order)
        table += struct.pack(order + "HHL", tag, value.kind, value.numbers)
        if len(content) <= 4:
            table += content.ljust(4, b"\0")
        else:
            table += struct.pack(order + "L", where)
            behind += content + b"\0" * (len(content) % 2)
    return table + bytes(4) + behind


def _ordered(numbers: bytes, width: int, order: str) -> bytes:
    """From byte order `order` to the least significant byte first, or back."""
    if order == "<" or width == 1:
        return numbers
    rows = [numbers[i : i + width][::-1] for i in range(0, len(numbers), width)]
    return b"".join(rows)
