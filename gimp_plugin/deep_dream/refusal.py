"""Why the plug-in does not dream: a sentence for the artist, found before anything is changed."""

from gi.repository import Gimp


class Refusal(Exception):
    """The request cannot be met.

    `message` says what is wrong and what to do; `status` is what GIMP's callers get beside it.
    """

    def __init__(self, message, status=Gimp.PDBStatusType.CALLING_ERROR):
        super().__init__(message)
        self.message = message
        self.status = status


def layer_to_dream_on(image, drawables):
    """The one layer among `drawables` that can be dreamed on.

    Raises Refusal, with a sentence for each thing that GIMP may hand over instead.
    """
    if not drawables:
        raise Refusal("No layer is selected. Select the layer to dream on, then try again.")
    if len(drawables) > 1:
        raise Refusal(
            f"{len(drawables)} layers are selected, and a dream needs exactly one."
            " Select one layer, then try again."
        )
    drawable = drawables[0]
    if not drawable.is_valid():
        raise Refusal("The layer does not exist any more. Select another one, then try again.")
    if isinstance(drawable, Gimp.LayerMask):
        raise Refusal(
            "The layer's mask is selected, not its picture. Click the layer's picture in the Layers"
            " dialog, then try again."
        )
    if not isinstance(drawable, Gimp.Layer):
        raise Refusal(
            "A channel is selected, and a dream needs a layer. Click a layer in the Layers dialog,"
            " then try again."
        )
    if drawable.is_group_layer():
        raise Refusal(
            "A layer group has no picture of its own. Select one layer inside it, or merge the"
            " group first (Layer > Merge Layer Group), then try again."
        )
    if drawable.is_floating_sel():
        raise Refusal(
            "The selected layer is a floating selection. Make it a layer (Layer > To New Layer) or"
            " anchor it (Layer > Anchor Layer), then try again."
        )
    if drawable.is_indexed():
        raise Refusal(
            "The image has a palette, and a dream needs all colours. Convert it first"
            " (Image > Mode > RGB), then try again."
        )
    if drawable.get_image().get_id() != image.get_id():
        raise Refusal("The layer belongs to another image. Select a layer of this image.")
    return drawable
