"""Picture files: what goes in comes out, and what cannot be read or written is refused."""

from __future__ import annotations

import io
import os
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import PictureFileError
from core.pictures.files import Picture, check_output, read, read_mask, write
from core.pictures.linear_light import is_linear
from tests.core.pictures.picture_makers import SRGB, gradient, pillow, png, saved, tiff


def linear_profile() -> bytes:
    """sRGB's profile with its curve made a gamma of 1."""
    profile = bytearray(SRGB)
    start = profile.index(b"para")
    struct.pack_into(">HHl", profile, start + 8, 0, 0, 65536)
    return bytes(profile)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ["x.png", "x.tif"])
def test_16_bits_come_back_exactly(tmp_path: Path, channels: int, name: str) -> None:
    samples = gradient(channels)
    make = png if name.endswith("png") else tiff
    source = read(saved(tmp_path, name, make(samples)))
    assert source.bits == 16
    assert source.pixels.dtype == np.float32
    np.testing.assert_array_equal(np.rint(source.pixels * 65535).astype(np.uint16), samples)
    for ending in ("png", "tiff"):
        out = tmp_path / f"out.{ending}"
        assert write(out, source) == ()
        again = read(out)
        assert again.bits == 16
        np.testing.assert_array_equal(again.pixels, source.pixels)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ["x.png", "x.tif", "x.webp"])
def test_8_bits_come_back_exactly(tmp_path: Path, channels: int, name: str) -> None:
    samples = gradient(channels, np.uint8)
    source = read(saved(tmp_path, "in.png", png(samples)))
    np.testing.assert_array_equal(source.pixels, samples)
    assert write(tmp_path / name, source) == ()
    again = read(tmp_path / name).pixels
    if name == "x.webp" and channels < 3:  # WebP has no grey.
        np.testing.assert_array_equal(again[..., 0], again[..., 1])
        again = again[..., [0, 3]] if channels == 2 else again[..., :1]
    np.testing.assert_array_equal(again, samples)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_floats_keep_values_beyond_white_and_black(
    tmp_path: Path, channels: int, order: str
) -> None:
    samples = gradient(channels, np.float32)
    source = read(saved(tmp_path, "x.tif", tiff(samples, order)))
    assert source.bits == 32
    np.testing.assert_array_equal(source.pixels, samples)
    write(tmp_path / "out.tif", source)
    np.testing.assert_array_equal(read(tmp_path / "out.tif").pixels, samples)


def test_fewer_bits_are_rounded_with_a_note(tmp_path: Path) -> None:
    source = read(saved(tmp_path, "x.tif", tiff(gradient(3, np.float32))))
    (note,) = write(tmp_path / "out.png", source)
    assert "16 bits" in note
    again = read(tmp_path / "out.png")
    assert again.bits == 16
    np.testing.assert_allclose(again.pixels, source.pixels.clip(0, 1), atol=0.6 / 65535)


def test_jpeg_is_of_high_quality_and_says_what_it_loses(tmp_path: Path) -> None:
    colours = np.zeros((64, 64, 4), np.uint8)
    colours[..., 0] = np.where(np.arange(64) % 2, 255, 0)  # Red lines, one pixel wide.
    colours[:, 32:, 3] = 255
    source = read(saved(tmp_path, "x.png", png(colours)))
    (note,) = write(tmp_path / "out.jpg", source)
    assert "white" in note
    out = np.asarray(Image.open(tmp_path / "out.jpg")).astype(int)
    assert abs(out[8:56, 4:24] - 255).max() <= 3
    # With colour at half the resolution the lines would run together.
    assert abs(out[8:56, 40:60] - colours[8:56, 40:60, :3].astype(int)).max() < 40


@pytest.mark.parametrize(
    ("mode", "channels"), [("1", 1), ("P", 3), ("L", 1), ("LA", 2), ("RGB", 3), ("RGBA", 4)]
)
def test_every_png_kind_becomes_8_bit_grey_or_rgb(tmp_path: Path, mode: str, channels: int) -> None:
    colours = gradient(3, np.uint8)
    source = pillow(tmp_path / "x.png", colours, mode)
    expected = Image.open(source).convert({"1": "L", "P": "RGB"}.get(mode, mode))
    picture = read(source)
    assert picture.pixels.shape == (48, 64, channels)
    np.testing.assert_array_equal(picture.pixels.squeeze(), np.asarray(expected))


