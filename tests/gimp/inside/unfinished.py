"""Dreams that are ended early, taken in parts as a dialog does; run inside GIMP."""

import json
import sys
import time

import pictures

# Hours, if nobody ends it.
LONG = {"iterations": 1000, "working-size": 2048}


def run(report, plugin):
    """Write what was seen to the JSON file `report`; `plugin` is the installed plug-in's folder."""
    sys.path.insert(0, plugin)
    facts = {"kept": _one(plugin, keep=True), "dropped": _one(plugin, keep=False)}
    with open(report, "w") as stream:
        json.dump(facts, stream)


def _one(plugin, keep):
    # Only here are they to be found.
    import dreaming
    import pixels
    from common import plugin_settings
    from common.core_config import read_core_config
    from common.errors import WorkerError
    from common.worker_client import WorkerClient

    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
    pictures.select(image)
    target = pixels.rectangle_to_dream(photo)
    values = {**plugin_settings.defaults(), **LONG}
    mask = pixels.read_mask(photo, target)
    wish = dreaming.Wish(image, photo, target, mask, photo, values)
    image.clean_all()
    facts = {
        "before": pictures.state(image),
        "shown": pictures.text(pictures.read(photo, "R'G'B'A float")),
        "status": "success",
    }
    config = read_core_config(plugin)
    with WorkerClient() as worker:
        worker.start(config.python, config.program)
        running = dreaming.begin(wish, worker)
        try:
            facts["message"] = running.finish(_end_of(running, worker, keep))
        except WorkerError as error:
            facts["status"] = error.code
    facts["after"] = pictures.state(image)
    image.delete()
    return facts


def _end_of(running, worker, keep):
    """The last event of a dream that is cancelled once it has made steps."""
    asked = False
    while True:
        for event in worker.poll():
            if running.ends(event):
                return event
            if not asked and event.header.get("iteration", 0) > 1:
                running.cancel(keep)
                asked = True
        time.sleep(0.02)
