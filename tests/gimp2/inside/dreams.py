"""Dreams on every kind of layer; run inside GIMP 2.10 or its stand-in."""

from __future__ import absolute_import, division, print_function, unicode_literals

import io
import json

import gimp
import gimpfu
import pictures
from gimpfu import pdb

QUICK = {"octaves": 2, "iterations": 2, "working_size": 128}
# The picture as it is: what comes back shows places exactly.
STILL = {"octaves": 1, "iterations": 1, "step_size": 0.0, "pull": 0.0}


def run(report, plugin):
    """Write what was seen for every dream, by name, to the JSON file `report`."""
    pictures.PLUGIN[0] = plugin
    pictures.see_all()
    facts = {}
    for name, kind in sorted(pictures.KINDS.items()):
        facts[name] = _one(kind, QUICK)
        facts[name + " still"] = _one(kind, STILL)
    plain = pictures.KINDS["rgba"]
    concept = dict(QUICK, objective=pictures.choice("objective", "concept"))
    facts["whole layer"] = _one(plain, concept, selected=False)
    facts["own mask"] = _one(plain, STILL, selected=False, change=pictures.add_mask)
    facts["own mask and selection"] = _one(plain, STILL, change=pictures.add_mask)
    facts["unused mask, blended"] = _one(plain, STILL, selected=False, change=_blend)
    facts["classic"] = _one(plain, dict(QUICK, preset=pictures.choice("preset", "classic")))
    facts["guide"] = _guided(pictures.KINDS["grey"], pictures.KINDS["rgba"])
    facts["indexed guide"] = _guided(pictures.KINDS["rgb"], None)
    facts["name in letters"] = _one(plain, STILL, selected=False, change=_rename)
    with io.open(report, "wb") as stream:
        stream.write(json.dumps(facts).encode("ascii"))


def _one(kind, settings, selected=True, change=None, guide=None):
    image, photo, _ = pictures.make_image(kind)
    if change:
        change(photo)
    if selected:
        pictures.select(image)
    image.clean_all()
    before = pictures.state(image)
    status = pictures.dream(image, photo, guide=guide, **settings)
    facts = {"status": status, "before": before, "after": pictures.state(image)}
    facts["selected"] = pdb.gimp_drawable_mask_intersect(photo)[1:]
    gimp.delete(image)
    return facts


def _guided(kind, guides):
    """A dream guided by the selected part of a layer with a mask, in an image of its own."""
    if guides is None:
        image = gimp.Image(40, 30, gimpfu.INDEXED)
        image.colormap = bytes(bytearray(range(10, 10 + 3 * 64)))
        photo = gimp.Layer(image, pictures.native("Few colours"), 40, 30, gimpfu.INDEXED_IMAGE)
        pictures.insert(image, photo, None)
        pictures.write(
            photo, bytes(bytearray((x * x + y) % 64 for y in range(30) for x in range(40)))
        )
    else:
        image, photo, _ = pictures.make_image(guides)
        pictures.add_mask(photo)
        pictures.select(image)
    settings = dict(QUICK, objective=pictures.choice("objective", "guide"))
    facts = _one(kind, settings, selected=False, guide=photo)
    facts["guide"] = pictures.describe(photo)
    facts["guide selection"] = pictures.describe(image.selection)
    facts["guide tattoo"] = photo.tattoo
    gimp.delete(image)
    return facts


def _blend(photo):
    pictures.add_mask(photo)
    photo.apply_mask = False
    photo.mode = gimpfu.LAYER_MODE_MULTIPLY
    photo.opacity = 40.0


def _rename(photo):
    photo.name = pictures.native("F\u00f6t\u00f6 \u5922")
