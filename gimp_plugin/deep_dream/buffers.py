"""Pixels of GIMP's drawables as bytes, and back.

Pixels are row-major, interleaved, perceptual sRGB (or grey), not premultiplied, alpha last where
there is any.
"""

from dataclasses import dataclass

from gi.repository import Gegl, Gimp

from common.translation import _
from refusal import Refusal


@dataclass(frozen=True)
class Rectangle:
    """A rectangle of whole pixels."""

    x: int
    y: int
    width: int
    height: int

    def moved(self, dx, dy):
        """The rectangle as seen from an origin that lies at (-dx, -dy)."""
        return Rectangle(self.x + dx, self.y + dy, self.width, self.height)

    def scaled(self, scale):
        """The rectangle in a picture that is `scale` times as large, 1 pixel or more a side."""
        place = round(self.x * scale), round(self.y * scale)
        return Rectangle(
            *place, *(max(1, round(side * scale)) for side in (self.width, self.height))
        )

    def gegl(self):
        """The same for GEGL."""
        return Gegl.Rectangle.new(self.x, self.y, self.width, self.height)


@dataclass(frozen=True)
class Format:
    """How pixels are written as bytes: `name` is the pipe's word, `babl` GEGL's."""

    name: str
    babl: str
    channels: int
    pixel_bytes: int


@dataclass(frozen=True)
class Picture:
    """Pixels in bytes: `data` is width * height * format.pixel_bytes long."""

    width: int
    height: int
    format: Format
    data: bytes


def make_format(name, colours, channels):
    """The format of samples `name` (the pipe's word) with the channels that GEGL calls `colours`.

    `channels` says how many these are.
    """
    babl_type, sample_bytes = {"u8": ("u8", 1), "u16": ("u16", 2), "float32": ("float", 4)}[name]
    return Format(name, f"{colours} {babl_type}", channels, channels * sample_bytes)


def read(drawable, rectangle, pixels, scale=1.0, abyss=Gegl.AbyssPolicy.NONE):
    """The bytes of `drawable` in the format `pixels`.

    `rectangle` is a part of the drawable as it is with `scale` times its size. What of that is
    outside is 0, or what `abyss` wants there.

    Raises Refusal where GIMP fails.
    """
    if scale != 1:
        # Without the tables that are made here, GEGL makes everything black when it scales.
        Gegl.init(None)
    # The reference to the buffer must not outlive the drawable: GIMP kills the plug-in for it.
    data = drawable.get_buffer().get(rectangle.gegl(), scale, pixels.babl, abyss)
    expected = rectangle.width * rectangle.height * pixels.pixel_bytes
    if len(data) != expected:
        raise Refusal(
            _(
                "GIMP gave {count} bytes of the layer where {expected} were expected."
                " Save the image, restart GIMP and try again."
            ).format(count=len(data), expected=expected),
            Gimp.PDBStatusType.EXECUTION_ERROR,
        )
    return data


def write(drawable, picture):
    """Make `picture` the pixels of `drawable`, which has its size.

    Raises Refusal where its bytes are not as many as its size says.
    """
    expected = picture.width * picture.height * picture.format.pixel_bytes
    if len(picture.data) != expected:
        # GEGL itself would only log it and leave the layer empty.
        raise Refusal(
            _(
                "The dream has {count} bytes where {expected} were expected. Install Deep Dream"
                " again with install.py."
            ).format(count=len(picture.data), expected=expected),
            Gimp.PDBStatusType.EXECUTION_ERROR,
        )
    buffer = drawable.get_buffer()
    whole = Gegl.Rectangle.new(0, 0, picture.width, picture.height)
    buffer.set(whole, picture.format.babl, picture.data)
    # Tiles that are not flushed when their image is deleted get the plug-in killed.
    buffer.flush()
