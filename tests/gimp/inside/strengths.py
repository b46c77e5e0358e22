"""Dreams with a strength map, and reduced looks at what they are made of; run inside GIMP.

A map is 0, half and 1 in three parts that lie askew, see `_part`.
"""

import json
import sys

import pictures
from gi.repository import Gegl, Gimp

QUICK = {"octaves": 2, "iterations": 2, "working_size": 128}
PARASITE = "deep-dream-record"
_PLACE = (43, 12, 60, 90)


def run(report, plugin):
    """Write what was seen, by name, to the JSON file `report`.

    `plugin` is the installed plug-in's folder.
    """
    facts = _again()
    sys.path.insert(0, plugin)
    facts["reduced"] = _reduced()
    facts["offered"] = _offered()
    # Only here are they to be found. One worker is enough for what no procedure adds to.
    from common.core_config import read_core_config
    from common.worker_client import WorkerClient

    config = read_core_config(plugin)
    with WorkerClient() as worker:
        worker.start(config.python, config.program)
        for name, make_map in MAPS.items():
            facts[name] = _one(worker, make_map)
        for kind in ("rgba-u16", "rgba-float-linear"):
            facts[kind] = _one(worker, _layer, kind)
            facts[f"none, {kind}"] = _one(worker, None, kind)
    with open(report, "w") as stream:
        json.dump(facts, stream)


def _one(worker, make_map, kind="rgba-u8"):
    import dreaming
    import pixels
    from common import plugin_settings

    image, photo, _ = pictures.make_image(pictures.KINDS[kind])
    shown = pictures.text(pictures.read(photo, "R'G'B'A float"))
    strength = make_map and make_map(image, photo)
    before = pictures.state(image)
    values = {**plugin_settings.defaults(), "octaves": 2, "iterations": 2}
    target = pixels.rectangle_to_dream(photo)
    wish = dreaming.Wish(image, photo, target, None, photo, values, strength=strength)
    message = dreaming.fulfil(wish, worker)
    facts = {"shown": shown, "before": before, "after": pictures.state(image)}
    _close_all()
    return {**facts, "status": "success", "message": message}


def _part(x, y, width, height):
    """0 at the left, then half, then 1, the borders leaning; by how far along they are."""
    along = (x + y / 4) / (width + height / 4)
    return 0 if along < 0.35 else 128 if along < 0.7 else 255


def _plane(width, height):
    return bytes(_part(x, y, width, height) for y in range(height) for x in range(width))


def _painted(image, name, width, height, alpha=False):
    """A layer that shows the parts, by its brightness or by how opaque its white is."""
    kind = Gimp.ImageType.RGBA_IMAGE if alpha else Gimp.ImageType.RGB_IMAGE
    layer = Gimp.Layer.new(image, name, width, height, kind, 100.0, Gimp.LayerMode.NORMAL)
    plane = _plane(width, height)
    white = b"\xff" * len(plane)
    samples = bytearray(4 * len(plane))
    for at in range(3):
        samples[at::4] = white if alpha else plane
    samples[3::4] = plane if alpha else white
    pictures.write(layer, bytes(samples), "R'G'B'A u8")
    image.insert_layer(layer, None, 0)
    return layer


def _layer(image, _photo):
    """As large as the image, so that Photo has a part of it."""
    return _painted(image, "Map", *pictures.IMAGE_SIZE)


def _alpha(image, _photo):
    return _painted(image, "Map", *pictures.IMAGE_SIZE, alpha=True)


def _channel(image, _photo):
    width, height = pictures.IMAGE_SIZE
    channel = Gimp.Channel.new(image, "Map", width, height, 50.0, Gegl.Color.new("red"))
    image.insert_channel(channel, None, 0)
    pictures.write(channel, _plane(width, height), "Y' u8")
    return channel


def _own_mask(_image, photo):
    mask = photo.create_mask(Gimp.AddMaskType.WHITE)
    photo.add_mask(mask)
    pictures.write(mask, _plane(*pictures.LAYER_SIZE), "Y u8")
    return mask


def _elsewhere(image, _photo):
    """Smaller than Photo, over a part of it and beyond it."""
    left, top, width, height = _PLACE
    layer = _painted(image, "Map", width, height)
    layer.set_offsets(left, top)
    return layer


