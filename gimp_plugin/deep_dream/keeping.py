"""How a layer was dreamed, kept on the layer itself, so that XCF files have it too.

Beside the core's record stands, as its `layer`, what finds the dream's layers again:

    {"tattoo": 9, "source": {"name", "tattoo", "place"},
     "guide": {"name", "tattoo", "place", "image", "number", "selected"}, {"file"} or null,
     "strength": {"name", "tattoo", "place", "image", "number", "kind"} or null}

The `source` of a texture, which has none, has no name and the tattoo 0; its place was in the image.
`strength` is the strength map, of the `kind` layer, channel or mask; of a mask, its layer is named.
A place is [x, y, width, height] in pixels of that layer: what was dreamed, or seen of the guide.
`image` is the name of another image than the dream's, or empty; `number` is GIMP's own for it,
which tells apart those of one name while GIMP runs; GIMP 2.10 keeps none. `selected` says how much
of the guide's place was selected, a byte a pixel, deflated and in base64; empty for all of it. A
tattoo is GIMP's number of a layer: nothing but a copy of the whole image changes it, and the first
one, the dream's own, shows that. `file` is the name of a guide's file without its folder, which is
nobody's business whom the image is given to.
"""

import base64
import binascii
import zlib

from gi.repository import Gimp

from common import record
from common.errors import WorkerError
from common.translation import _
from guide import FileGuide, LayerGuide, find_file, remember_file
from pixels import Rectangle
from refusal import Refusal, guide_to_look_at, strength_map_to_follow

_SELECT_BOTH = _(
    "Select this layer and, with Ctrl, the layer to dream on, then try again: it gets this one's"
    " settings."
)


def keep(made, core_record, source, place, guide, strength):
    """Write down on the layer `made`, which is in no stack yet, how it was dreamed.

    `core_record` is the core's; `source` was dreamed on at `place`, or None for a texture, guided
    by `guide` or None, with the drawable `strength` as its strength map, or None.
    """
    layers = {"tattoo": made.get_tattoo(), "source": _written(source, place)}
    layers.update(guide=None, strength=None)
    if isinstance(guide, FileGuide):
        layers["guide"] = {"file": guide.name}
        remember_file(guide)
    elif guide is not None:
        selected = base64.b64encode(zlib.compress(guide.selected or b"")).decode("ascii")
        layers["guide"] = {
            **_written(guide.layer, guide.place),
            **_home(guide.layer, made),
            "selected": "" if guide.selected is None else selected,
        }
    if strength is not None:
        whole = Rectangle(0, 0, strength.get_width(), strength.get_height())
        layers["strength"] = {
            **_written(_named_for(strength), whole),
            **_home(strength, made),
            "kind": _kind(strength),
        }
    # GIMP takes characters below 128 alone here, and a record has no others.
    data = record.as_text(core_record, layers).encode("ascii")
    made.attach_parasite(Gimp.Parasite.new(record.NAME, Gimp.PARASITE_PERSISTENT, data))


def is_dream(layer):
    """Whether it is kept how `layer` was dreamed."""
    return layer.get_parasite(record.NAME) is not None


def dreamed_on(layer):
    """The tattoo of the layer that `layer` was dreamed on; None where that is not kept."""
    if not is_dream(layer):
        return None
    try:
        return kept(layer)["layer"]["source"]["tattoo"]
    except WorkerError:
        return None


def kept(layer):
    """The record of the dream `layer`.

    Raises WorkerError where it is damaged or of a later kind.
    """
    data = bytes(layer.get_parasite(record.NAME).get_data())
    found = record.from_text(data.decode("ascii", "replace"))
    layers = found["layer"]
    whole = isinstance(layers.get("tattoo"), int) and _is_written(layers.get("source"))
    for role, extra in (("guide", "selected"), ("strength", "kind")):
        other = layers.get(role)
        if role == "guide" and isinstance(other, dict) and "file" in other:
            whole = whole and isinstance(other["file"], str) and "/" not in other["file"]
        elif other is not None:
            whole = whole and _is_written(other) and isinstance(other.get("number", 0), int)
            whole = whole and all(isinstance(other.get(key), str) for key in ("image", extra))
    if not whole:
        raise _damaged()
    return found


def is_texture(found):
    """Whether the record `found` is of a dream that was made from nothing."""
    return not found["layer"]["source"]["tattoo"]


def place_of(found):
    """The place in the record `found` of what was dreamed on, or of a texture."""
    return Rectangle(*found["layer"]["source"]["place"])


def source_of(dream, found):
    """The layer that the layer `dream` with the record `found` was made from, and its place there.

    Raises Refusal where that layer is gone, or smaller than it was.
    """
    written = found["layer"]["source"]
    place = place_of(found)
    source = _find_beside(dream, found, written)
    if source is None:
        raise Refusal(
            _("The layer “{name}”, which this dream was made from, is not in the image.").format(
                name=written["name"]
            )
            + f" {_SELECT_BOTH}"
        )
    if not _holds(source, place):
        raise Refusal(
            _("The layer “{name}” is smaller than when this dream was made from it.").format(
                name=written["name"]
            )
            + f" {_SELECT_BOTH}"
        )
    return source, place


