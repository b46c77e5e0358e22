"""From a wish to a new layer: pixels to the worker, the dream back into the image."""

from dataclasses import dataclass

from gi.repository import Gimp

import keeping
import pixels
import settings_arguments
from common import plugin_settings, record
from progress_bar import ProgressBar
from refusal import Refusal, guide_to_look_at, layer_to_dream_on


@dataclass(frozen=True)
class Wish:
    """What is to be dreamed, and where.

    Attributes:
        layer: what is dreamed on.
        target: what of it the new layer covers.
        mask: the new layer's, None for none.
        below: the layer above which the new one comes.
        values: of all settings.
        guide: a keeping.Guide, None for no guide.
        repeats: the record of the dream that this is to be again, None for a new one.
    """

    layer: Gimp.Layer
    target: pixels.Rectangle
    mask: pixels.Picture | None
    below: Gimp.Layer
    values: dict
    guide: keeping.Guide | None = None
    repeats: dict | None = None


def chosen_guide(config):
    """What the layer that `config` names as the guide shows, within the selection in its image.

    Raises Refusal.
    """
    layer = guide_to_look_at(config.get_property(settings_arguments.GUIDE))
    place = pixels.rectangle_of_guide(layer)
    return keeping.Guide(layer, place, pixels.read_selected(layer, place))


def fulfil(wish, worker):
    """Dream, and put the dream into the image in one undo step; returns a remark, often empty.

    Raises Refusal or WorkerError; then the image is as it was.
    """
    around = pixels.with_context(wish.target, wish.layer)
    picture = pixels.read_shown(wish.layer, around)
    answer = _dream(worker, picture, wish)
    dreamed = pixels.Picture(picture.width, picture.height, picture.format, answer.payload)
    dreamed = pixels.cropped(dreamed, wish.target.moved(-around.x, -around.y))
    _insert(wish, dreamed, answer.header["record"])
    return answer.header.get("message", "")


def _dream(worker, picture, wish):
    """The worker's result for all of `picture`."""
    extra = {}
    if wish.guide is not None:
        layer, place, selected = wish.guide.layer, wish.guide.place, wish.guide.selected
        guide = pixels.read_guide(layer, place, selected, picture.format)
        extra["guide"] = (guide.width, guide.height, guide.format.channels, guide.data)
    bar = ProgressBar()
    request = worker.dream(
        picture.width,
        picture.height,
        picture.format.channels,
        plugin_settings.beside_preset(wish.values),
        picture.data,
        sample_format=picture.format.name,
        repeats=None if wish.repeats is None else record.of_core(wish.repeats),
        **extra,
    )
    answer = worker.wait(request, bar.show)
    bar.end()
    return answer


def _insert(wish, dreamed, core_record):
    """The one place where the image changes, in one undo step."""
    image = wish.layer.get_image()
    layer, below = (layer_to_dream_on(image, [item]) for item in (wish.layer, wish.below))
    name = plugin_settings.layer_name(wish.values, layer.get_name())
    made = pixels.new_layer(layer, wish.target, dreamed, wish.mask, name)
    keeping.keep(made, core_record, layer, wish.target, wish.guide)
    image.undo_group_start()
    try:
        inserted = image.insert_layer(made, below.get_parent(), image.get_item_position(below))
        if inserted:
            image.set_selected_layers([made])
    finally:
        image.undo_group_end()
    if not inserted:
        made.delete()
        raise Refusal(
            "GIMP could not add the new layer. Check that its group is not locked, then try again.",
            Gimp.PDBStatusType.EXECUTION_ERROR,
        )
