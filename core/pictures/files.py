"""Picture files to pixels and back, with their bits, their alpha and what is written beside them.

libvips reads and writes, because it keeps 16 and 32 bits per sample in colour.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import secrets
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray
from pyvips.enums import ForeignKeep

from core.errors import PictureFileError
from core.pictures.linear_light import is_linear, to_linear, to_perceptual
from core.pictures.metadata import (
    Metadata,
    exif_into_tiff,
    exif_of_tiff,
    first_page_of_tiff,
    jfif_into_jpeg,
    upright_exif,
)
from core.pictures.xmp import packet_of, record_in, upright_xmp, without_record

# Its warnings are about files of others and would land between our sentences on a terminal.
logging.getLogger("pyvips").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Picture:
    """A picture as its file has it, standing upright.

    Attributes:
        pixels: (H, W, C), C from 1 to 4 (2 and 4: the last is alpha), in perceptual encoding;
            uint8, or float32 where the file has more than 8 bits, 0 to 1 being its full scale.
        bits: bits per sample in the file: 8, 16, or 32 for floats.
        linear: whether the file's samples are proportional to light; `pixels` never are.
        metadata: what goes with the pixels into the next file.
        notes: sentences for the artist about what was not kept.
    """

    pixels: NDArray[Any]
    bits: int
    linear: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return self.pixels.shape[1]

    @property
    def height(self) -> int:
        return self.pixels.shape[0]


@dataclass(frozen=True)
class _Format:
    """What a file format can hold, and how this program writes it."""

    name: str
    bits: tuple[int, ...]
    largest_side: int
    alpha: bool
    options: dict[str, Any]
    largest_xmp: int = 2**31 - 1


_PNG = _Format("PNG", (8, 16), 2**31 - 1, True, {})
_TIFF = _Format("TIFF", (8, 16, 32), 2**31 - 1, True, {"compression": "deflate"})
# XMP has one segment (XMP Specification Part 3, 1.1.3); libvips writes none of what is longer.
_JPEG = _Format("JPEG", (8,), 65535, False, {"Q": 95, "subsample_mode": "off"}, 65_501)
# Lossless, and colours under transparent pixels stay.
_WEBP = _Format("WebP", (8,), 16383, True, {"lossless": True, "exact": True})
_FORMATS = {
    ".png": _PNG,
    ".tif": _TIFF,
    ".tiff": _TIFF,
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".webp": _WEBP,
}
_LOADERS = ("pngload", "tiffload", "jpegload", "webpload")
_KNOWN = "PNG, TIFF, JPEG and WebP pictures can be read."
_ICC = "icc-profile-data"
# What libvips says where a file is silent, and what GIMP takes then (72 pixels per inch).
_SILENT_RESOLUTION = (1.0, 1.0)
_USUAL_RESOLUTION = (72 / 25.4, 72 / 25.4)


def read(path: Path) -> Picture:
    """Read a PNG, TIFF, JPEG or WebP file.

    Raises:
        PictureFileError: it is not there, is no such picture, is damaged or cut short, or holds
            samples that a dream cannot use.
    """
    data = _content(path)
    notes: list[str] = []
    try:
        image = _open(data)
        if not str(image.get("vips-loader")).startswith(_LOADERS):
            raise PictureFileError(f"{path.name} is of a kind that cannot be read.", _KNOWN)
        if (_field(image, "n-pages") or 1) > 1:
            notes.append(f"{path.name} has several pages; only the first is used.")
        if _is_tiff(image):
            image = _open(first_page_of_tiff(data))
        image = _as_rgb(image.autorot(), path.name, notes)
        metadata = _metadata(image, data, path.name, notes)
        samples = image.numpy().reshape(image.height, image.width, image.bands)
    except pyvips.Error as error:
        raise _unreadable(path) from error
    bits = {1: 8, 2: 16}.get(samples.dtype.itemsize, 32)
    linear = is_linear(metadata.icc)
    return Picture(_to_pixels(samples, linear), bits, linear, metadata, tuple(notes))


def read_record(path: Path) -> str:
    """The record of the dream that a picture file is, as JSON text; empty where it has none.

    Raises:
        PictureFileError: it is not there, or is no picture.
    """
    try:
        return record_in(_field(_open(_content(path)), "xmp-data") or b"")
    except pyvips.Error as error:
        raise _unreadable(path) from error


def read_mask(path: Path, like: Picture) -> NDArray[Any]:
    """Read a grey picture as a strength mask for `like`: (H, W), of the type of its pixels.

    Coloured masks count by their luma (Rec. 709), transparent places as 0.

    Raises:
        PictureFileError: as `read`, or the mask is not as large as the picture.
    """
    mask = read(path)
    if mask.pixels.shape[:2] != like.pixels.shape[:2]:
        raise PictureFileError(
            f"The mask is {mask.width}×{mask.height} pixels large, "
            f"the picture {like.width}×{like.height}.",
            "Make a mask of exactly the picture's size.",
        )
    scale = 255 if mask.pixels.dtype == np.uint8 else 1
    samples = np.divide(mask.pixels, scale, dtype=np.float32)
    colours = samples.shape[2] - 1 + samples.shape[2] % 2
    weights = np.array([0.2126, 0.7152, 0.0722] if colours == 3 else [1], np.float32)
    strength = samples[..., :colours] @ weights
    if samples.shape[2] > colours:
        strength = strength * samples[..., -1]
    if like.pixels.dtype == np.uint8:
        return _to_integers(strength, np.uint8)
    return np.clip(strength, 0, 1)


def check_output(path: Path) -> None:
    """See, before any work is done, whether a picture can be written to `path`.

    Raises:
        PictureFileError: its ending names no known format, or its folder takes no files.
    """
    _format(path)
    folder = Path(os.path.realpath(path)).parent
    if path.is_dir():
        raise PictureFileError(f"{path} is a folder.", "Name a file to be written.")
    if not folder.is_dir():
        raise PictureFileError(f"There is no folder {folder}.", "Make it, or name another.")
    if not os.access(folder, os.W_OK):
        raise PictureFileError(f"Nothing can be written to {folder}.", "Name another folder.")


def write(path: Path, picture: Picture) -> tuple[str, ...]:
    """Write `picture` in the format that the ending of `path` names; a file there is replaced.

    The file appears whole or not at all. Bits and alpha are kept as far as the format has them.

    Returns:
        Notes for the artist about what the format could not keep.

    Raises:
        PictureFileError: see `check_output`; the picture is too large for the format; or the disk
            is full.
    """
    form = _format(path)
    if max(picture.width, picture.height) > form.largest_side:
        raise PictureFileError(
            f"A {form.name} file can be {form.largest_side} pixels wide and high at most; "
            f"the picture is {picture.width}×{picture.height}.",
            "Write a PNG or TIFF file.",
        )
    notes: list[str] = []
    bits = picture.bits if picture.bits in form.bits else form.bits[-1]
    if bits < picture.bits:
        kept = f"{form.name} holds {bits} bits per sample"
        notes.append(f"{kept}, so the picture's {picture.bits} bits were rounded.")
    try:
        image = pyvips.Image.new_from_array(_to_samples(picture, bits))
        image = image.copy(interpretation=_interpretation(image.bands, bits))
        if image.hasalpha() and not form.alpha:
            notes.append(f"{form.name} has no transparency, so the picture was put on white.")
            image = image.flatten(background=[2**bits - 1])
        # Left to itself, libvips makes EXIF tags up.
        keep = ForeignKeep.ICC | ForeignKeep.XMP | ForeignKeep.IPTC
        if picture.metadata.exif:
            keep |= ForeignKeep.EXIF
        options = {**form.options, "keep": keep}
        if form is _TIFF:
            options["predictor"] = "float" if bits == 32 else "horizontal"
            options["bigtiff"] = picture.pixels.size * bits // 8 > 2**31
        ending = path.suffix.lower()
        metadata = replace(picture.metadata, xmp=_xmp(picture.metadata, form, notes))
        data = _with_metadata(image, metadata).write_to_buffer(ending, **options)
    except pyvips.Error as error:
        reason = str(error).splitlines()[-1].strip()
        raise PictureFileError(f"{path.name} could not be made: {reason}") from error
    if form is _TIFF:
        data = exif_into_tiff(data, picture.metadata.exif)
    if form is _JPEG and not picture.metadata.exif:
        data = jfif_into_jpeg(data, picture.metadata.resolution or _USUAL_RESOLUTION)
    replace_file(path, data)
    return tuple(notes)


def _content(path: Path) -> bytes:
    """The bytes of a file. Not libvips's own reading, which takes [ ] in names for options."""
    if path.is_dir():
        raise PictureFileError(f"{path} is a folder, not a picture.")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise PictureFileError(f"There is no file {path}.") from None
    except OSError as error:
        raise PictureFileError(f"{path} cannot be read: {error.strerror}.") from error