def test_cmyk_becomes_srgb_with_a_note(tmp_path: Path) -> None:
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:] = (250, 10, 10)
    picture = read(pillow(tmp_path / "x.jpg", pixels, "CMYK"))
    assert picture.pixels.shape == (32, 32, 3)
    assert "CMYK" in picture.notes[0]
    red, green, blue = picture.pixels[16, 16].astype(int)
    assert red > 150 > max(green, blue) + 50
    # The profile of print does not go with the new colours.
    assert picture.metadata.icc[16:20] == b"RGB "


def test_several_pages_give_the_first_with_a_note(tmp_path: Path) -> None:
    first, second = gradient(3, np.uint8), np.zeros((48, 64, 3), np.uint8)
    pillow(tmp_path / "x.tif", first, save_all=True, append_images=[Image.fromarray(second)])
    picture = read(tmp_path / "x.tif")
    np.testing.assert_array_equal(picture.pixels, first)
    assert "first" in picture.notes[0]


def test_a_tiff_with_a_thumbnail_behind_it_as_gimp_writes_it(tmp_path: Path) -> None:
    samples = gradient(3, np.uint8)
    data = bytearray(tiff(samples))
    (start,) = struct.unpack_from("<L", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    struct.pack_into("<L", data, start + 2 + 12 * count, len(data))
    rows = [(254, 1), (256, 256), (257, 128), (259, 6), (262, 6), (277, 3), (513, 8), (514, 99)]
    data += struct.pack("<H", len(rows))
    data += b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in rows) + bytes(4)
    picture = read(saved(tmp_path, "x.tif", bytes(data)))
    np.testing.assert_array_equal(picture.pixels, samples)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_linear_light_is_dreamed_on_as_the_eye_sees_it(tmp_path: Path, kind: type) -> None:
    profile = linear_profile()
    samples = gradient(4, kind)
    icc = (b"iCCP", b"linear\0\0" + zlib.compress(profile))
    picture = read(saved(tmp_path, "x.png", png(samples, (icc,))))
    assert picture.linear
    full = np.iinfo(kind).max
    # Middle grey: 21.4 % of the light is half of what the eye sees.
    near = np.abs(samples[..., 0] / full - 0.2140).argmin()
    assert picture.pixels[..., 0].flat[near] == pytest.approx(0.5, abs=0.01)
    np.testing.assert_allclose(picture.pixels[..., 3], samples[..., 3] / full, atol=1e-6)
    write(tmp_path / "out.png", picture)
    again = read(tmp_path / "out.png")
    assert again.bits == picture.bits
    np.testing.assert_array_equal(again.pixels, picture.pixels)


def test_only_straight_curves_are_linear() -> None:
    assert is_linear(linear_profile())
    assert not is_linear(SRGB)
    assert not is_linear(b"")
    assert not is_linear(linear_profile()[:150])
    assert is_linear(linear_curve(0, b""))
    assert is_linear(linear_curve(1, b"\1\0"))
    assert not is_linear(linear_curve(1, b"\2\x33"))
    assert not is_linear(linear_curve(2, b"\0\0\xff\xff"))


def linear_curve(count: int, table: bytes) -> bytes:
    """A grey profile, as far as it matters, whose curve is a table or a gamma."""
    row = struct.pack(">L4sLL", 1, b"kTRC", 144, 14)
    return bytes(128) + row + b"curv" + bytes(4) + struct.pack(">L", count) + table


