"""From a wish to a new layer: pixels to the worker, the dream back into the image."""

from __future__ import absolute_import, division, print_function, unicode_literals

from collections import namedtuple

import gimp
from gimpfu import pdb

import keeping
import pixels
from common import plugin_settings
from common.text import as_text, native
from common.translation import _
from progress import ProgressBar
from refusal import Refusal, layer_to_dream_on

# The image, what is dreamed on in it, what of that the new layer covers, and that one's mask, None for
# none; the values of all settings; a keeping.Guide, None for no guide.
Wish = namedtuple(
    str("Wish"),
    [str(name) for name in ("image", "layer", "target", "mask", "values", "guide")],
)
_DEEP = _(
    "GIMP 2.10 hands over eight bits a channel, and this image has more: the dream's layer has"
    " eight. With GIMP 3, Deep Dream keeps them all."
)


def fulfil(wish, worker):
    """Dream, and put the dream into the image in one undo step; returns a remark, often empty.

    Raises Refusal or WorkerError; then the image is as it was.
    """
    around = pixels.with_context(wish.target, wish.layer)
    picture = pixels.read(wish.layer, around)
    answer = _dream(worker, picture, wish)
    inner = pixels.Rectangle(
        wish.target.x - around.x, wish.target.y - around.y, wish.target.width, wish.target.height
    )
    dreamed = pixels.cropped(picture._replace(data=answer.payload), inner)
    _insert(wish, dreamed, answer.header["record"])
    # Last of all, see pixels.
    deep = _DEEP if pixels.is_deep(wish.image) else ""
    return " ".join(filter(None, [answer.header.get("message", ""), deep]))


def _dream(worker, picture, wish):
    """The worker's result for all of `picture`."""
    guide = None if wish.guide is None else pixels.read_guide(*wish.guide)
    bar = ProgressBar()
    request = worker.dream(
        picture.width,
        picture.height,
        picture.channels,
        plugin_settings.beside_preset(wish.values),
        picture.data,
        sample_format="u8",
        guide=guide,
    )
    answer = worker.wait(request, bar.show)
    bar.end()
    return answer


def _insert(wish, dreamed, record):
    """The one place where the image changes, in one undo step."""
    image = wish.image
    # Whoever asks what is gone for more than that gets GIMP's own error, and may crash.
    layer = layer_to_dream_on(image, wish.layer)
    source = as_text(layer.name)
    if keeping.is_dream(layer):
        source = plugin_settings.picture_name(source)
    name = plugin_settings.layer_name(wish.values, source)
    made = pixels.new_layer(layer, wish.target, dreamed, native(name))
    keeping.keep(made, record, layer, wish.target, wish.guide)
    image.undo_group_start()
    try:
        _put_above(image, made, layer)
        if wish.mask is not None:
            pixels.add_mask(made, wish.mask)
        image.active_layer = made
    finally:
        image.undo_group_end()


def _put_above(image, made, layer):
    parent = pdb.gimp_item_get_parent(layer)
    position = pdb.gimp_image_get_item_position(image, layer)
    try:
        pdb.gimp_image_insert_layer(image, made, parent, position)
    except RuntimeError:
        gimp.delete(made)
        raise Refusal(
            _(
                "GIMP could not add the new layer. Check that its group is not locked,"
                " then try again."
            )
        )