def _unreadable(path: Path) -> PictureFileError:
    return PictureFileError(
        f"{path.name} is no picture that can be read, or it is damaged.", _KNOWN
    )


def _format(path: Path) -> _Format:
    if path.suffix.lower() not in _FORMATS:
        endings = ", ".join(_FORMATS)
        raise PictureFileError(
            f"The name {path.name} does not end like a picture file.",
            f"Let it end in one of: {endings}.",
        )
    return _FORMATS[path.suffix.lower()]


def _open(data: bytes) -> pyvips.Image:
    # "error" also refuses a file that ends too early, which would give half a picture.
    return pyvips.Image.new_from_buffer(data, "", fail_on="error")


def _is_tiff(image: pyvips.Image) -> bool:
    return str(image.get("vips-loader")).startswith("tiff")


def _as_rgb(image: pyvips.Image, name: str, notes: list[str]) -> pyvips.Image:
    """`image` in grey or RGB, with alpha or without, its samples unsigned or floats."""
    if image.format not in ("uchar", "ushort", "uint", "float", "double"):
        raise PictureFileError(f"{name} has samples of a kind that is no colour ({image.format}).")
    if image.interpretation == "cmyk":
        depth = 8 if image.format == "uchar" else 16
        # The profile of the file, and where it has none, an ordinary one for print.
        image = image.icc_transform("srgb", embedded=True, input_profile="cmyk", depth=depth)
        notes.append(f"{name} has the colours of print (CMYK); they were converted to sRGB.")
    elif image.interpretation in ("lab", "labs", "labq", "xyz", "lch", "yxy", "hsv"):
        image = image.colourspace("srgb" if image.format == "uchar" else "rgb16")
        image.remove(_ICC)
        notes.append(f"The colours of {name} were converted to sRGB.")
    if image.bands > 4:
        raise PictureFileError(
            f"{name} has {image.bands} channels.", "Save it as RGB, with transparency or without."
        )
    return image


