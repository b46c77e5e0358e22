"""Pixels of GIMP layers as bytes, and back: places, formats, masks.

Rectangles are in pixels of the source layer, whose upper left corner is (0, 0). Pixels are
row-major, interleaved, perceptual sRGB (or grey), not premultiplied, alpha last where there is any.
"""

from array import array
from contextlib import contextmanager
from dataclasses import dataclass

from gi.repository import Gegl, Gimp

from common.translation import _
from refusal import Refusal

_CONTEXT_PIXELS = 64
_CONTEXT_SHARE = 0.25
_LAYER_TYPES = {
    1: Gimp.ImageType.GRAY_IMAGE,
    2: Gimp.ImageType.GRAYA_IMAGE,
    3: Gimp.ImageType.RGB_IMAGE,
    4: Gimp.ImageType.RGBA_IMAGE,
}
_WHOLE_NUMBERS = {Gimp.Precision.U8_NON_LINEAR: "u8", Gimp.Precision.U16_NON_LINEAR: "u16"}
# Precisions with more digits than a float has.
_BEYOND_FLOAT = {
    getattr(Gimp.Precision, f"{kind}_{encoding}")
    for kind in ("U32", "DOUBLE")
    for encoding in ("LINEAR", "NON_LINEAR", "PERCEPTUAL")
}


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


_COVER = Format("u8", "Y u8", 1, 1)


def format_of(layer):
    """The format that loses nothing of `layer`'s pixels.

    Whole numbers hold them exactly only where no colour profile stands between them and sRGB. There
    they are better than floats: GIMP has more than one way to make floats of 16 bits, which differ
    in the last digit, and a dream makes much of little.
    """
    image = layer.get_image()
    plain = image.get_color_profile() is None
    name = _WHOLE_NUMBERS.get(image.get_precision(), "float32") if plain else "float32"
    colours, channels = ("Y'", 1) if layer.is_gray() else ("R'G'B'", 3)
    if layer.has_alpha():
        colours, channels = colours + "A", channels + 1
    return _format(name, colours, channels)


