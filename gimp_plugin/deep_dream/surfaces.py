"""Pixbufs: from a dream's bytes, with alpha, and onto the screen as sharp as it is."""

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("GdkPixbuf", "2.0")
from gi.repository import Gdk, GdkPixbuf, GLib  # noqa: E402

_CHECK_SIZE = 8
_CHECKS = (0x999999, 0x666666)


def has_surfaces():
    """Whether this Python can hand GTK pictures that are finer than a point of its layout.

    That takes pycairo, which GIMP comes with on Windows and macOS and which some Linuxes pack
    separately.
    """
    try:
        gi.require_foreign("cairo")
    except ImportError:
        return False
    return True


def from_bytes(data, width, height, channels):
    """A pixbuf of `data`: bytes, row by row, 1 (grey), 2 (grey, alpha), 3 or 4 samples a pixel."""
    if channels < 3:
        data = _coloured(data, channels)
        channels += 2
    return GdkPixbuf.Pixbuf.new_from_bytes(
        GLib.Bytes.new(data),
        GdkPixbuf.Colorspace.RGB,
        channels == 4,
        8,
        width,
        height,
        width * channels,
    )


def samples(pixbuf):
    """The bytes of `pixbuf`, RGB, row by row, without the padding that rows of it may have."""
    row, stride, data = pixbuf.get_width() * 3, pixbuf.get_rowstride(), pixbuf.get_pixels()
    if row == stride:
        return data
    return b"".join(data[y * stride : y * stride + row] for y in range(pixbuf.get_height()))


def covered(pixbuf, plane):
    """`pixbuf`, RGB, as opaque as `plane` says, one byte a pixel."""
    width, height = pixbuf.get_width(), pixbuf.get_height()
    mixed = pixbuf.add_alpha(False, 0, 0, 0)
    data = bytearray(mixed.get_pixels())
    # Four samples a pixel: rows have no padding.
    data[3::4] = plane
    return from_bytes(bytes(data), width, height, 4)


def on_checks(pixbuf):
    """`pixbuf` without alpha: on grey checks where it is transparent."""
    if not pixbuf.get_has_alpha():
        return pixbuf
    width, height = pixbuf.get_width(), pixbuf.get_height()
    flat = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, width, height)
    pixbuf.composite_color(
        flat, 0, 0, width, height, 0, 0, 1, 1, GdkPixbuf.InterpType.NEAREST, 255,
        0, 0, _CHECK_SIZE, *_CHECKS,
    )  # fmt: skip
    return flat


def scaled(pixbuf, width, height):
    """`pixbuf` at that size."""
    if (pixbuf.get_width(), pixbuf.get_height()) == (width, height):
        return pixbuf
    return pixbuf.scale_simple(width, height, GdkPixbuf.InterpType.BILINEAR)


def show(image, pixbuf, scale):
    """Put `pixbuf`, which has `scale` pixels a point of GTK's layout each way, into a Gtk.Image."""
    if scale > 1 and has_surfaces():
        image.set_from_surface(
            Gdk.cairo_surface_create_from_pixbuf(pixbuf, scale, image.get_window())
        )
        return
    width, height = pixbuf.get_width() // scale, pixbuf.get_height() // scale
    image.set_from_pixbuf(scaled(pixbuf, max(1, width), max(1, height)))


def _coloured(data, channels):
    """Grey with or without alpha, its grey repeated as red, green and blue."""
    count = len(data) // channels
    coloured = bytearray(count * (channels + 2))
    for channel in range(3):
        coloured[channel :: channels + 2] = data[::channels]
    if channels == 2:
        coloured[3::4] = data[1::2]
    return bytes(coloured)
