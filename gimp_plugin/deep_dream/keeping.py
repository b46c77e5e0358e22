"""How a layer was dreamed, kept on the layer itself, so that XCF files have it too.

Beside the core's record stands, as its `layer`, what finds the dream's layers again:

    {"source": {"name", "tattoo", "place"}, "guide": {"name", "tattoo", "place", "image"} or null}

A place is [x, y, width, height] in pixels of that layer: what was dreamed, or seen of the guide.
`image` is the name of another image than the dream's, or empty.
"""

from gi.repository import Gimp

from common import record
from common.errors import WorkerError
from pixels import Rectangle
from refusal import Refusal

_SELECT_BOTH = (
    "Select this layer and, with Ctrl, the layer to dream on, then try again: it gets this one's"
    " settings."
)


def keep(layer, core_record, wish):
    """Write down on `layer`, which is in no image yet, how it was dreamed.

    `core_record` is the core's, `wish` what it was asked for.
    """
    image = wish.layer.get_image()
    layers = {"source": _written(wish.layer, wish.target), "guide": None}
    if wish.guide is not None:
        other = wish.guide.get_image()
        name = "" if other.get_id() == image.get_id() else other.get_name()
        layers["guide"] = dict(_written(wish.guide, wish.seen), image=name)
    # GIMP takes characters below 128 alone here, and a record has no others.
    data = record.as_text(core_record, layers).encode("ascii")
    layer.attach_parasite(Gimp.Parasite.new(record.NAME, Gimp.PARASITE_PERSISTENT, data))


def is_dream(layer):
    """Whether it is kept how `layer` was dreamed."""
    return layer.get_parasite(record.NAME) is not None


def kept(layer):
    """The record of the dream `layer`.

    Raises WorkerError where it is damaged or of a later kind.
    """
    data = bytes(layer.get_parasite(record.NAME).get_data())
    found = record.from_text(data.decode("ascii", "replace"))
    try:
        for written in filter(None, (found["layer"]["source"], found["layer"]["guide"])):
            whole = len(written["place"]) == 4 and {"name", "tattoo"} <= written.keys()
            if not whole or not all(isinstance(number, int) for number in written["place"]):
                raise ValueError
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise WorkerError("bad-record", "The record of this layer's dream is damaged.") from error
    return found


def source_of(dream, found):
    """The layer that the layer `dream` with the record `found` was made from, and its place there.

    Raises Refusal where that layer is gone, or smaller than it was.
    """
    written = found["layer"]["source"]
    place = Rectangle(*written["place"])
    source = _find(dream.get_image(), written, dream)
    if source is None:
        raise Refusal(
            f"The layer “{written['name']}”, which this dream was made from, is not in the image."
            f" {_SELECT_BOTH}"
        )
    if not _holds(source, place):
        raise Refusal(
            f"The layer “{written['name']}” is smaller than when this dream was made from it."
            f" {_SELECT_BOTH}"
        )
    return source, place


def guide_of(image, found):
    """The guide of a dream in `image`, and what was seen of it; None for both where it had none.

    Raises Refusal where it had one that is not there as it was.
    """
    written = found["layer"]["guide"]
    if not written:
        return None, None
    place, other = Rectangle(*written["place"]), written["image"]
    images = [open_image for open_image in Gimp.get_images() if open_image.get_name() == other]
    for candidate in images if other else [image]:
        guide = _find(candidate, written)
        if guide is not None and _holds(guide, place):
            return guide, place
    home = f" of the image “{other}”" if other else ""
    raise Refusal(
        f"This dream's guide, the layer “{written['name']}”{home}, is not open, or smaller than it"
        " was. Open it, or choose another guide in the dialog."
    )


def _written(layer, place):
    return {
        "name": layer.get_name(),
        "tattoo": layer.get_tattoo(),
        "place": [place.x, place.y, place.width, place.height],
    }


def _find(image, written, besides=None):
    """The layer of `image` that was `written`, None if it is not there.

    A copy of an image has its tattoos dealt out anew, so that the name must fit too, and is enough
    where only one layer has it.
    """
    named = [layer for layer in _all(image.get_layers()) if layer.get_name() == written["name"]]
    if besides is not None:
        named = [layer for layer in named if layer.get_id() != besides.get_id()]
    for layer in named:
        if layer.get_tattoo() == written["tattoo"]:
            return layer
    return named[0] if len(named) == 1 else None


def _all(layers):
    for layer in layers:
        yield layer
        if layer.is_group_layer():
            yield from _all(layer.get_children())


def _holds(layer, place):
    return (
        place.x + place.width <= layer.get_width() and place.y + place.height <= layer.get_height()
    )
