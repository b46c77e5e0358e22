"""Dreams that cannot be dreamed again; run inside GIMP."""

import json

import pictures
from gi.repository import Gimp

PARASITE = "deep-dream-record"


def cases():
    """Name -> a function that makes of (image, photo, group) the layers to be dreamed again."""
    genuine = _genuine_record()

    def kept(change):
        """With a layer that has the genuine record, save what `change` does to it.

        Layers that `change` gives are to be dreamed again instead of that one.
        """

        def prepare(image, photo, _):
            record = json.loads(json.dumps(genuine))
            dream = photo.copy()
            image.insert_layer(dream, photo.get_parent(), 0)
            record["layer"]["tattoo"] = dream.get_tattoo()
            record["layer"]["source"]["tattoo"] = photo.get_tattoo()
            given = change(record, image, photo, dream)
            _attach(dream, json.dumps(record))
            return given if _are_layers(given) else [dream]

        return prepare

    return {
        "no dream": lambda image, photo, group: [photo],
        "nothing to dream again": lambda image, photo, group: [],
        "group again": lambda image, photo, group: [group],
        "two layers, no dream": lambda image, photo, group: group.get_children()[:2],
        "two dreams": kept(_two),
        "three layers": kept(lambda _, image, photo, dream: pictures.all_layers(image)[1:4]),
        "other layer not selected": kept(_not_selected),
        "source gone": kept(lambda _, image, photo, dream: image.remove_layer(photo)),
        "source smaller": kept(lambda _, image, photo, dream: photo.resize(40, 71, 0, 0)),
        "source a group": kept(_group),
        "dream enlarged": kept(_enlarge),
        "guide gone": kept(_guide("Shells", "Beach.xcf")),
        "guide's file gone": kept(_guide_file("petals.png")),
        "guide's file elsewhere": kept(_guide_file("/petals.png")),
        "guide gone from this image": kept(_guide("Shells", "")),
        "guide smaller": kept(_guide("Below", "")),
        "guide damaged": kept(_guide("Background", "", selected="%%%")),
        "guide not all there": kept(_guide("Background", "", selected="eJwDAAAAAAE=")),
        "record of another version": kept(lambda record, *_: record.update(number=2, version="9")),
        "setting of another version": kept(lambda record, *_: record["settings"].update(glow=2)),
        "no place in it": kept(lambda record, *_: record["layer"]["source"].pop("place")),
        "place beyond all": kept(
            lambda record, *_: record["layer"]["source"].update(place=[-1, 0, 9, 9])
        ),
        "network not there": kept(lambda record, *_: record["settings"].update(network="alexnet")),
        "record cut off": _cut_off(genuine),
    }


def _are_layers(given):
    return isinstance(given, list) and all(isinstance(item, Gimp.Item) for item in given)


def _genuine_record():
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
    quick = {"octaves": 1, "iterations": 1, "working_size": 64}
    status, message = pictures.dream(image, [photo], **quick)
    if status != "success":
        raise SystemExit(message)
    kept = image.get_selected_layers()[0].get_parasite(PARASITE)
    record = json.loads(bytes(kept.get_data()))
    image.delete()
    return record


def _attach(layer, text):
    data = text.encode("ascii")
    layer.attach_parasite(Gimp.Parasite.new(PARASITE, Gimp.PARASITE_PERSISTENT, data))


def _two(_, image, photo, dream):
    _attach(photo, "{}")
    return [photo, dream]


def _not_selected(_, image, photo, dream):
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 130, 90, 20, 20)
    below = next(layer for layer in pictures.all_layers(image) if layer.get_name() == "Below")
    return [dream, below]


def _group(record, image, photo, dream):
    image.remove_layer(photo)
    for item in pictures.all_layers(image):
        if item.is_group_layer():
            item.set_name("Photo")


def _enlarge(_, image, photo, dream):
    dream.add_mask(dream.create_mask(Gimp.AddMaskType.WHITE))
    dream.scale(120, 80, False)


def _guide(name, home, selected=""):
    def change(record, *_):
        record["settings"]["objective"] = "guide"
        record["layer"]["guide"] = {
            "name": name,
            "tattoo": 999,
            "place": [0, 0, 20, 20],
            "image": home,
            "number": 1,
            "selected": selected,
        }

    return change


def _guide_file(name):
    def change(record, *_):
        record["settings"]["objective"] = "guide"
        record["layer"]["guide"] = {"file": name}

    return change


def _cut_off(genuine):
    def prepare(image, photo, _):
        dream = photo.copy()
        image.insert_layer(dream, photo.get_parent(), 0)
        _attach(dream, json.dumps(genuine)[:300])
        return [dream]

    return prepare
