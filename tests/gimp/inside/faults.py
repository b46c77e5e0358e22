"""What breaks while a dream is on its way; run inside GIMP."""

import contextlib
import json
import os
import random
import re
import resource
import signal
import subprocess
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
DISK_FULL = "Disk full in cache and home"
# From the engine's first moment to well within the dream, in seconds.
_SPAN = 4.0
# A plug-in that is patient for seconds, not minutes, so that silence is soon noticed.
_PATIENCE = 5.0
UNCUT = 10**12


def run(report, plugin, relay, seed, tries):
    """Write what was seen at every try of every fault to the JSON file `report`.

    `plugin` is the installed plug-in's folder, `relay` a program as tests/faults/relay.py; `tries`
    says how often each fault is tried.
    """
    facts = {}
    plugin, relay = Path(plugin), Path(relay)
    for name, times in tries.items():
        moments = [random.Random(f"{seed} {name} {number}") for number in range(times)]
        if name == DISK_FULL:
            facts[name] = [_without_disk(moment) for moment in moments]
        else:
            facts[name] = [_try(BREAKS[name], moment, plugin, relay) for moment in moments]
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


def _try(break_it, moment, plugin, relay):
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
    pictures.select(image)
    image.clean_all()
    before, files = pictures.state(image), cancelled.files()
    breaking = threading.Thread(target=_once_there, args=(break_it, moment))
    breaking.start()
    with contextlib.ExitStack() as changes:
        # Only there: a busy machine may need some patience before anything is broken.
        if break_it is _stop:
            changes.enter_context(_impatient(plugin / "common" / "worker_client.py"))
        if break_it is _nothing:
            changes.enter_context(_relayed(plugin / "core.json", relay, moment))
        status, message = pictures.dream(image, [photo], **cancelled.LONG)
    breaking.join()
    facts = {"status": status, "message": message, **_left(files)}
    facts |= {"before": before, "after": pictures.state(image)}
    image.delete()
    facts["next dream"] = quick()
    return facts


def _without_disk(moment):
    """A dream while nothing can be written to the home folder, and nothing was found out yet."""
    files = cancelled.files()
    home = Path.home()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", home], check=True)
    try:
        rest = moment.randrange(300)
        with contextlib.suppress(OSError), open(home / "all that fits", "wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        os.truncate(home / "all that fits", (home / "all that fits").stat().st_size - rest)
        facts = {"dream": quick()}
        facts["in the home"] = [path.name for path in home.rglob("*") if path.is_file()]
    finally:
        # Lazily, for GIMP itself may have a file of its own there.
        subprocess.run(["umount", "--lazy", home], check=True)
    facts |= {**_left(files), "next dream": quick()}
    return facts


def _left(files):
    """What of ours is still there soon afterwards, where there were `files` before."""
    begun = time.monotonic()
    left = cancelled.wait_for_none()
    seconds = time.monotonic() - begun
    new = sorted(cancelled.files() - files)
    return {"processes left": left, "seconds": seconds, "new files": new}


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


def _nothing(_worker, _moment):
    """It breaks without any help."""


BREAKS = {
    "Engine killed (SIGKILL)": _kill,
    "Engine stopped (SIGSTOP)": _stop,
    "Memory runs out": _starve,
    "Plug-in killed (SIGKILL)": _cancel,
    "Pipe closed within a frame": _nothing,
}


@contextlib.contextmanager
def _impatient(client):
    text = client.read_text()
    client.write_text(re.sub(r"(silence)=[\d.]+", rf"\1={_PATIENCE}", text))
    try:
        yield
    finally:
        client.write_text(text)


@contextlib.contextmanager
def _relayed(core_json, relay, moment):
    """`relay` instead of the core; it cuts one of the two off within what is surely said."""
    text = core_json.read_text("utf-8")
    config = json.loads(text)
    cuts = moment.choice(
        [(moment.randrange(1, 20_000), UNCUT), (UNCUT, moment.randrange(1, 5_000))]
    )
    plan = {"program": config["program"], "say": cuts[0], "hear": cuts[1]}
    (relay / "core" / "plan.json").write_text(json.dumps(plan), "utf-8")
    core_json.write_text(json.dumps({**config, "program": str(relay)}), "utf-8")
    try:
        yield
    finally:
        core_json.write_text(text, "utf-8")
        (relay / "core" / "plan.json").unlink()