@pytest.mark.parametrize("ending", ["png", "tif", "jpg", "webp"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.97])
def test_a_file_cut_short_is_refused(tmp_path: Path, ending: str, share: float) -> None:
    rng = np.random.default_rng(0)
    whole = pillow(tmp_path / f"x.{ending}", rng.integers(0, 256, (64, 64, 3), np.uint8))
    data = whole.read_bytes()
    cut = saved(tmp_path, f"cut.{ending}", data[: int(len(data) * share)])
    with pytest.raises(PictureFileError, match=rf"cut\.{ending} is no picture"):
        read(cut)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.png", b"", "no picture"),
        ("a.png", b"This is a letter to my aunt, not a picture.", "no picture"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "of a kind"),
    ],
)
def test_what_is_no_picture_is_refused(
    tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    with pytest.raises(PictureFileError, match=sentence) as caught:
        read(saved(tmp_path, name, data))
    assert "PNG" in caught.value.hint


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureFileError, match="no file"):
        read(tmp_path / "none.png")
    with pytest.raises(PictureFileError, match="is a folder"):
        read(tmp_path)


def test_samples_that_are_no_colours_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.tif"
    Image.fromarray(np.full((8, 8), -5, np.int32)).save(path)
    with pytest.raises(PictureFileError, match="no colour"):
        read(path)


def test_brackets_in_a_name_are_no_options(tmp_path: Path) -> None:
    samples = gradient(3)
    path = saved(tmp_path, "x[page=1].png", png(samples))
    out = tmp_path / "out[Q=1].png"
    write(out, read(path))
    assert out.is_file()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("out.bmp", "does not end like"),
        ("out", "does not end like"),
        ("nowhere/out.png", "no folder"),
        ("folder.png", "is a folder"),
    ],
)
def test_a_bad_output_is_seen_before_the_work(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(PictureFileError, match=sentence) as caught:
        check_output(tmp_path / name)
    assert caught.value.hint


def test_too_large_for_the_format(tmp_path: Path) -> None:
    wide = Picture(np.zeros((1, 16384, 3), np.uint8), 8)
    with pytest.raises(PictureFileError, match="16383"):
        write(tmp_path / "out.webp", wide)
    assert not list(tmp_path.iterdir())


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    picture = Picture(gradient(3, np.uint8), 8)
    out = saved(tmp_path, "out.png", b"an older picture")
    out.chmod(0o640)
    write(out, picture)
    assert Image.open(io.BytesIO(out.read_bytes())).size == (64, 48)
    if os.name == "posix":
        assert out.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["out.png"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full disk to order")
def test_a_full_disk_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = saved(tmp_path, "out.png", b"an older picture")
    real_open = open

    def full_disk(path: object, mode: str) -> object:
        real_open(path, mode).close()  # type: ignore[arg-type]
        return real_open("/dev/full", "wb", buffering=0)

    monkeypatch.setattr("builtins.open", full_disk)
    with pytest.raises(PictureFileError, match="disk is full"):
        write(out, Picture(gradient(3, np.uint8), 8))
    monkeypatch.undo()
    assert out.read_bytes() == b"an older picture"
    assert [path.name for path in tmp_path.iterdir()] == ["out.png"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = saved(tmp_path, "real.png", b"")
    link = tmp_path / "link.png"
    link.symlink_to(real)
    write(link, Picture(gradient(3, np.uint8), 8))
    assert link.is_symlink()
    assert real.stat().st_size > 0


def test_a_mask_is_grey_of_the_pictures_size_and_kind(tmp_path: Path) -> None:
    picture = Picture(gradient(3, np.uint8), 8)
    deep = replace(picture, pixels=gradient(3, np.uint8).astype(np.float32) / 255, bits=16)
    grey = gradient(1, np.uint8)
    for mask in (grey, grey.repeat(3, axis=2)):
        path = saved(tmp_path, "mask.png", png(mask))
        np.testing.assert_array_equal(read_mask(path, picture), grey[..., 0])
        assert read_mask(path, deep).dtype == np.float32
        np.testing.assert_allclose(read_mask(path, deep), grey[..., 0] / 255, atol=1e-6)
    clear = np.concatenate([np.full_like(grey, 255), grey], axis=2)
    path = saved(tmp_path, "mask.png", png(clear))
    np.testing.assert_array_equal(read_mask(path, picture), grey[..., 0])


def test_a_mask_of_another_size_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, "mask.png", png(gradient(1, np.uint8, 10, 20)))
    with pytest.raises(PictureFileError, match="20×10 pixels large, the picture 64×48"):
        read_mask(path, Picture(gradient(3, np.uint8), 8))
