"""Dreams dreamed again, and guided ones; run inside GIMP."""

import json
import os

import pictures
from gi.repository import Gimp, Gio

QUICK = {"octaves": 2, "iterations": 2, "working_size": 128, "seed": 3}
GUIDED = {**QUICK, "objective": "guide"}
PARASITE = "deep-dream-record"


def run(report, kinds):
    """Write what was seen, by name, to the JSON file `report`."""
    facts = {f"again {kind}": _again(pictures.KINDS[kind]) for kind in kinds}
    for case in (_thrice, _from_a_file, _changed, _on_another):
        facts[case.__name__.strip("_")] = case(os.path.dirname(report))
        _close_all()
    facts.update(_guided())
    _close_all()
    facts.update(_guided_by_file(os.path.dirname(report)))
    _close_all()
    with open(report, "w") as stream:
        json.dump(facts, stream)


def _dreamed(kind=None, **settings):
    """An image and the new layer on a part of Photo in it, with the selection taken away since."""
    image, photo, _ = pictures.make_image(kind or pictures.KINDS["rgba-u8"])
    pictures.select(image)
    return image, photo, _new(image, pictures.dream(image, [photo], **{**QUICK, **settings}))


def _new(image, outcome):
    """The layer that a dream has made, which it has selected."""
    status, message = outcome
    if status != "success":
        raise SystemExit(f"{status}: {message}")
    Gimp.Selection.none(image)
    return image.get_selected_layers()[0]


def _look(*layers):
    """Each layer's description, record, and where it is in its group."""
    image = layers[0].get_image()
    found = []
    for layer in layers:
        siblings = [item.get_name() for item in pictures.all_layers(layer.get_image())]
        kept = bytes(layer.get_parasite(PARASITE).get_data()).decode("ascii")
        found.append({**pictures.describe(layer), "record": json.loads(kept), "among": siblings})
    return {"made": found, "selected": [layer.get_name() for layer in image.get_selected_layers()]}


def _again(kind):
    image, _, dream = _dreamed(kind)
    facts = _look(dream, _new(image, pictures.again(image, [dream])))
    image.delete()
    return facts


def _thrice(_):
    image, _, dream = _dreamed()
    again = _new(image, pictures.again(image, [dream]))
    return _look(dream, again, _new(image, pictures.again(image, [again])))


def _from_a_file(folder):
    """From a file, and then in a copy of the image, where GIMP numbers its layers anew."""
    image, _, dream = _dreamed()
    file = Gio.File.new_for_path(os.path.join(folder, "dream.xcf"))
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    loaded = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    found = [dream]
    for opened in (loaded, loaded.duplicate()):
        kept = next(item for item in pictures.all_layers(opened) if item.get_parasite(PARASITE))
        found += [kept, _new(opened, pictures.again(opened, [kept]))]
    return _look(*found)


def _changed(_):
    """The dream out of its group, its mask painted, its source elsewhere under another name."""
    image, photo, dream = _dreamed()
    first = _look(dream)
    photo.set_name("Portrait")
    pictures.all_layers(image)[-1].set_name("Photo")
    photo.set_offsets(11, 40)
    image.reorder_item(dream, None, 0)
    pictures.write(dream.get_mask(), bytes(range(50)) * 20, "Y u8", (0, 0, 50, 20))
    again = _look(dream, _new(image, pictures.again(image, [dream])))
    return {**again, "made": first["made"] + again["made"]}


def _on_another(_):
    """On the background with the dream's settings, and the same without a dream to take them from.

    That one is selected first.
    """
    image, _, dream = _dreamed(objective="concept", concept="owl")
    background = pictures.all_layers(image)[-1]
    pictures.paint(background)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 20, 30, 70, 50)
    made = _new(image, pictures.again(image, [background, dream]))
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 20, 30, 70, 50)
    settings = {**QUICK, "objective": "concept", "concept": "owl"}
    return _look(made, _new(image, pictures.dream(image, [background], **settings)))


