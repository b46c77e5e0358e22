"""Why the plug-in does not dream: a sentence for the artist, found before anything is changed."""

from __future__ import absolute_import, division, print_function, unicode_literals

import gimp
from gimpfu import pdb

from common.translation import _


class Refusal(Exception):
    """The request cannot be met; `message` says what is wrong and what to do."""

    def __init__(self, message):
        Exception.__init__(self, message)
        self.message = message


def layer_to_dream_on(image, drawable):
    """`drawable`, if it can be dreamed on.

    Raises Refusal, with a sentence for each thing that GIMP may hand over instead.
    """
    # The newer ones of GIMP 2.10 make nothing of what is gone.
    if drawable is None or not pdb.gimp_item_is_valid(drawable):
        raise Refusal(_("The layer does not exist any more. Select another one, then try again."))
    if not isinstance(drawable, gimp.Layer):
        if drawable.is_layer_mask:
            raise Refusal(
                _(
                    "The layer's mask is selected, not its picture. Click the layer's picture"
                    " in the Layers dialog, then try again."
                )
            )
        raise Refusal(
            _(
                "A channel is selected, and a dream needs a layer. Click a layer in the"
                " Layers dialog, then try again."
            )
        )
    if pdb.gimp_item_is_group(drawable):
        raise Refusal(
            _(
                "A layer group has no picture of its own. Select one layer inside it, or"
                " merge the group first (Layer > Merge Layer Group), then try again."
            )
        )
    if drawable.is_floating_sel:
        raise Refusal(
            _(
                "The selected layer is a floating selection. Make it a layer (Layer > To"
                " New Layer) or anchor it (Layer > Anchor Layer), then try again."
            )
        )
    if drawable.is_indexed:
        raise Refusal(
            _(
                "The image has a palette, and a dream needs all colours. Convert it first"
                " (Image > Mode > RGB), then try again."
            )
        )
    if image is None or drawable.image.ID != image.ID:
        raise Refusal(_("The layer belongs to another image. Select a layer of this image."))
    return drawable


def guide_to_look_at(drawable):
    """The layer that is to be the guide: `drawable`, if it can be one.

    Raises Refusal.
    """
    if drawable is None:
        raise Refusal(
            _(
                "This dream needs a guide, and none is chosen. Choose a layer of an open"
                " image as the guide, then try again."
            )
        )
    if not pdb.gimp_item_is_valid(drawable):
        raise Refusal(_("The guide does not exist any more. Choose another one, then try again."))
    if not isinstance(drawable, gimp.Layer) or pdb.gimp_item_is_group(drawable):
        raise Refusal(
            _(
                "The guide must be a layer with a picture of its own, not a group, a mask"
                " or a channel. Choose a layer, then try again."
            )
        )
    return drawable
