"""Dreams after their previews, as a dialog has them; run inside GIMP."""

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import replace

import pictures
from gi.repository import Gimp

QUICK = {"octaves": 1, "iterations": 1}
QUICK_BY_SCRIPT = {"octaves": 1, "iterations": 1, "working_size": 128}
# A kind of image, how many times larger than usual, and settings.
CASES = {
    "large": ("rgba-u8", 10, {}),
    "large and grey": ("grey-u8", 10, {}),
    "float": ("rgba-float-linear", 1, {}),
    "scaled by the core": ("rgba-u16", 4, {"working-size": 200}),
    "guided": ("rgba-float-linear", 1, {"objective": "guide"}),
    "tileable": ("rgb-u8", 10, {"tileable": True}),
    "texture": ("rgba-float-linear", 10, {"start": "noise"}),
}


def run(report, plugin):
    """Write what was seen to the JSON file `report`; `plugin` is the installed plug-in's folder."""
    sys.path.insert(0, plugin)
    facts: dict = {name: _one(plugin, *case) for name, case in CASES.items()}
    facts["interrupted"] = _interrupted(plugin)
    facts["stacked"] = _stacked()
    facts["remarks"] = _remarks()
    with open(report, "w") as stream:
        json.dump(facts, stream)


def _stacked():
    """Names of the layers after dreams of a layer, of one of those, and of another layer."""
    image, photo, group = pictures.make_image(pictures.KINDS["rgb-u8"])
    photo = photo.get_name()
    for number, name in enumerate((photo, "Dream 0", photo, "Below")):
        layer = next(layer for layer in group.get_children() if layer.get_name() == name)
        pictures.dream(image, [layer], **QUICK_BY_SCRIPT)
        new = image.get_selected_layers()[0]
        new.set_name(f"Dream {number}")
    names = [layer.get_name() for layer in group.get_children()]
    image.delete()
    return names


def _remarks():
    """What is remarked on pictures that hardly dream, and on one that does."""
    import pixels

    remarks = {"photo": _remark(_wished("rgb-u8", 10, {})[0])}
    remarks["texture"] = _remark(_wished("rgba-u8", 10, {"start": "noise"})[0])
    wish = _wished("rgb-u8", 1, {})[0]
    wish.image.scale(40, 30)
    remarks["small"] = _remark(replace(wish, target=_whole(wish.layer)))
    wish = _wished("rgb-u8", 10, {})[0]
    spot = pixels.Rectangle(100, 80, 7, 5)
    remarks["spot"] = _remark(replace(wish, target=spot))
    wish = _wished("rgb-u8", 10, {})[0]
    # Test GIMPs have no fonts: a bar, as of a letter.
    words = Gimp.Layer.new(
        wish.image, "I", 200, 100, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL
    )
    wish.image.insert_layer(words, None, 0)
    pictures.write(words, bytes([200, 40, 40, 255]) * 20 * 60, "R'G'B'A u8", (90, 20, 20, 60))
    remarks["words"] = _remark(replace(wish, layer=words, target=_whole(words)))
    return remarks


def _whole(layer):
    import pixels

    return pixels.rectangle_to_dream(layer)


def _remark(wish):
    import caution
    from reduced import reduce

    said = caution.remark(reduce(wish, 256))
    wish.image.delete()
    return said


def _one(plugin, kind, times, changes):
    """How many steps the preview took, and the dream after it."""
    wish, plan, small = _wished(kind, times, changes)
    # Only here are they to be found.
    import dreaming
    from rehearsal import rehearse

    with _worker(plugin) as worker:
        steps = []
        worker.wait(rehearse(worker, wish, plan, small), _counting(steps))
        preview = len(steps)
        running = dreaming.begin(wish, worker)
        answer = worker.wait(running.request, _counting(steps))
        running.finish(answer)
    layers = wish.image.get_layers()[0].get_children()
    wish.image.delete()
    return {"preview": preview, "dream": len(steps) - preview, "layers": len(layers)}


def _interrupted(plugin):
    """Steps of a preview that was given up, and those that its dream began with."""
    wish, plan, small = _wished("rgba-float-linear", 1, {"iterations": 60})
    import dreaming
    from rehearsal import rehearse

    with _worker(plugin) as worker:
        request = rehearse(worker, wish, plan, small)
        given_up = _until(worker, lambda header: header.get("iteration", 0) >= 20)
        worker.cancel(request)
        _until(worker, lambda header: header["event"] == "error")
        running = dreaming.begin(wish, worker)
        begun = _until(worker, lambda header: header.get("octave", 0) > 0)
        running.finish(worker.wait(running.request, lambda event: None))
    wish.image.delete()
    return {"given up": given_up["iteration"], "begun": begun["iteration"]}


def _until(worker, wanted):
    """The first header that is wanted."""
    while True:
        for event in worker.poll():
            if wanted(event.header):
                return event.header
        time.sleep(0.005)


def _wished(kind, times, changes):
    """A wish, the plan of its preview, and the small picture for that."""
    import dreaming
    import guide
    import pixels
    from common import plugin_settings, preview_plan
    from reduced import reduce

    image, photo, _ = pictures.make_image(pictures.KINDS[kind])
    image.scale(image.get_width() * times, image.get_height() * times)
    target = pixels.rectangle_to_dream(photo)
    values = {**plugin_settings.defaults(), **QUICK, **changes}
    looked_at = None
    if values["objective"] == "guide":
        looked_at = guide.LayerGuide(photo, target, None)
    layer = None if values["start"] == "noise" else photo
    wish = dreaming.Wish(image, layer, target, None, photo, values, looked_at)
    around = pixels.with_context(target, layer)
    plan = preview_plan.plan(max(around.width, around.height), values)
    return wish, plan, reduce(wish, plan.side)


@contextmanager
def _worker(plugin):
    from common.core_config import read_core_config
    from common.worker_client import WorkerClient

    config = read_core_config(plugin)
    with WorkerClient() as worker:
        worker.start(config.python, config.program)
        yield worker


def _counting(steps):
    def hear(event):
        if event.header.get("iteration"):
            steps.append(event)

    return hear
