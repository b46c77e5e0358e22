"""Pixels of GIMP layers as bytes, and back: places and masks.

GIMP 2.10 shows a Python-Fu plug-in eight bits a channel, whatever an image holds, as long as the
plug-in never asks for an image's precision. From then on it shows the image's own, and what was
known of a pixel's bytes is wrong; `is_deep` asks, and is for when all else is done. Masks and the
selection, which GIMP keeps linear, it shows and takes in sRGB's encoding meanwhile.

Rectangles are in pixels of the source layer, whose upper left corner is (0, 0). Pixels are
row-major, interleaved, not premultiplied, alpha last where there is any.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

from collections import namedtuple

import gimp
from gimpfu import ADD_WHITE_MASK, LAYER_MODE_NORMAL, PRECISION_U8_GAMMA, pdb

from common import planes
from common.context import widened
from common.translation import _
from refusal import Refusal

Rectangle = namedtuple(str("Rectangle"), [str(name) for name in ("x", "y", "width", "height")])
# `data` is width * height * channels bytes.
Picture = namedtuple(str("Picture"), [str(name) for name in ("width", "height", "channels", "data")])


def rectangle_to_dream(layer):
    """What the selection covers of `layer`, or all of it where nothing is selected.

    Raises Refusal where the two do not meet.
    """
    return _selected(
        layer,
        _(
            "The selection does not touch the layer. Select a part of the layer, or nothing"
            " (Select > None), then try again."
        ),
    )


def rectangle_of_guide(layer):
    """What the selection in its image covers of the guide `layer`, or all of it.

    Raises Refusal where the two do not meet.
    """
    return _selected(
        layer,
        _(
            "The selection does not touch the guide. Select a part of the guide in its image, or"
            " nothing (Select > None), then try again."
        ),
    )


def with_context(target, layer):
    """`target` with as much around it as the network should see, within `layer`."""
    x, width = widened(target.x, target.width, layer.width)
    y, height = widened(target.y, target.height, layer.height)
    return Rectangle(x, y, width, height)


def read(layer, rectangle):
    """The pixels of `layer` there, without its mask."""
    return _read(layer, rectangle, _channels(layer))


def read_guide(layer, rectangle, selected):
    """What `layer` shows there, in colour with alpha.

    Where its mask hides it, or `selected` (see `read_selected`) leaves it out, it is transparent.
    """
    palette = layer.image.colormap if layer.is_indexed else b""
    data = planes.rgba(read(layer, rectangle).data, layer.has_alpha, bool(layer.is_rgb), palette)
    for cover in (selected, _own_mask(layer, rectangle)):
        if cover is not None:
            data = planes.with_alpha_times(data, cover, rectangle.width)
    return Picture(rectangle.width, rectangle.height, 4, data)


def read_selected(layer, rectangle):
    """How much of `layer` is selected there, in bytes, one from 0 to 255 a pixel; None for all."""
    image = layer.image
    if pdb.gimp_selection_is_empty(image):
        return None
    left, top = layer.offsets
    place = Rectangle(rectangle.x + left, rectangle.y + top, rectangle.width, rectangle.height)
    plane = planes.linear(_read(image.selection, place, 1).data)
    return None if plane.count(b"\xff") == len(plane) else plane


def read_mask(layer, rectangle):
    """How much of `layer` shows and is selected there: the selection times the layer's own mask.

    255 is all of it, half of that half. None where nothing is selected and the layer has no mask,
    or has it switched off.
    """
    found = [read_selected(layer, rectangle), _own_mask(layer, rectangle)]
    if found[0] is None and not pdb.gimp_selection_is_empty(layer.image):
        found[0] = b"\xff" * (rectangle.width * rectangle.height)
    found = [plane for plane in found if plane is not None]
    if not found:
        return None
    data = found[0] if len(found) == 1 else planes.product(found[0], found[1], rectangle.width)
    return Picture(rectangle.width, rectangle.height, 1, data)


def cropped(picture, rectangle):
    """The part of `picture` inside `rectangle`, which is seen from the picture's corner."""
    if (rectangle.width, rectangle.height) == (picture.width, picture.height):
        return picture
    row = picture.width * picture.channels
    start = rectangle.x * picture.channels
    stop = start + rectangle.width * picture.channels
    data = b"".join(
        picture.data[y * row + start : y * row + stop]
        for y in range(rectangle.y, rectangle.y + rectangle.height)
    )
    return Picture(rectangle.width, rectangle.height, picture.channels, data)


def new_layer(source, rectangle, picture, name):
    """A layer with `picture` as its pixels, made for the place `rectangle` of the layer `source`.

    It is of the image's kind, in normal mode, fully opaque as a layer, and not yet in the image.
    """
    layer = gimp.Layer(
        source.image,
        name,
        rectangle.width,
        rectangle.height,
        source.type,
        100.0,
        LAYER_MODE_NORMAL,
    )
    left, top = source.offsets
    layer.set_offsets(left + rectangle.x, top + rectangle.y)
    _write(layer, picture)
    return layer


def add_mask(layer, plane):
    """Give `layer` a mask that lets through as much as `plane` says, which is of its size."""
    layer.add_mask(layer.create_mask(ADD_WHITE_MASK))
    _write(layer.mask, plane._replace(data=planes.encoded(plane.data)))
    # Else the artist's next stroke would go to the mask.
    layer.edit_mask = False


def is_deep(image):
    """Whether `image` keeps more than eight bits a channel. No pixel can be read after this."""
    return image.precision > PRECISION_U8_GAMMA


def _own_mask(layer, rectangle):
    if layer.mask is None or not layer.apply_mask:
        return None
    return planes.linear(_read(layer.mask, rectangle, 1).data)


def _selected(layer, refusal):
    overlap = pdb.gimp_drawable_mask_intersect(layer)
    if not overlap[0]:
        raise Refusal(refusal)
    return Rectangle(*overlap[1:5])


def _channels(layer):
    return (3 if layer.is_rgb else 1) + (1 if layer.has_alpha else 0)


def _read(drawable, place, channels):
    x, y, width, height = place
    # Neither to be written to nor in the drawable's shadow.
    data = drawable.get_pixel_rgn(x, y, width, height, False, False)[x : x + width, y : y + height]
    if len(data) != width * height * channels:
        raise Refusal(
            "GIMP gave {} bytes of the layer where {} were expected. Save the image, restart GIMP"
            " and try again.".format(len(data), width * height * channels)
        )
    return Picture(width, height, channels, data)


def _write(drawable, picture):
    width, height = picture.width, picture.height
    region = drawable.get_pixel_rgn(0, 0, width, height, True, False)
    if len(picture.data) != width * height * region.bpp:
        raise Refusal(
            "The dream has {} bytes where {} were expected. Install Deep Dream again with"
            " install.py.".format(len(picture.data), width * height * region.bpp)
        )
    region[0:width, 0:height] = picture.data
    drawable.flush()
    drawable.update(0, 0, width, height)