def _guided():
    """Dreams of two guides and of parts of one, some of them again."""
    facts = {}
    other, guide, _ = pictures.make_image(pictures.KINDS["rgb-u8"])
    for name, change in {
        "whole": None,
        "part": lambda: pictures.select(other),
        "part, the rest changed": lambda: _change_beside_the_ellipse(guide),
        "other part": lambda: other.select_rectangle(Gimp.ChannelOps.REPLACE, 90, 30, 30, 40),
        "masked": lambda: _mask(guide),
    }.items():
        if change:
            change()
        facts[f"guide {name}"] = _one_guided(guide, name in ("part", "masked"))
    Gimp.Selection.none(other)
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u16"])
    background = pictures.all_layers(image)[-1]
    pictures.paint(background)
    made = _new(image, pictures.dream(image, [photo], guide=background, **GUIDED))
    facts["guide beside"] = _look(made, _new(image, pictures.again(image, [made])))
    _without_number(made)
    facts["guide kept by GIMP 2.10"] = _look(made, _new(image, pictures.again(image, [made])))
    unguided = _new(image, pictures.dream(image, [photo], **QUICK))
    facts["no guide"] = _look(unguided)
    mixed = {**QUICK, "mix": "layer m4c + 0.5 guide m4b", "guide": guide}
    made = _new(image, pictures.dream(image, [photo], **mixed))
    facts["guide in a sum"] = _look(made)
    return facts


def _guided_by_file(folder):
    """A dream guided by a file that shows what a layer does, and again: so, and in another session
    of GIMP with the file beside the image.
    """
    facts = {}
    _, guide, _ = pictures.make_image(pictures.KINDS["rgb-u8"])
    file = Gio.File.new_for_path(os.path.join(folder, "petals.png"))
    _save_alone(guide, file)
    images = [each.get_id() for each in Gimp.get_images()]
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
    by_file = _new(image, pictures.dream(image, [photo], guide_file=file, **GUIDED))
    by_layer = _new(image, pictures.dream(image, [photo], guide=guide, **GUIDED))
    facts["guide file and layer"] = _look(by_file, by_layer)
    facts["guide file"] = _look(by_file, _new(image, pictures.again(image, [by_file])))
    Gimp.detach_parasite("deep-dream-guide-files")
    saved = Gio.File.new_for_path(os.path.join(folder, "guided.xcf"))
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, saved, None)
    loaded = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, saved)
    kept = next(item for item in pictures.all_layers(loaded) if item.get_parasite(PARASITE))
    facts["guide file beside"] = _look(kept, _new(loaded, pictures.again(loaded, [kept])))
    for done in (image, loaded):
        done.delete()
    facts["images left open"] = len({each.get_id() for each in Gimp.get_images()} - {*images})
    return facts


def _save_alone(layer, file):
    """Write what the layer shows to an image file of its size."""
    image = Gimp.Image.new(layer.get_width(), layer.get_height(), Gimp.ImageBaseType.RGB)
    copy = Gimp.Layer.new_from_drawable(layer, image)
    image.insert_layer(copy, None, 0)
    copy.set_offsets(0, 0)
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    image.delete()


def _without_number(made):
    """Keep of the guide what GIMP 2.10 does."""
    record = json.loads(bytes(made.get_parasite(PARASITE).get_data()))
    del record["layer"]["guide"]["number"]
    data = json.dumps(record).encode("ascii")
    made.attach_parasite(Gimp.Parasite.new(PARASITE, Gimp.PARASITE_PERSISTENT, data))


def _one_guided(guide, again):
    """A dream, and again after the selection in the guide's image has changed."""
    home = guide.get_image()
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
    made = [_new(image, pictures.dream(image, [photo], guide=guide, **GUIDED))]
    if again:
        kept = Gimp.Selection.save(home)
        Gimp.Selection.none(home)
        made.append(_new(image, pictures.again(image, made)))
        home.select_item(Gimp.ChannelOps.REPLACE, kept)
        home.remove_channel(kept)
    facts = _look(*made)
    image.delete()
    return facts


def _change_beside_the_ellipse(guide):
    """Where nothing of it is selected."""
    pictures.write(guide, bytes([200, 30, 90]) * 240, "R'G'B' u8", (85, 0, 12, 20))


def _mask(guide):
    mask = guide.create_mask(Gimp.AddMaskType.BLACK)
    guide.add_mask(mask)
    pictures.write(mask, bytes([255]) * 600, "Y u8", (60, 20, 30, 20))


def _close_all():
    for image in Gimp.get_images():
        image.delete()
