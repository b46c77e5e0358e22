"""Everything that cannot be dreamed on, or with; run inside GIMP."""

import contextlib
import json
import re
from pathlib import Path

import pictures
import refused_again
from gi.repository import Gegl, Gimp, Gio

QUICK = {"octaves": 1, "iterations": 1, "working_size": 64}
PLAIN = pictures.KINDS["rgba-u8"]


def run(report, plugin, broken):
    """Write what was seen for every refusal, by name, to the JSON file `report`.

    `plugin` is the installed plug-in's folder, `broken` one with cores that do not work.
    """
    plugin, broken = Path(plugin), Path(broken)
    facts = {}
    for name, prepare in CASES.items():
        facts[name] = _one(prepare)
    for name, prepare in refused_again.cases().items():
        facts[name] = _one_again(prepare)
    for name, change in CORES.items():
        with _changed(plugin / "core.json", lambda text, change=change: change(text, broken)):
            facts[name] = _one(_nothing_special)
    impatient = _impatient(plugin / "common" / "worker_client.py")
    with impatient, _changed(plugin / "core.json", lambda text: _python(text, broken / "silent")):
        facts["silent core"] = _one(_nothing_special)
    Path(report).write_text(json.dumps(facts))


def _one(prepare):
    image, photo, group = pictures.make_image(PLAIN)
    image, drawables, settings = prepare(image, photo, group)
    return _seen(image, lambda: pictures.dream(image, drawables, **{**QUICK, **settings}))


def _one_again(prepare):
    image, photo, group = pictures.make_image(PLAIN)
    drawables = prepare(image, photo, group)
    return _seen(image, lambda: pictures.again(image, drawables))


def _seen(image, dream):
    image.clean_all()
    before = pictures.state(image)
    status, message = dream()
    facts = {
        "status": status,
        "message": message,
        "before": before,
        "after": pictures.state(image),
    }
    for left in Gimp.get_images():
        left.delete()
    return facts


def _nothing_special(image, photo, _group):
    return image, [photo], {}


def _selection_elsewhere(image, photo, _group):
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 130, 90, 20, 20)
    return image, [photo], {}


def _indexed(_image, _photo, _group):
    image = Gimp.Image.new(*pictures.IMAGE_SIZE, Gimp.ImageBaseType.INDEXED)
    layer = Gimp.Layer.new(
        image, "Few colours", 30, 20, Gimp.ImageType.INDEXED_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(layer, None, 0)
    return image, [layer], {}


def _channel(image, _photo, _group):
    channel = Gimp.Channel.new(image, "Channel", *pictures.IMAGE_SIZE, 50.0, Gegl.Color.new("red"))
    image.insert_channel(channel, None, 0)
    return image, [channel], {}


def _floating(image, photo, _group):
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 40, 30, 20, 20)
    return image, [Gimp.Selection.float(image, [photo], 3, 3)], {}


def _not_a_number(_image, _photo, _group):
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-float-linear"])
    samples = pictures.array("f", pictures.read(photo, "RGBA float"))
    samples[4 * (20 * photo.get_width() + 30)] = float("nan")
    pictures.write(photo, samples.tobytes(), "RGBA float")
    return image, [photo], {}


def _no_guide(image, photo, _group):
    return image, [photo], {"objective": "guide"}


def _guide_not_selected(image, photo, _group):
    other, guide, _ = pictures.make_image(PLAIN)
    other.select_rectangle(Gimp.ChannelOps.REPLACE, 130, 90, 20, 20)
    return image, [photo], {"objective": "guide", "guide": guide}


def _guide_is_group(image, photo, group):
    return image, [photo], {"objective": "guide", "guide": group}


def _guide_is_no_picture(image, photo, _group):
    return image, [photo], {"objective": "guide", "guide_file": Gio.File.new_for_path(__file__)}


def _guide_shows_nothing(image, photo, _group):
    hidden, _, _ = pictures.make_image(PLAIN)
    for item in hidden.get_layers():
        item.set_visible(False)
    file = Gio.File.new_for_path("/tmp/all hidden.xcf")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, hidden, file, None)
    hidden.delete()
    return image, [photo], {"objective": "guide", "guide_file": file}


def _black_map(image, photo, _group):
    """White, but not where it lies on Photo."""
    width, height = pictures.IMAGE_SIZE
    channel = Gimp.Channel.new(image, "Map", width, height, 50.0, Gegl.Color.new("red"))
    image.insert_channel(channel, None, 0)
    pictures.write(channel, bytes(width * height), "Y u8")
    pictures.write(channel, b"\xff" * (10 * height), "Y u8", (0, 0, 10, height))
    return image, [photo], {"strength_map": channel}


CASES = {
    "no layer": lambda image, photo, group: (image, [], {}),
    "two layers": lambda image, photo, group: (image, group.get_children()[:2], {}),
    "layer group": lambda image, photo, group: (image, [group], {}),
    "channel": _channel,
    "floating selection": _floating,
    "indexed": _indexed,
    "selection elsewhere": _selection_elsewhere,
    "not a number": _not_a_number,
    "no guide": _no_guide,
    "guide not selected": _guide_not_selected,
    "guide is a group": _guide_is_group,
    "guide is no picture": _guide_is_no_picture,
    "guide shows nothing": _guide_shows_nothing,
    "map is a group": lambda image, photo, group: (image, [photo], {"strength_map": group}),
    "map is the selection": lambda image, photo, group: (
        image,
        [photo],
        {"strength_map": image.get_selection()},
    ),
    "map is black": _black_map,
    "unknown layer": lambda image, photo, group: (image, [photo], {"layers": "m9z"}),
    "unknown concept": lambda image, photo, group: (
        image,
        [photo],
        {"objective": "concept", "concept": "unicorn"},
    ),
}


def _missing(_text, _broken):
    return None


def _damaged(text, _broken):
    return text[: len(text) // 2]


def _python(text, python):
    return json.dumps({**json.loads(text), "python": str(python)})


CORES = {
    "missing core": _missing,
    "damaged core.json": _damaged,
    "python gone": lambda text, broken: _python(text, broken / "nowhere"),
    "python that cannot start": lambda text, broken: _python(text, broken / "not-a-program"),
    "core that dies": lambda text, broken: _python(text, broken / "dying"),
    "corrupt weights": lambda text, broken: json.dumps(
        {**json.loads(text), "program": str(broken / "program")}
    ),
}


@contextlib.contextmanager
def _changed(path, change):
    """The file as `change` makes it of its text, or without it where that is None."""
    text = path.read_text()
    changed = change(text)
    if changed is None:
        path.unlink()
    else:
        path.write_text(changed)
    try:
        yield
    finally:
        path.write_text(text)


def _impatient(client):
    """A worker client that gives up after seconds, not minutes."""
    return _changed(client, lambda text: re.sub(r"(silence)=[\d.]+", r"\1=2.0", text))
