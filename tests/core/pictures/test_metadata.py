"""What goes with a picture: EXIF, XMP, profile and resolution, from file to file."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from core.pictures.files import Picture, read, read_record, write
from core.pictures.metadata import Metadata
from tests.core.pictures.picture_makers import SRGB, exif, gradient, pillow, saved, tiff

ARTIST = "© Jürgen".encode() + b"\0"


def camera_tags(order: str) -> list[object]:
    """Turned by 90°, an artist with letters beyond ASCII, an exposure time, a latitude."""
    inner = [(0x829A, 5, struct.pack(order + "LL", 1, 30)), (0x927C, 7, b"\0\1maker\xff")]
    place = [(1, 2, b"N\0"), (2, 5, struct.pack(order + "6L", 48, 1, 8, 1, 15, 1))]
    return [
        (0x0112, 3, struct.pack(order + "H", 6)),
        (0x013B, 2, ARTIST),
        (0x8769, 4, inner),
        (0x8825, 4, place),
    ]


@pytest.mark.parametrize("ending", ["png", "tif", "jpg", "webp"])
@pytest.mark.parametrize(
    "name", ["in.png", "in.tif", "big-endian.tif", "in.jpg", "big-endian.jpg", "in.webp"]
)
def test_exif_icc_and_resolution_are_kept(tmp_path: Path, name: str, ending: str) -> None:
    pixels = gradient(3, np.uint8, 32, 48)
    order = ">" if name.startswith("big") else "<"
    if name.endswith("tif"):
        icc = (34675, 7, SRGB)
        source = saved(tmp_path, name, tiff(pixels, order, [*camera_tags(order), icc]))
    else:
        # Pillow writes an EXIF block as it is.
        options: dict[str, Any] = {"exif": exif(order, camera_tags(order)), "icc_profile": SRGB}
        if not name.endswith("webp"):
            options["dpi"] = (300, 300)
        source = pillow(tmp_path / name, pixels, **options)
    picture = read(source)
    assert (picture.width, picture.height) == (32, 48)  # Turned upright,
    out = tmp_path / f"out.{ending}"
    assert write(out, picture) == ()
    assert read(out).pixels.shape == picture.pixels.shape  # and once only.

    written = Image.open(out)
    assert written.size == (32, 48)
    assert written.info["icc_profile"] == SRGB
    tags = written.getexif()
    assert tags.get(0x0112, 1) == 1
    assert tags[0x013B].encode("latin-1") + b"\0" == ARTIST
    assert tags.get_ifd(0x8769)[0x829A] == pytest.approx(1 / 30)
    assert tags.get_ifd(0x8769)[0x927C] == b"\0\1maker\xff"
    assert tags.get_ifd(0x8825)[2] == (48, 8, 15)
    if not name.endswith(("webp", "tif")) and ending != "webp":
        assert written.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_xmp_is_kept_and_stands_upright(tmp_path: Path) -> None:
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/' tiff:Orientation=\"6\">text</x:xmpmeta>"
    source = pillow(tmp_path / "x.webp", gradient(3, np.uint8), xmp=packet)
    for ending in ("png", "tif", "jpg", "webp"):
        write(tmp_path / f"out.{ending}", read(source))
        kept = read(tmp_path / f"out.{ending}").metadata.xmp
        assert kept.rstrip(b"\0") == packet.replace(b'"6"', b'"1"')


RECORD = '{"format": "deep-dream-record", "settings": {"layers": "m4b:0.5 <&> \\u00e9"}}'
LIGHTROOM = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    b'<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/>'
    b'</rdf:RDF></x:xmpmeta>      <?xpacket end="w"?>'
)


@pytest.mark.parametrize("ending", ["png", "tif", "jpg", "webp"])
@pytest.mark.parametrize("xmp", [b"", LIGHTROOM])
def test_a_record_is_kept_in_place_of_an_older_one(tmp_path: Path, ending: str, xmp: bytes) -> None:
    out, expected = tmp_path / f"out.{ending}", bool(xmp)
    for record in ("older", RECORD):
        metadata = Metadata(xmp=xmp, record=record)
        assert write(out, Picture(gradient(3, np.uint8), 8, metadata=metadata)) == ()
        picture = read(out)
        assert picture.metadata.record == read_record(out) == record
        xmp = picture.metadata.xmp
    assert (b'xmp:Rating="4"' in xmp) is expected
    # Another reader finds one record, and nothing broken.
    written = Image.open(out).info
    packet = ElementTree.fromstring(written.get("xmp") or written["XML:com.adobe.xmp"])
    found = [e.text for e in packet.iter("{urn:deep-dream-gimp/}record")]
    assert found == [RECORD]


def test_a_record_is_found_where_a_program_made_it_an_attribute(tmp_path: Path) -> None:
    attribute = b'xmlns:deepdream="urn:deep-dream-gimp/" deepdream:record="{&quot;a&quot;: 1}"'
    packet = LIGHTROOM.replace(b'xmp:Rating="4"', attribute)
    picture = read(pillow(tmp_path / "x.webp", gradient(3, np.uint8), xmp=packet))
    assert picture.metadata.record == '{"a": 1}'
    assert b"record" not in picture.metadata.xmp


@pytest.mark.parametrize("xmp", [b"<x>no RDF</x>", LIGHTROOM.replace(b"    ", b" " * 66_000)])
def test_xmp_gives_way_to_a_record(tmp_path: Path, xmp: bytes) -> None:
    picture = Picture(gradient(3, np.uint8), 8, metadata=Metadata(xmp=xmp, record=RECORD))
    assert "no room in a JPEG" in write(tmp_path / "out.jpg", picture)[0]
    assert read_record(tmp_path / "out.jpg") == RECORD
    assert read(tmp_path / "out.jpg").metadata.xmp.find(b"Rating") < 0


def test_a_picture_without_a_record_has_none(tmp_path: Path) -> None:
    for xmp in (b"", b"<broken", LIGHTROOM):
        options: dict[str, Any] = {"xmp": xmp} if xmp else {}
        assert read_record(pillow(tmp_path / "x.webp", gradient(3, np.uint8), **options)) == ""


def test_a_thumbnail_of_the_old_picture_goes(tmp_path: Path) -> None:
    # A second directory, as cameras write it, with a thumbnail of 5 bytes.
    block = exif("<", [(0x013B, 2, ARTIST)])
    body = bytearray(block[6:])
    first_end = 8 + 2 + 12
    struct.pack_into("<L", body, first_end, len(body))
    thumbnail_at = len(body) + 2 + 24 + 4
    rows = struct.pack("<HHLL", 0x0201, 4, 1, thumbnail_at) + struct.pack("<HHLL", 0x0202, 4, 1, 5)
    body += struct.pack("<H", 2) + rows + bytes(4) + b"THUMB"
    source = pillow(tmp_path / "x.jpg", gradient(3, np.uint8), exif=b"Exif\0\0" + bytes(body))
    assert b"THUMB" in source.read_bytes()
    write(tmp_path / "out.jpg", read(source))
    data = (tmp_path / "out.jpg").read_bytes()
    assert b"THUMB" not in data
    assert ARTIST in data


def test_a_tiff_with_exif_is_still_whole(tmp_path: Path) -> None:
    samples = gradient(4)
    order = ">"
    source = saved(tmp_path, "x.tif", tiff(samples, order, camera_tags(order)[1:]))
    write(tmp_path / "out.tif", read(source))
    again = read(tmp_path / "out.tif")
    np.testing.assert_array_equal(np.rint(again.pixels * 65535).astype(np.uint16), samples)


def test_damaged_exif_is_left_out_with_a_note(tmp_path: Path) -> None:
    block = exif("<", [(0x8769, 4, [(0x829A, 5, bytes(8))])])
    broken = bytearray(block)
    struct.pack_into("<L", broken, 6 + 8 + 2 + 8, 2**31)
    picture = read(pillow(tmp_path / "x.png", gradient(3, np.uint8), exif=bytes(broken)))
    assert "EXIF" in picture.notes[0]
    assert write(tmp_path / "out.png", picture) == ()
    assert "exif" not in Image.open(tmp_path / "out.png").info


@pytest.mark.parametrize("ending", ["png", "tif", "jpg"])
@pytest.mark.parametrize("dpi", [None, (300, 150)])
def test_resolution_without_exif(tmp_path: Path, dpi: tuple[int, int] | None, ending: str) -> None:
    options: dict[str, Any] = {"dpi": dpi} if dpi else {}
    source = pillow(tmp_path / "x.jpg", gradient(3, np.uint8), **options)
    write(tmp_path / f"out.{ending}", read(source))
    written = Image.open(tmp_path / f"out.{ending}").info["dpi"]
    # A file that does not say is shown at 72 pixels per inch.
    assert written == pytest.approx(dpi or (72, 72), abs=0.5)


@pytest.mark.parametrize("ending", ["png", "tif", "jpg", "webp"])
def test_nothing_is_invented(tmp_path: Path, ending: str) -> None:
    write(tmp_path / f"out.{ending}", Picture(gradient(3, np.uint8), 8))
    written = Image.open(tmp_path / f"out.{ending}")
    assert not {"exif", "icc_profile", "xmp"} & set(written.info)
