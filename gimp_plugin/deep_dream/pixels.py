"""Pixels of GIMP layers as bytes, and back: places, formats, masks.

Rectangles are in pixels of the source layer, whose upper left corner is (0, 0). Pixels are
row-major, interleaved, perceptual sRGB (or grey), not premultiplied, alpha last where there is any.
"""

from array import array

from gi.repository import Gegl, Gimp

from buffers import Format, Picture, Rectangle, make_format, read, write
from common.translation import _
from copies import COVER, cut_out, filters_merged
from refusal import Refusal

_CONTEXT_PIXELS = 64
_CONTEXT_SHARE = 0.25
_LAYER_TYPES = {
    1: Gimp.ImageType.GRAY_IMAGE,
    2: Gimp.ImageType.GRAYA_IMAGE,
    3: Gimp.ImageType.RGB_IMAGE,
    4: Gimp.ImageType.RGBA_IMAGE,
}
_GREY = {"u8": b"\x80", "u16": b"\x80\x80", "float32": array("f", [0.5]).tobytes()}
_WHOLE_NUMBERS = {Gimp.Precision.U8_NON_LINEAR: "u8", Gimp.Precision.U16_NON_LINEAR: "u16"}
# Precisions with more digits than a float has.
_BEYOND_FLOAT = {
    getattr(Gimp.Precision, f"{kind}_{encoding}")
    for kind in ("U32", "DOUBLE")
    for encoding in ("LINEAR", "NON_LINEAR", "PERCEPTUAL")
}


def format_of(layer):
    """The format that loses nothing of `layer`'s pixels."""
    return _lossless(layer.get_image(), layer.is_gray(), layer.has_alpha())


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


def rectangle_to_fill(image):
    """The bounds of the selection in `image`, or all of it where nothing is selected."""
    found = Gimp.Selection.bounds(image)
    if not found.non_empty:
        return Rectangle(0, 0, image.get_width(), image.get_height())
    return Rectangle(found.x1, found.y1, found.x2 - found.x1, found.y2 - found.y1)


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
    """`target` with as much around it as the network should see, within `layer`.

    Of a texture, which is on no layer, None, the network sees nothing but that.
    """
    if layer is None:
        return target

    def widened(start, length, limit):
        margin = max(_CONTEXT_PIXELS, round(length * _CONTEXT_SHARE))
        low, high = max(0, start - margin), min(limit, start + length + margin)
        return low, high - low

    x, width = widened(target.x, target.width, layer.get_width())
    y, height = widened(target.y, target.height, layer.get_height())
    return Rectangle(x, y, width, height)


def read_shown(layer, rectangle):
    """The pixels that `layer` shows there: with its non-destructive filters, without its mask."""
    with filters_merged(layer) as (shown, dx, dy):
        pixels = format_of(shown)
        data = read(shown, rectangle.moved(dx, dy), pixels)
    return Picture(rectangle.width, rectangle.height, pixels, data)


def even_grey(image, rectangle, name=""):
    """A grey picture of that size, of the kind that `image` has: what stands in for no picture.

    Its samples are those of the pipe's format `name`; without one, those that the image's are.
    """
    pixels = _lossless(image, image.get_base_type() == Gimp.ImageBaseType.GRAY, alpha=False)
    if name:
        pixels = make_format(name, pixels.babl.partition(" ")[0], pixels.channels)
    samples = pixels.channels * rectangle.width * rectangle.height
    return Picture(rectangle.width, rectangle.height, pixels, _GREY[pixels.name] * samples)


def read_reduced(layer, rectangle, scale, grey_as_grey=False):
    """The same in 8 bits a channel, `scale` times as large, for a look before the dream.

    It is in colours, with alpha where the layer has it; `grey_as_grey` leaves grey layers grey, as
    they are dreamed on.
    """
    with filters_merged(layer) as (shown, dx, dy):
        colours, channels = ("Y'", 1) if grey_as_grey and shown.is_gray() else ("R'G'B'", 3)
        if shown.has_alpha():
            colours, channels = colours + "A", channels + 1
        pixels = make_format("u8", colours, channels)
        place = rectangle.moved(dx, dy).scaled(scale)
        data = read(shown, place, pixels, scale, Gegl.AbyssPolicy.CLAMP)
    return Picture(place.width, place.height, pixels, data)