def _other_image(_image, _photo):
    """Twice as large as Photo, with a mask that hides its upper quarter."""
    width, height = (2 * side for side in pictures.LAYER_SIZE)
    other = Gimp.Image.new(width, height, Gimp.ImageBaseType.RGB)
    layer = _painted(other, "Map", width, height)
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    pictures.write(mask, bytes(width * (height // 4)), "Y u8", (0, 0, width, height // 4))
    return layer


def _other_channel(_image, _photo):
    """Of an image with a palette."""
    width, height = (2 * side for side in pictures.LAYER_SIZE)
    other = Gimp.Image.new(width, height, Gimp.ImageBaseType.INDEXED)
    channel = Gimp.Channel.new(other, "Map", width, height, 50.0, Gegl.Color.new("red"))
    other.insert_channel(channel, None, 0)
    pictures.write(channel, _plane(width, height), "Y' u8")
    return channel


MAPS = {
    "none": None,
    "grey layer": _layer,
    "layer with alpha": _alpha,
    "channel": _channel,
    "own mask": _own_mask,
    "layer elsewhere": _elsewhere,
    "other image": _other_image,
    "channel of another image": _other_channel,
}


def _again():
    """Dreams again, their maps elsewhere in between: renamed, in a copy of the image, gone."""
    facts = {}
    for name, make_map in (("mask", _own_mask), ("channel", _channel), ("image", _other_image)):
        image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
        pictures.dream(image, [photo], **QUICK, strength_map=make_map(image, photo))
        dream = image.get_selected_layers()[0]
        if name == "channel":
            image.get_channels()[0].set_name("Renamed")
        outcome = pictures.again(image, [dream])
        again = image.get_selected_layers()[0]
        facts[f"again {name}"] = {
            "outcome": outcome,
            "made": [pictures.describe(layer) for layer in (dream, again)],
            "records": [_record(layer) for layer in (dream, again)],
        }
        if name == "channel":
            copy = image.duplicate()
            copy.remove_channel(copy.get_channels()[0])
            copied = next(item for item in pictures.all_layers(copy) if _record(item))
            facts["again, the map gone"] = pictures.again(copy, [copied])
        _close_all()
    return facts


def _record(layer):
    kept = layer.get_parasite(PARASITE)
    return json.loads(bytes(kept.get_data())) if kept else None


def _reduced():
    """A third of everything, seen through a part of Photo."""
    import guide
    import pixels
    import strength_map

    image, photo, _ = pictures.make_image(pictures.KINDS["rgb-u8"])
    place, scale = pixels.Rectangle(9, 6, 60, 45), 1 / 3
    effect = Gimp.DrawableFilter.new(photo, "gegl:invert-gamma", "Negative")
    photo.append_filter(effect)
    looks = {
        "photo": pixels.read_reduced(photo, place, scale),
        "map": strength_map.read_reduced_map(_layer(image, photo), photo, place, scale),
        "guide": guide.LayerGuide(photo, place, None).read(
            pixels.make_format("u8", "R'G'B'A", 4), 20
        ),
    }
    _, plain, _ = pictures.make_image(pictures.KINDS["grey-u8"])
    looks["grey"] = pixels.read_reduced(plain, place, scale)
    looks["grey as grey"] = pixels.read_reduced(plain, place, scale, grey_as_grey=True)
    facts = {
        name: {
            "size": [look.width, look.height, look.format.channels],
            "data": pictures.text(look.data),
        }
        for name, look in looks.items()
    }
    colours = {
        "colour of photo": pictures.text(pictures.read(photo, "R'G'B' u8")),
        "colour of grey": pictures.text(pictures.read(plain, "R'G'B' u8")),
    }
    _close_all()
    return {**facts, **colours}


def _offered():
    """What the next run is offered of the last one's choices, a guide and a map.

    On the same image, on another, on any, and on the same where no guide is asked for any more.
    Then what the dialog for a new dream is offered: what grows, with the guide, and without it.
    """
    import last_choices

    procedure = Gimp.get_pdb().lookup_procedure("plug-in-deep-dream")
    image, photo, _ = pictures.make_image(pictures.KINDS["rgb-u8"])
    other, guide, _ = pictures.make_image(pictures.KINDS["rgb-u8"])
    chosen = procedure.create_config()
    chosen.set_property("objective", "guide")
    chosen.set_property("guide", guide)
    chosen.set_property("strength-map", _layer(image, photo))
    last_choices.remember(chosen)
    # Which leaves the dream's alone.
    texture = Gimp.get_pdb().lookup_procedure("plug-in-deep-dream-texture")
    last_choices.remember(texture.create_config())
    found = []
    for shown, grow in ((image, "guide"), (other, "guide"), (None, "guide"), (image, "layers")):
        config = procedure.create_config()
        config.set_property("objective", grow)
        last_choices.offer(config, shown)
        offered = [config.get_property(name) for name in ("guide", "strength-map")]
        found.append([item and item.get_name() for item in offered])
    for closed in (False, True):
        if closed:
            other.delete()
        config = procedure.create_config()
        config.set_property("objective", "guide")
        last_choices.offer_begun(config, image)
        found.append([config.get_property("objective"), config.get_property("guide") is not None])
    _close_all()
    return found


def _close_all():
    for image in Gimp.get_images():
        image.delete()
