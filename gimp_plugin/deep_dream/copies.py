"""Drawables as they show, in copies of them: the artist's image is left alone."""

from contextlib import contextmanager

from gi.repository import Gimp

from buffers import Format, Picture, read, write

# How much of something counts.
COVER = Format("u8", "Y u8", 1, 1)


@contextmanager
def filters_merged(layer):
    """Yields a drawable whose own pixels are what `layer` shows, and the layer's place on it.

    Filters such as a shadow make the merged layer larger, which moves its offset against the
    source's.
    """
    if not any(effect.get_visible() for effect in layer.get_filters()):
        yield layer, 0, 0
        return
    with copied(layer) as copy:
        _, left, top = layer.get_offsets()
        _, merged_left, merged_top = copy.get_offsets()
        yield copy, left - merged_left, top - merged_top


@contextmanager
def cut_out(layer, rectangle, covers=()):
    """Yields a drawable that holds what `layer` shows in `rectangle`, and nothing else.

    It has alpha: nothing is there where the layer's mask hides it, outside of the layer, and where
    any of `covers` is 0, planes of as many bytes as the rectangle has pixels.
    """
    covers = list(covers)
    if layer.get_mask() is not None and layer.get_apply_mask():
        covers.append(read(layer.get_mask(), rectangle, COVER))
    with copied(layer) as copy:
        if not copy.has_alpha():
            copy.add_alpha()
        _, left, top = layer.get_offsets()
        _, merged_left, merged_top = copy.get_offsets()
        # Larger filters have moved the copy; its pixels outside the layer are not wanted.
        copy.resize(layer.get_width(), layer.get_height(), merged_left - left, merged_top - top)
        copy.resize(rectangle.width, rectangle.height, -rectangle.x, -rectangle.y)
        for cover in covers:
            drawn = copy.create_mask(Gimp.AddMaskType.WHITE)
            write(drawn, Picture(rectangle.width, rectangle.height, COVER, cover))
            copy.add_mask(drawn)
            copy.remove_mask(Gimp.MaskApplyMode.APPLY)
        yield copy


@contextmanager
def copied(drawable, precision=None):
    """Yields a copy of `drawable` as a layer, its filters merged, without its mask.

    It is in a hidden image, deleted afterwards: in the artist's image even a layer that is in no
    stack leaves an undo step. `precision` is of that image, None for the drawable's.
    """
    image = drawable.get_image()
    base = image.get_base_type()
    hidden = Gimp.Image.new_with_precision(
        image.get_width(),
        image.get_height(),
        # A new image with a palette has no colours in it.
        Gimp.ImageBaseType.RGB if base == Gimp.ImageBaseType.INDEXED else base,
        image.get_precision() if precision is None else precision,
    )
    try:
        hidden.undo_disable()
        if image.get_color_profile() is not None:
            hidden.set_color_profile(image.get_color_profile())
        copy = Gimp.Layer.new_from_drawable(drawable, hidden)
        hidden.insert_layer(copy, None, 0)
        copy.merge_filters()
        if copy.get_mask() is not None:
            copy.remove_mask(Gimp.MaskApplyMode.DISCARD)
        yield copy
    finally:
        hidden.delete()
