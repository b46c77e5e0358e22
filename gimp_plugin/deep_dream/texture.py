"""A dream from nothing: where in the image its layer comes, and how large."""

from gi.repository import Gimp

import pixels
import settings_arguments
from common.translation import _
from dreaming import Wish
from guide import wanted_guide
from refusal import Refusal


def require_room(image):
    """See that a texture can be added to `image`.

    Raises Refusal.
    """
    if image.get_base_type() == Gimp.ImageBaseType.INDEXED:
        raise Refusal(
            _(
                "The image has a palette, and a dream needs all colours. Convert it first"
                " (Image > Mode > RGB), then try again."
            )
        )
    if image.get_floating_sel() is not None:
        raise Refusal(
            _(
                "There is a floating selection. Make it a layer (Layer > To New Layer) or anchor it"
                " (Layer > Anchor Layer), then try again."
            )
        )


def texture_wish(image, drawables, config, run_mode, plain=False):
    """A new layer over the selection, or all of `image`, above what is selected of `drawables`.

    With `plain` without its guide.

    Raises Refusal.
    """
    require_room(image)
    target = pixels.rectangle_to_fill(image)
    values = settings_arguments.read_values(config, run_mode)
    guide = None if plain else wanted_guide(config, values)
    mask = pixels.read_selection(image, target)
    return Wish(image, None, target, mask, _selected_layer(image, drawables), values, guide)


def _selected_layer(image, drawables):
    """The layer, or group, that is selected, also by its mask; None for none."""
    for drawable in [*drawables, *image.get_selected_layers()]:
        if drawable.is_valid() and drawable.get_image().get_id() == image.get_id():
            if isinstance(drawable, Gimp.LayerMask):
                return Gimp.Layer.from_mask(drawable)
            if isinstance(drawable, Gimp.Layer):
                return drawable
    return None
