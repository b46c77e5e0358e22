"""How strong a dream is at each place: brightness that the artist has painted, 0 to 1.

A strength map is a layer, a channel or a layer's mask. Of a layer it is the brightness of what it
shows, black where it shows nothing; a mask counts as it hides. In the image of the dream it lies
where it lies there, and is black outside; one of another image is laid over the whole layer that
is dreamed on, whatever its size.
"""

from array import array
from contextlib import contextmanager

from gi.repository import Gimp

from buffers import Picture, Rectangle, make_format, read
from copies import copied, cut_out

# Scaling makes levels between those of 8 bits.
_FINE = Gimp.Precision.FLOAT_NON_LINEAR
_ARRAYS = {"u8": "B", "u16": "H", "float32": "f"}


def read_map(drawable, layer, rectangle, like, scale=1.0):
    """The strength in `rectangle` of `layer`, a Picture of one channel with the samples of `like`.

    It is `scale` times as large. Samples of floats may be above 1, which the worker takes for 1.
    """
    # A mask's brightness as the artist sees it is not what it hides by.
    colours = "Y" if isinstance(drawable, Gimp.LayerMask) else "Y'"
    with _laid_over(drawable, layer, rectangle) as (laid, place):
        part = place.scaled(scale)
        if laid.has_alpha():
            both = read(laid, part, make_format(like.name, f"{colours}aA", 2), scale)
            # The first is multiplied by the second, which is alpha.
            data = array(_ARRAYS[like.name], both)[::2].tobytes()
        else:
            data = read(laid, part, make_format(like.name, colours, 1), scale)
    return Picture(part.width, part.height, make_format(like.name, colours, 1), data)


def read_reduced_map(drawable, layer, rectangle, scale):
    """The same in 8 bits, for a look before the dream."""
    return read_map(drawable, layer, rectangle, make_format("u8", "Y'", 1), scale)


@contextmanager
def _laid_over(drawable, layer, rectangle):
    """Yields a drawable with the map's pixels, and where on it `rectangle` of `layer` is."""
    is_layer = isinstance(drawable, Gimp.Layer)
    if drawable.get_image().get_id() == layer.get_image().get_id():
        _, left, top = layer.get_offsets()
        _, own_left, own_top = drawable.get_offsets()
        place = rectangle.moved(left - own_left, top - own_top)
        if not is_layer:
            yield drawable, place
            return
        with cut_out(drawable, place) as cut:
            yield cut, Rectangle(0, 0, place.width, place.height)
        return
    whole = Rectangle(0, 0, drawable.get_width(), drawable.get_height())
    with cut_out(drawable, whole) if is_layer else copied(drawable, _FINE) as copy:
        Gimp.context_push()
        # Others overshoot.
        Gimp.context_set_interpolation(Gimp.InterpolationType.LINEAR)
        copy.scale(layer.get_width(), layer.get_height(), False)
        Gimp.context_pop()
        yield copy, rectangle
