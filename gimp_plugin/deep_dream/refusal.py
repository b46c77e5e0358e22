"""Why the plug-in does not dream: a sentence for the artist, found before anything is changed."""

from gi.repository import Gimp

from common.translation import _


class Refusal(Exception):
    """The request cannot be met.

    `message` says what is wrong and what to do; `status` is what GIMP's callers get beside it;
    `code` is of those that the dialog has a button for, else empty.
    """

    code = ""

    def __init__(self, message, status=Gimp.PDBStatusType.CALLING_ERROR):
        super().__init__(message)
        self.message = message
        self.status = status


class UnfitChoice(Refusal):
    """The guide or the strength map will not do; another can be chosen on the page Where."""

    code = "unfit-choice"


class NoGuide(UnfitChoice):
    """The dream wants a guide, and there is none."""

    code = "no-guide"


class NoNetwork(Refusal):
    """The network that is chosen is not on this computer; the dialog can get it."""

    code = "network-missing"


def dream_and_layer(image, drawables, is_dream):
    """The dream whose settings are wanted, and the layer beside it to dream on, None for its own.

    `is_dream` says whether it is kept how a layer was dreamed.

    Raises Refusal.
    """
    if not drawables:
        raise Refusal(_("No layer is selected. Select the dream to repeat, then try again."))
    if len(drawables) > 2:
        raise Refusal(
            _(
                "{count} layers are selected. Select the dream, and at most one layer"
                " beside it that shall get its settings, then try again."
            ).format(count=len(drawables))
        )
    layers = [layer_to_dream_on(image, [drawable]) for drawable in drawables]
    dreams = [layer for layer in layers if is_dream(layer)]
    others = [layer for layer in layers if not is_dream(layer)]
    if not dreams:
        if len(layers) == 1:
            raise Refusal(
                _(
                    "Deep Dream has not made this layer, so that there are no settings to"
                    " repeat. Select a layer that it has made, then try again."
                )
            )
        raise Refusal(
            _(
                "Deep Dream has made neither of these layers, so that there are no settings"
                " to repeat. Select a layer that it has made, then try again."
            )
        )
    if len(dreams) > 1:
        raise Refusal(
            _(
                "Both selected layers are dreams. Select one of them alone to dream it"
                " again, or one of them and a layer that is no dream."
            )
        )
    return dreams[0], others[0] if others else None


def layer_to_dream_on(image, drawables):
    """The one layer among `drawables` that can be dreamed on.

    Raises Refusal, with a sentence for each thing that GIMP may hand over instead.
    """
    if not drawables:
        raise Refusal(_("No layer is selected. Select the layer to dream on, then try again."))
    if len(drawables) > 1:
        raise Refusal(
            _(
                "{count} layers are selected, and a dream needs exactly one. Select one"
                " layer, then try again."
            ).format(count=len(drawables))
        )
    drawable = drawables[0]
    if not drawable.is_valid():
        raise Refusal(_("The layer does not exist any more. Select another one, then try again."))
    if isinstance(drawable, Gimp.LayerMask):
        # Whoever has painted on the mask still has it selected.
        drawable = Gimp.Layer.from_mask(drawable)
    if not isinstance(drawable, Gimp.Layer):
        raise Refusal(
            _(
                "A channel is selected, and a dream needs a layer. Click a layer in the"
                " Layers dialog, then try again."
            )
        )
    if drawable.is_group_layer():
        raise Refusal(
            _(
                "A layer group has no picture of its own. Select one layer inside it, or"
                " merge the group first (Layer > Merge Layer Group), then try again."
            )
        )
    if drawable.is_floating_sel():
        raise Refusal(
            _(
                "The selected layer is a floating selection. Make it a layer (Layer > To"
                " New Layer) or anchor it (Layer > Anchor Layer), then try again."
            )
        )
    if drawable.is_indexed():
        raise Refusal(
            _(
                "The image has a palette, and a dream needs all colours. Convert it first"
                " (Image > Mode > RGB), then try again."
            )
        )
    if drawable.get_image().get_id() != image.get_id():
        raise Refusal(_("The layer belongs to another image. Select a layer of this image."))
    return drawable


def guide_to_look_at(drawable):
    """The layer that is to be the guide: `drawable`, if it can be one.

    Raises Refusal.
    """
    if drawable is None:
        raise NoGuide(
            _(
                "This dream needs a guide, and none is chosen. Choose a layer of an open"
                " image, or a file, as the guide, then try again."
            )
        )
    if not drawable.is_valid():
        raise UnfitChoice(
            _("The guide does not exist any more. Choose another one, then try again.")
        )
    if not isinstance(drawable, Gimp.Layer) or drawable.is_group_layer():
        raise UnfitChoice(
            _(
                "The guide must be a layer with a picture of its own, not a group, a mask"
                " or a channel. Choose a layer, then try again."
            )
        )
    return drawable


def strength_map_to_follow(drawable):
    """The layer, channel or mask that is to be the strength map: `drawable`, if it can be one.

    Raises Refusal.
    """
    if not drawable.is_valid():
        raise UnfitChoice(
            _(
                "The strength map does not exist any more. Choose another one, or none, then try"
                " again."
            )
        )
    if isinstance(drawable, Gimp.Selection):
        raise UnfitChoice(
            _(
                "The selection cannot be the strength map. It limits the dream by itself; or save"
                " it (Select > Save to Channel) and choose the channel."
            )
        )
    if drawable.is_group():
        raise UnfitChoice(
            _(
                "The strength map must have a picture of its own, which a layer group has not."
                " Choose a layer, a channel or a layer mask, then try again."
            )
        )
    return drawable