def rectangle_to_dream(layer):
    """What the selection covers of `layer`, or all of it where nothing is selected.

    Raises Refusal where the two do not meet.
    """
    return _selected_part(
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
    return _selected_part(
        layer,
        _(
            "The selection does not touch the guide. Select a part of the guide in its image, or"
            " nothing (Select > None), then try again."
        ),
    )


def with_context(target, layer):
    """`target` with as much around it as the network should see, within `layer`."""

    def widened(start, length, limit):
        margin = max(_CONTEXT_PIXELS, round(length * _CONTEXT_SHARE))
        low, high = max(0, start - margin), min(limit, start + length + margin)
        return low, high - low

    x, width = widened(target.x, target.width, layer.get_width())
    y, height = widened(target.y, target.height, layer.get_height())
    return Rectangle(x, y, width, height)


def read_shown(layer, rectangle):
    """The pixels that `layer` shows there: with its non-destructive filters, without its mask."""
    with _filters_merged(layer) as (shown, dx, dy):
        pixels = format_of(shown)
        data = _read(shown, rectangle.moved(dx, dy), pixels)
    return Picture(rectangle.width, rectangle.height, pixels, data)


def read_guide(layer, rectangle, selected, like):
    """What `layer` shows there, in colour with alpha, its samples those of `like`.

    Where its mask hides it, or `selected` (see `read_selected`) leaves it out, it is transparent.
    """
    pixels = _format(like.name, "R'G'B'A", 4)
    covers = [selected] if selected is not None else []
    if layer.get_mask() is not None and layer.get_apply_mask():
        covers.append(_read(layer.get_mask(), rectangle, _COVER))
    with _copied(layer) as copy:
        _, left, top = layer.get_offsets()
        # Larger filters have moved the copy; its pixels outside the layer are not wanted.
        copy.resize(
            rectangle.width,
            rectangle.height,
            copy.get_offsets()[1] - left - rectangle.x,
            copy.get_offsets()[2] - top - rectangle.y,
        )
        if not copy.has_alpha():
            copy.add_alpha()
        for cover in covers:
            drawn = copy.create_mask(Gimp.AddMaskType.WHITE)
            _write(drawn, Picture(rectangle.width, rectangle.height, _COVER, cover))
            copy.add_mask(drawn)
            copy.remove_mask(Gimp.MaskApplyMode.APPLY)
        whole = Rectangle(0, 0, rectangle.width, rectangle.height)
        data = _read(copy, whole, pixels)
    return Picture(rectangle.width, rectangle.height, pixels, data)


def read_selected(layer, rectangle):
    """How much of `layer` is selected there, in bytes, one from 0 to 255 a pixel; None for all."""
    image = layer.get_image()
    if Gimp.Selection.is_empty(image):
        return None
    _, left, top = layer.get_offsets()
    plane = _read(image.get_selection(), rectangle.moved(left, top), _COVER)
    return None if plane.count(255) == len(plane) else plane


def own_mask(layer):
    """The mask of `layer` over all of it; None where it has none, or has it switched off."""
    if layer.get_mask() is None or not layer.get_apply_mask():
        return None
    pixels = _mask_format(layer.get_image())
    whole = Rectangle(0, 0, layer.get_width(), layer.get_height())
    return Picture(whole.width, whole.height, pixels, _read(layer.get_mask(), whole, pixels))


def read_mask(layer, rectangle):
    """How much of `layer` shows and is selected there: the selection times the layer's own mask.

    None where nothing is selected and the layer has no mask, or has it switched off.
    """
    image = layer.get_image()
    pixels = _mask_format(image)
    planes = []
    if not Gimp.Selection.is_empty(image):
        _, left, top = layer.get_offsets()
        planes.append(_read(image.get_selection(), rectangle.moved(left, top), pixels))
    if layer.get_mask() is not None and layer.get_apply_mask():
        planes.append(_read(layer.get_mask(), rectangle, pixels))
    if not planes:
        return None
    data = planes[0]
    if len(planes) == 2:
        data = _product(planes[0], planes[1], rectangle.width, pixels)
    return Picture(rectangle.width, rectangle.height, pixels, data)


def cropped(picture, rectangle):
    """The part of `picture` inside `rectangle`, which is seen from the picture's corner."""
    if (rectangle.width, rectangle.height) == (picture.width, picture.height):
        return picture
    row = picture.width * picture.format.pixel_bytes
    start = rectangle.x * picture.format.pixel_bytes
    stop = start + rectangle.width * picture.format.pixel_bytes
    view = memoryview(picture.data)
    data = b"".join(
        view[y * row + start : y * row + stop]
        for y in range(rectangle.y, rectangle.y + rectangle.height)
    )
    return Picture(rectangle.width, rectangle.height, picture.format, data)


def new_layer(source, rectangle, picture, mask, name):
    """A layer with `picture` as its pixels, made for the place `rectangle` of the layer `source`.

    It is of the image's kind, in normal mode, fully opaque as a layer, and not yet in the image.
    Where `mask` is not None it becomes the layer's.
    """
    layer = Gimp.Layer.new(
        source.get_image(),
        name,
        rectangle.width,
        rectangle.height,
        _LAYER_TYPES[picture.format.channels],
        100.0,
        Gimp.LayerMode.NORMAL,
    )
    _, left, top = source.get_offsets()
    layer.set_offsets(left + rectangle.x, top + rectangle.y)
    _write(layer, picture)
    if mask is not None:
        drawn = layer.create_mask(Gimp.AddMaskType.WHITE)
        _write(drawn, mask)
        layer.add_mask(drawn)
        # Else the artist's next stroke would go to the mask.
        layer.set_edit_mask(False)
    return layer


def _selected_part(layer, sentence):
    overlap = layer.mask_intersect()
    if not overlap[0]:
        raise Refusal(sentence)
    return Rectangle(*overlap[1:5])


def _format(name, colours, channels):
    babl_type, sample_bytes = {"u8": ("u8", 1), "u16": ("u16", 2), "float32": ("float", 4)}[name]
    return Format(name, f"{colours} {babl_type}", channels, channels * sample_bytes)


def _mask_format(image):
    """The format that loses nothing of the image's masks."""
    if image.get_precision() in _BEYOND_FLOAT:
        return Format("", "Y double", 1, 8)
    return Format("float32", "Y float", 1, 4)


def _product(one, other, width, pixels):
    """Two planes multiplied; rows of which one is all 1 or all 0 are quick."""
    kind = "d" if pixels.pixel_bytes == 8 else "f"
    a, b = array(kind, one), array(kind, other)
    white, black = array(kind, [1.0]) * width, array(kind, [0.0]) * width
    product = array(kind)
    for start in range(0, len(a), width):
        row_a, row_b = a[start : start + width], b[start : start + width]
        if row_a == white or row_b == black:
            product += row_b
        elif row_b == white or row_a == black:
            product += row_a
        else:
            product.extend(map(float.__mul__, row_a, row_b))
    return product.tobytes()


@contextmanager
def _filters_merged(layer):
    """Yields a drawable whose own pixels are what `layer` shows, and the layer's place on it.

    Filters such as a shadow make the merged layer larger, which moves its offset against the
    source's.
    """
    if not any(effect.get_visible() for effect in layer.get_filters()):
        yield layer, 0, 0
        return
    with _copied(layer) as copy:
        _, left, top = layer.get_offsets()
        _, merged_left, merged_top = copy.get_offsets()
        yield copy, left - merged_left, top - merged_top


@contextmanager
def _copied(layer):
    """Yields a copy of `layer`, its filters merged, without its mask.

    It is in a hidden image, deleted afterwards: in the artist's image even a layer that is in no
    stack leaves an undo step.
    """
    image = layer.get_image()
    # A new image with a palette has no colours in it.
    base = Gimp.ImageBaseType.RGB if layer.is_indexed() else image.get_base_type()
    hidden = Gimp.Image.new_with_precision(
        image.get_width(), image.get_height(), base, image.get_precision()
    )
    try:
        hidden.undo_disable()
        if image.get_color_profile() is not None:
            hidden.set_color_profile(image.get_color_profile())
        copy = Gimp.Layer.new_from_drawable(layer, hidden)
        hidden.insert_layer(copy, None, 0)
        copy.merge_filters()
        if copy.get_mask() is not None:
            copy.remove_mask(Gimp.MaskApplyMode.DISCARD)
        yield copy
    finally:
        hidden.delete()


def _read(drawable, rectangle, pixels):
    # The reference to the buffer must not outlive the drawable: GIMP kills the plug-in for it.
    data = drawable.get_buffer().get(rectangle.gegl(), 1.0, pixels.babl, Gegl.AbyssPolicy.NONE)
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


def _write(drawable, picture):
    expected = picture.width * picture.height * picture.format.pixel_bytes
    if len(picture.data) != expected:
        # GEGL itself would only log it and leave the layer empty.
        raise Refusal(
            _(
                "The dream has {count} bytes where {expected} were expected. Install Deep"
                " Dream again with install.py."
            ).format(count=len(picture.data), expected=expected),
            Gimp.PDBStatusType.EXECUTION_ERROR,
        )
    buffer = drawable.get_buffer()
    whole = Gegl.Rectangle.new(0, 0, picture.width, picture.height)
    buffer.set(whole, picture.format.babl, picture.data)
    # Tiles that are not flushed when their image is deleted get the plug-in killed.
    buffer.flush()


def read_reduced(layer, rectangle, scale):
    """What `read_shown` reads, scaled by `scale`, at most 1, and in 8 bits."""
    with _filters_merged(layer) as (shown, dx, dy):
        like = format_of(shown)
        pixels = _format("u8", like.babl.partition(" ")[0], like.channels)
        place = rectangle.moved(dx, dy)
        width = max(1, round(place.width * scale))
        height = max(1, round(place.height * scale))
        data = _read_scaled(shown, place, scale, width, height, pixels)
    return Picture(width, height, pixels, data)


def _read_scaled(drawable, rectangle, scale, width, height, pixels):
    scaled = Gegl.Rectangle.new(int(rectangle.x * scale), int(rectangle.y * scale), width, height)
    return drawable.get_buffer().get(scaled, scale, pixels.babl, Gegl.AbyssPolicy.CLAMP)