def _to_pixels(samples: NDArray[Any], linear: bool) -> NDArray[Any]:
    """Samples (H, W, C) of a file as the pixels of a `Picture`."""
    if samples.dtype == np.uint8 and not linear:
        return samples
    full = 1 if samples.dtype.kind == "f" else np.iinfo(samples.dtype).max
    pixels = np.divide(samples, full, dtype=np.float32, casting="unsafe")
    return _on_colours(to_perceptual, pixels) if linear else pixels


def _to_samples(picture: Picture, bits: int) -> NDArray[Any]:
    """The pixels of `picture` as the samples (H, W, C) of a file."""
    pixels = np.ascontiguousarray(picture.pixels)
    if pixels.dtype == np.uint8:
        return pixels
    if picture.linear:
        pixels = _on_colours(to_linear, pixels)
    return pixels if bits == 32 else _to_integers(pixels, np.uint8 if bits == 8 else np.uint16)


def _on_colours(curve: Any, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """`curve` on all channels but alpha, which is no light."""
    bent = pixels.copy()
    colours = pixels.shape[2] - 1 + pixels.shape[2] % 2
    bent[..., :colours] = curve(pixels[..., :colours])
    return bent


def _to_integers(samples: NDArray[np.float32], kind: type[np.unsignedinteger[Any]]) -> NDArray[Any]:
    return np.rint(np.clip(samples, 0, 1) * np.float32(np.iinfo(kind).max)).astype(kind)


def _interpretation(bands: int, bits: int) -> str:
    if bands < 3:
        return "grey16" if bits == 16 else "b-w"
    return {8: "srgb", 16: "rgb16", 32: "scrgb"}[bits]


def _metadata(image: pyvips.Image, data: bytes, name: str, notes: list[str]) -> Metadata:
    if _is_tiff(image):
        exif = exif_of_tiff(data)
    else:
        block = _field(image, "exif-data") or b""
        exif = upright_exif(block) if block else b""
    if exif is None:
        notes.append(f"The EXIF data of {name} is damaged and was left out.")
    resolution = (image.xres, image.yres)
    xmp = _field(image, "xmp-data") or b""
    return Metadata(
        exif=exif or b"",
        icc=_field(image, _ICC) or b"",
        xmp=upright_xmp(without_record(xmp)),
        iptc=_field(image, "iptc-data") or b"",
        record=record_in(xmp),
        resolution=None if resolution == _SILENT_RESOLUTION else resolution,
    )


def _field(image: pyvips.Image, name: str) -> Any:
    """What libvips knows of a file under `name`; None where it knows nothing."""
    return image.get(name) if image.get_typeof(name) else None


def _xmp(metadata: Metadata, form: _Format, notes: list[str]) -> bytes:
    """The packet to be written; where room is short, the record goes before all else."""
    packet, whole = packet_of(metadata.xmp, metadata.record, form.largest_xmp)
    if not whole:
        notes.append(f"The picture's XMP data has no room in a {form.name} file and was left out.")
    return packet


def _with_metadata(image: pyvips.Image, metadata: Metadata) -> pyvips.Image:
    horizontal, vertical = metadata.resolution or _USUAL_RESOLUTION
    image = image.copy(xres=horizontal, yres=vertical)
    blobs: dict[str, Any] = {
        "exif-data": metadata.exif,
        _ICC: metadata.icc,
        "xmp-data": metadata.xmp,
        "iptc-data": metadata.iptc,
    }
    for label, blob in blobs.items():
        if blob:
            image.set_type(pyvips.GValue.blob_type, label, blob)
    return image


def replace_file(path: Path, data: bytes) -> None:
    """Write beside `path`, then put it in its place in one go.

    Raises:
        PictureFileError: the disk is full, or nothing can be written there.
    """
    target = Path(os.path.realpath(path))
    unfinished = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(unfinished, "xb") as file:
            file.write(data)
        if target.exists():
            shutil.copymode(target, unfinished)
        os.replace(unfinished, target)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise PictureFileError(
                f"The disk is full; {path.name} was not written.", "Make room, then try again."
            ) from error
        raise PictureFileError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
