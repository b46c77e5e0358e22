"""Textures dreamed from nothing; run inside GIMP."""

import json

import pictures
from gi.repository import Gimp

QUICK = {"octaves": 3, "seed": 5}
PARASITE = "deep-dream-record"


def run(report):
    """Write what was seen, by name, to the JSON file `report`."""
    facts = {}
    for case in (_over_all, _selection, _empty, _beside_a_group, _palette):
        facts[case.__name__.strip("_")] = case()
        for image in Gimp.get_images():
            image.delete()
    with open(report, "w") as stream:
        json.dump(facts, stream)


def _made(image, drawables, **settings):
    """What came of a texture and, where it was made, of the same again."""
    image.clean_all()
    facts: dict = {"before": pictures.state(image)}
    outcome = pictures.texture(image, drawables, **{**QUICK, **settings})
    facts["status"], facts["message"] = outcome
    facts["after"] = pictures.state(image)
    if outcome[0] == "success":
        layer = image.get_selected_layers()[0]
        facts["record"] = json.loads(bytes(layer.get_parasite(PARASITE).get_data()))
    return facts


def _over_all():
    """Of a preset, by a script, and a part of its settings the script's own."""
    image, photo, _ = pictures.make_image(pictures.KINDS["rgb-u8"])
    return _made(image, [photo], preset="coral-reef")


def _selection():
    """And again, moved since, without the selection."""
    image, _, _ = pictures.make_image(pictures.KINDS["greya-u16-linear"])
    pictures.select(image)
    facts = _made(image, [])
    Gimp.Selection.none(image)
    dream = image.get_selected_layers()[0]
    left, top = dream.get_offsets()[1:]
    dream.set_offsets(left + 7, top - 3)
    facts["again"] = pictures.again(image, [dream])
    facts["pair"] = [pictures.describe(item) for item in (dream, image.get_selected_layers()[0])]
    return facts


def _empty():
    """An image without layers."""
    image = Gimp.Image.new_with_precision(
        90, 70, Gimp.ImageBaseType.RGB, Gimp.Precision.FLOAT_LINEAR
    )
    return _made(image, [])


def _beside_a_group():
    """Above a group, whose layers stay below."""
    image, _, group = pictures.make_image(pictures.KINDS["rgb-u8"])
    return _made(image, [group], concept="shell")


def _palette():
    image = Gimp.Image.new(*pictures.IMAGE_SIZE, Gimp.ImageBaseType.INDEXED)
    return _made(image, [])
