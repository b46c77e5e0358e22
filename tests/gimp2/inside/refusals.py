"""Everything that cannot be dreamed on, or with; run inside GIMP 2.10 or its stand-in."""

from __future__ import absolute_import, division, print_function, unicode_literals

import io
import json
import os
import re
from contextlib import contextmanager

import gimp
import gimpfu
import pictures
from gimpfu import pdb

QUICK = {"octaves": 1, "iterations": 1, "working_size": 64}


def run(report, plugin, broken):
    """Write what was seen for every refusal, by name, to the JSON file `report`.

    `plugin` is the installed plug-in's folder, `broken` one with cores that do not work.
    """
    pictures.PLUGIN[0] = plugin
    pictures.see_all()
    facts = {}
    for name, prepare in sorted(CASES.items()):
        facts[name] = _one(prepare)
    config = os.path.join(plugin, str("core.json"))
    for name, change in sorted(CORES.items()):
        with _changed(config, lambda text, change=change: change(text, broken)):
            facts[name] = _one(_nothing_special)
    client = os.path.join(plugin, str("common"), str("worker_client.py"))
    # A worker client that gives up after seconds, not minutes.
    hasty = _changed(client, lambda text: re.sub("(silence)=[0-9.]+", "\\1=2.0", text))
    with hasty, _changed(config, lambda text: _python(text, os.path.join(broken, str("silent")))):
        facts["silent core"] = _one(_nothing_special)
    with io.open(report, "wb") as stream:
        stream.write(json.dumps(facts).encode("ascii"))


def _one(prepare):
    image, photo, group = pictures.make_image(pictures.KINDS["rgba"])
    image, drawable, settings = prepare(image, photo, group)
    image.clean_all()
    before = pictures.state(image)
    status = pictures.dream(image, drawable, **dict(QUICK, **settings))
    facts = {"status": status, "before": before, "after": pictures.state(image)}
    for left in gimp.image_list():
        gimp.delete(left)
    return facts


def _nothing_special(image, photo, _group):
    return image, photo, {}


def _selection_elsewhere(image, photo, _group):
    pictures.select_elsewhere(image)
    return image, photo, {}


def _indexed(_image, _photo, _group):
    image = gimp.Image(40, 30, gimpfu.INDEXED)
    image.colormap = bytes(bytearray(range(30)))
    layer = gimp.Layer(image, pictures.native("Few colours"), 40, 30, gimpfu.INDEXED_IMAGE)
    pictures.insert(image, layer, None)
    return image, layer, {}


def _mask(image, photo, _group):
    pictures.add_mask(photo)
    return image, photo.mask, {}


def _channel(image, _photo, _group):
    channel = pdb.gimp_channel_new(image, 160, 120, pictures.native("Channel"), 50.0, (255, 0, 0))
    pdb.gimp_image_insert_channel(image, channel, None, 0)
    return image, channel, {}


def _floating(image, photo, _group):
    pdb.gimp_image_select_rectangle(image, gimpfu.CHANNEL_OP_REPLACE, 40, 30, 20, 20)
    return image, pdb.gimp_selection_float(photo, 3, 3), {}


def _other_image(image, photo, _group):
    other, _, _ = pictures.make_image(pictures.KINDS["rgba"])
    return other, photo, {}


def _guide_elsewhere(image, photo, _group):
    other, guide, _ = pictures.make_image(pictures.KINDS["rgba"])
    pictures.select_elsewhere(other)
    return image, photo, {"objective": pictures.choice("objective", "guide"), "guide": guide}


CASES = {
    "layer group": lambda image, photo, group: (image, group, {}),
    "layer mask": _mask,
    "channel": _channel,
    "floating selection": _floating,
    "indexed": _indexed,
    "selection elsewhere": _selection_elsewhere,
    "other image": _other_image,
    "no guide": lambda image, photo, group: (
        image,
        photo,
        {"objective": pictures.choice("objective", "guide")},
    ),
    "guide that is a group": lambda image, photo, group: (
        image,
        photo,
        {"objective": pictures.choice("objective", "guide"), "guide": group},
    ),
    "guide not selected": _guide_elsewhere,
    "unknown choice": lambda image, photo, group: (image, photo, {"objective": 99}),
    "out of range": lambda image, photo, group: (image, photo, {"octaves": 99}),
    "unknown layer": lambda image, photo, group: (image, photo, {"layers": b"m9z"}),
    "unknown concept": lambda image, photo, group: (
        image,
        photo,
        {
            "objective": pictures.choice("objective", "concept"),
            "concept": "Einh\u00f6rner".encode("utf-8"),
        },
    ),
}


def _missing(_text, _broken):
    return None


def _damaged(text, _broken):
    return text[: len(text) // 2]


def _python(text, python):
    return json.dumps(dict(json.loads(text), python=pictures.text(python)))


CORES = {
    "missing core": _missing,
    "damaged core.json": _damaged,
    "python gone": lambda text, broken: _python(text, os.path.join(broken, str("nowhere"))),
    "python that cannot start": lambda text, broken: _python(
        text, os.path.join(broken, str("not-a-program"))
    ),
    "core that dies": lambda text, broken: _python(text, os.path.join(broken, str("dying"))),
    "corrupt weights": lambda text, broken: json.dumps(
        dict(json.loads(text), program=pictures.text(os.path.join(broken, str("program"))))
    ),
}


@contextmanager
def _changed(path, change):
    """The file as `change` makes it of its text, or without it where that is None."""
    with io.open(path, "rb") as stream:
        kept = stream.read()
    changed = change(kept.decode("utf-8"))
    if changed is None:
        os.remove(path)
    else:
        _write(path, pictures.text(changed).encode("utf-8"))
    try:
        yield
    finally:
        _write(path, kept)


def _write(path, data):
    with io.open(path, "wb") as stream:
        stream.write(data)
