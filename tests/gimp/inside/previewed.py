"""Dreams after their previews, as a dialog has them; run inside GIMP."""

import json
import sys

import pictures

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
    facts["stacked"] = _stacked()
    with open(report, "w") as stream:
        json.dump(facts, stream)


def _stacked():
    """Names of the layers after two dreams of one layer, and one of another."""
    image, photo, group = pictures.make_image(pictures.KINDS["rgb-u8"])
    for number, name in enumerate((photo.get_name(), photo.get_name(), "Below")):
        layer = next(layer for layer in group.get_children() if layer.get_name() == name)
        pictures.dream(image, [layer], **QUICK_BY_SCRIPT)
        new = image.get_selected_layers()[0]
        new.set_name(f"Dream {number}")
    names = [layer.get_name() for layer in group.get_children()]
    image.delete()
    return names


def _one(plugin, kind, times, changes):
    """How many steps the preview took, and the dream after it."""
    # Only here are they to be found.
    import dreaming
    import guide
    import pixels
    from common import plugin_settings, preview_plan
    from common.core_config import read_core_config
    from common.worker_client import WorkerClient
    from reduced import reduce
    from rehearsal import rehearse

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
    config = read_core_config(plugin)
    with WorkerClient() as worker:
        worker.start(config.python, config.program)
        steps = []
        small = reduce(wish, plan.side)
        worker.wait(rehearse(worker, wish, plan, small), _counting(steps))
        preview = len(steps)
        running = dreaming.begin(wish, worker)
        answer = worker.wait(running.request, _counting(steps))
        running.finish(answer)
    layers = image.get_layers()[0].get_children()
    image.delete()
    return {"preview": preview, "dream": len(steps) - preview, "layers": len(layers)}


def _counting(steps):
    def hear(event):
        if event.header.get("iteration"):
            steps.append(event)

    return hear
