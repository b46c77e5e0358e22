"""What breaks while a dream is on its way; run inside GIMP."""

import contextlib
import json
import os
import random
import re
import resource
import signal
import threading
import time
from pathlib import Path

import cancelled
import pictures
import processes
from gi.repository import Gimp

QUICK = {"octaves": 1, "iterations": 1, "working_size": 64}
# Of pictures that are hardly any, in pixels.
SIZES = ((1, 1), (1, 3000), (3000, 1))
# From the engine's first moment to well within the dream, in seconds.
_SPAN = 4.0
# A plug-in that is patient for seconds, not minutes, so that silence is soon noticed.
_PATIENCE = 5.0


def run(report, plugin, seed, tries):
    """Write what was seen at every try of every fault to the JSON file `report`.

    `plugin` is the installed plug-in's folder; `tries` says how often each fault is tried.
    """
    facts = {}
    client = Path(plugin) / "common" / "worker_client.py"
    for name, times in tries.items():
        moments = [random.Random(f"{seed} {name} {number}") for number in range(times)]
        facts[name] = [_try(BREAKS[name], moment, client) for moment in moments]
    facts["sizes"] = [[*size, *_sized(*size)] for size in SIZES]
    Path(report).write_text(json.dumps(facts))


def endless():
    """A dream that somebody else will have to end; run instead of `run`."""
    _, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
    pictures.dream(photo.get_image(), [photo], **cancelled.LONG)


def quick():
    """Dream shortly; returns the status, and how many layers came to be."""
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
    return _dreamed(image, photo, QUICK)


def _sized(width, height):
    """The same on a layer of that size, in pixels."""
    image = Gimp.Image.new(width, height, Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new(
        image, "Thin", width, height, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(layer, None, 0)
    pictures.paint(layer)
    return _dreamed(image, layer, {**QUICK, "working_size": 0})


def _dreamed(image, layer, settings):
    layers = len(pictures.all_layers(image))
    status, _ = pictures.dream(image, [layer], **settings)
    made = len(pictures.all_layers(image)) - layers
    image.delete()
    return [status, made]


def _try(break_it, moment, client):
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
    pictures.select(image)
    image.clean_all()
    before, files = pictures.state(image), cancelled.files()
    breaking = threading.Thread(target=_once_there, args=(break_it, moment))
    breaking.start()
    # Only there: a busy machine may need some patience before anything is broken.
    with _impatient(client) if break_it is _stop else contextlib.nullcontext():
        status, message = pictures.dream(image, [photo], **cancelled.LONG)
    breaking.join()
    begun = time.monotonic()
    left = cancelled.wait_for_none()
    seconds = time.monotonic() - begun
    facts = {
        "status": status,
        "message": message,
        "before": before,
        "after": pictures.state(image),
        "processes left": left,
        "seconds": seconds,
        "new files": sorted(cancelled.files() - files),
    }
    image.delete()
    facts["next dream"] = quick()
    return facts


def _once_there(break_it, moment):
    """Wait for the engine's process, then break something."""
    processes.wait_until(lambda: processes.running(processes.WORKER), 120)
    for worker in processes.running(processes.WORKER):
        break_it(worker, moment)


def _kill(worker, moment):
    time.sleep(moment.uniform(0, _SPAN))
    os.kill(worker, signal.SIGKILL)


def _stop(worker, moment):
    time.sleep(moment.uniform(0, _SPAN))
    os.kill(worker, signal.SIGSTOP)


def _starve(worker, moment):
    # Less than PyTorch takes to be loaded.
    most = moment.randrange(150, 1000) * 2**20
    resource.prlimit(worker, resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))


def _cancel(_worker, moment):
    time.sleep(moment.uniform(0, _SPAN))
    for plugin in processes.running(processes.PLUGIN):
        os.kill(plugin, signal.SIGKILL)


BREAKS = {
    "Engine killed (SIGKILL)": _kill,
    "Engine stopped (SIGSTOP)": _stop,
    "Memory runs out": _starve,
    "Plug-in killed (SIGKILL)": _cancel,
}


@contextlib.contextmanager
def _impatient(client):
    text = client.read_text()
    client.write_text(re.sub(r"(silence)=[\d.]+", rf"\1={_PATIENCE}", text))
    try:
        yield
    finally:
        client.write_text(text)