def read_guide(layer, rectangle, selected, like, scale=1.0):
    """What `layer` shows there, in colour with alpha, its samples those of `like`.

    Where its mask hides it, or `selected` (see `read_selected`) leaves it out, it is transparent.
    It is `scale` times as large.
    """
    pixels = make_format(like.name, "R'G'B'A", 4)
    with cut_out(layer, rectangle, [] if selected is None else [selected]) as cut:
        whole = Rectangle(0, 0, rectangle.width, rectangle.height).scaled(scale)
        data = read(cut, whole, pixels, scale)
    return Picture(whole.width, whole.height, pixels, data)


def read_selected(layer, rectangle):
    """How much of `layer` is selected there, in bytes, one from 0 to 255 a pixel; None for all."""
    image = layer.get_image()
    if Gimp.Selection.is_empty(image):
        return None
    _, left, top = layer.get_offsets()
    plane = read(image.get_selection(), rectangle.moved(left, top), COVER)
    return None if plane.count(255) == len(plane) else plane


def own_mask(layer):
    """The mask of `layer` over all of it; None where it has none, or has it switched off."""
    if layer.get_mask() is None or not layer.get_apply_mask():
        return None
    pixels = _mask_format(layer.get_image())
    whole = Rectangle(0, 0, layer.get_width(), layer.get_height())
    return Picture(whole.width, whole.height, pixels, read(layer.get_mask(), whole, pixels))


def read_selection(image, rectangle):
    """How much of `rectangle` of `image` is selected; None where nothing is selected."""
    if Gimp.Selection.is_empty(image):
        return None
    pixels = _mask_format(image)
    data = read(image.get_selection(), rectangle, pixels)
    return Picture(rectangle.width, rectangle.height, pixels, data)


def read_mask(layer, rectangle):
    """How much of `layer` shows and is selected there: the selection times the layer's own mask.

    None where nothing is selected and the layer has no mask, or has it switched off.
    """
    image = layer.get_image()
    pixels = _mask_format(image)
    planes = []
    if not Gimp.Selection.is_empty(image):
        _, left, top = layer.get_offsets()
        planes.append(read(image.get_selection(), rectangle.moved(left, top), pixels))
    if layer.get_mask() is not None and layer.get_apply_mask():
        planes.append(read(layer.get_mask(), rectangle, pixels))
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


def new_layer(image, corner, picture, mask, name):
    """A layer with `picture` as its pixels, made for a place in `image` whose `corner` is (x, y).

    It is of the image's kind, in normal mode, fully opaque as a layer, and not yet in the image.
    Where `mask` is not None it becomes the layer's.
    """
    layer = Gimp.Layer.new(
        image,
        name,
        picture.width,
        picture.height,
        _LAYER_TYPES[picture.format.channels],
        100.0,
        Gimp.LayerMode.NORMAL,
    )
    layer.set_offsets(*corner)
    write(layer, picture)
    if mask is not None:
        drawn = layer.create_mask(Gimp.AddMaskType.WHITE)
        write(drawn, mask)
        layer.add_mask(drawn)
        # Else the artist's next stroke would go to the mask.
        layer.set_edit_mask(False)
    return layer


def _lossless(image, grey, alpha):
    """The format that loses nothing of pixels in `image`.

    Whole numbers hold them exactly only where no colour profile stands between them and sRGB. There
    they are better than floats: GIMP has more than one way to make floats of 16 bits, which differ
    in the last digit, and a dream makes much of little.
    """
    plain = image.get_color_profile() is None
    name = _WHOLE_NUMBERS.get(image.get_precision(), "float32") if plain else "float32"
    colours, channels = ("Y'", 1) if grey else ("R'G'B'", 3)
    if alpha:
        colours, channels = colours + "A", channels + 1
    return make_format(name, colours, channels)


def _selected_part(layer, sentence):
    overlap = layer.mask_intersect()
    if not overlap[0]:
        raise Refusal(sentence)
    return Rectangle(*overlap[1:5])


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