def guide_of(dream, found):
    """The guide of the dream `dream` with the record `found`, None where it had none.

    Raises Refusal where it had one that is not there as it was, and WorkerError where what was
    selected of it is damaged.
    """
    written = found["layer"].get("guide")
    if written is None:
        return None
    if "file" in written:
        return _file_of(dream, written["file"])
    place, home = Rectangle(*written["place"]), written["image"]
    for layer in _find(dream, found, written):
        if _holds(layer, place):
            return LayerGuide(guide_to_look_at(layer), place, _selected(written, place))
    if home:
        text = _(
            "This dream's guide, the layer “{name}” of the image “{image}”, is not open, or smaller"
            " than it was. Open it, or choose another guide in the dialog."
        )
    else:
        text = _(
            "This dream's guide, the layer “{name}”, is not there, or smaller than it was. Bring it"
            " back, or choose another guide in the dialog."
        )
    raise Refusal(text.format(name=written["name"], image=home))


def _file_of(dream, name):
    guide = find_file(name, dream.get_image())
    if guide is None:
        raise Refusal(
            _(
                "This dream's guide, the file “{name}”, is not beside the image. Put it there, or"
                " choose another guide in the dialog."
            ).format(name=name)
        )
    return guide


def strength_of(dream, found):
    """The strength map of the dream `dream` with the record `found`, None where it had none.

    Raises Refusal where it had one that is gone.
    """
    written = found["layer"].get("strength")
    if written is None:
        return None
    for item in _find(dream, found, written):
        drawable = item.get_mask() if written["kind"] == "mask" else item
        if drawable is not None:
            return strength_map_to_follow(drawable)
    if written["image"]:
        sentence = _(
            "This dream's strength map, “{name}”, is not open. Open its image, or choose another"
            " map, or none, in the dialog."
        )
    else:
        sentence = _(
            "This dream's strength map, “{name}”, is not in the image any more. Bring it back, or"
            " choose another map, or none, in the dialog."
        )
    raise Refusal(sentence.format(name=written["name"]))


def _kind(drawable):
    if isinstance(drawable, Gimp.LayerMask):
        return "mask"
    return "layer" if isinstance(drawable, Gimp.Layer) else "channel"


def _named_for(drawable):
    """What `drawable` is found by: its layer, where it is a mask."""
    return Gimp.Layer.from_mask(drawable) if _kind(drawable) == "mask" else drawable


def _home(drawable, made):
    """Where `drawable` is, as seen from the image of the layer `made`."""
    home = drawable.get_image()
    name = "" if home.get_id() == made.get_image().get_id() else home.get_name()
    return {"image": name, "number": home.get_id()}


def _written(layer, place):
    return {
        "name": "" if layer is None else layer.get_name(),
        "tattoo": 0 if layer is None else layer.get_tattoo(),
        "place": [place.x, place.y, place.width, place.height],
    }


def _is_written(written):
    """Whether that is what `_written` makes, all of it possible."""
    if not isinstance(written, dict) or not isinstance(written.get("name"), str):
        return False
    place, tattoo = written.get("place"), written.get("tattoo")
    if not isinstance(place, list) or len(place) != 4:
        return False
    if not all(isinstance(number, int) for number in (tattoo, *place)):
        return False
    return min(place[:2]) >= 0 and min(place[2:]) > 0


def _selected(written, place):
    """How much was selected of a guide that was `written`, None for all of it."""
    if not written["selected"]:
        return None
    size = place.width * place.height
    unpacker = zlib.decompressobj()
    try:
        # No more than it can be, whoever has written it.
        plane = unpacker.decompress(base64.b64decode(written["selected"]), size + 1)
    except (binascii.Error, zlib.error) as error:
        raise _damaged() from error
    if len(plane) != size:
        raise _damaged()
    return plane


def _damaged():
    return WorkerError("bad-record", _("The record of this layer's dream is damaged."))


def _find(dream, found, written):
    """What may be the guide or the map that was `written` for `dream`, the likeliest first."""
    if not written["image"]:
        beside = _find_beside(dream, found, written)
        return [] if beside is None else [beside]
    images = _others_named(written["image"], dream.get_image())
    images.sort(key=lambda image: image.get_id() != written.get("number"))
    items = [_by_name(image, written) or _by_tattoo(image, written) for image in images]
    return [item for item in items if item is not None]


def _find_beside(dream, found, written):
    """The layer that was `written`, in the image of `dream` with the record `found`; None if gone.

    Layers get other names, which leaves their tattoos. In a copy of the image tattoos are dealt out
    anew, which leaves the names.
    """
    image, layer = dream.get_image(), None
    if dream.get_tattoo() == found["layer"]["tattoo"]:
        layer = _by_tattoo(image, written)
    layer = layer or _by_name(image, written)
    return None if layer is None or layer.get_id() == dream.get_id() else layer


def _others_named(name, own):
    """The open images with that name, `own` left out."""
    others = [image for image in Gimp.get_images() if image.get_id() != own.get_id()]
    return [image for image in others if image.get_name() == name]


def _by_tattoo(image, written):
    items = _all_like(image, written)
    return next((item for item in items if item.get_tattoo() == written["tattoo"]), None)


def _by_name(image, written):
    items = _all_like(image, written)
    return next((item for item in items if item.get_name() == written["name"]), None)


def _all_like(image, written):
    """The channels of `image` where a channel was `written`, else its layers."""
    return image.get_channels() if written.get("kind") == "channel" else _all(image.get_layers())


def _all(layers):
    for layer in layers:
        yield layer
        if layer.is_group_layer():
            yield from _all(layer.get_children())


def _holds(layer, place):
    return (
        place.x + place.width <= layer.get_width() and place.y + place.height <= layer.get_height()
    )
