"""The plug-in killed in the middle of a dream, as GIMP's Cancel does; run inside GIMP."""

import json
import os
import signal
import tempfile
import threading
from pathlib import Path

import pictures
from processes import PLUGIN, WORKER, running, wait_until

# Hours, if nobody ends it.
LONG = {"octaves": 4, "iterations": 1000, "working_size": 2048, "octave_scale": 1.05}
# Seconds of computing that the worker's start does not take.
STARTED = 8.0
_TICKS = os.sysconf("SC_CLK_TCK")


def run(report):
    """Write what was there before, meanwhile and afterwards to the JSON file `report`."""
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
    image.clean_all()
    before, old = pictures.state(image), files()
    facts = {}
    killer = threading.Thread(target=_kill_once_dreaming, args=(facts,))
    killer.start()
    facts["status"], facts["message"] = pictures.dream(image, [photo], **LONG)
    killer.join()
    facts["processes left"] = wait_for_none()
    facts["new files"] = sorted(files() - old)
    facts["before"], facts["after"] = before, pictures.state(image)
    image.delete()
    Path(report).write_text(json.dumps(facts))


def _kill_once_dreaming(facts):
    """SIGKILL for the plug-in, once the worker has computed for longer than it takes to start."""
    wait_until(lambda: any(_seconds_busy(worker) > STARTED for worker in running(WORKER)), 120)
    plugins = running(PLUGIN)
    facts["processes before"] = [len(plugins), len(running(WORKER))]
    for plugin in plugins:
        os.kill(plugin, signal.SIGKILL)


def _seconds_busy(process):
    """How many seconds a process has computed."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def wait_for_none():
    """The processes of ours that are still there after some seconds."""
    wait_until(lambda: not running(PLUGIN) + running(WORKER), 10)
    return running(PLUGIN) + running(WORKER)


def files():
    """Every file where programs leave things."""
    folders = [tempfile.gettempdir(), "/dev/shm", "/var/tmp", os.environ["GIMP3_DIRECTORY"]]
    return {
        os.path.join(folder, name)
        for top in folders
        for folder, _, names in os.walk(top)
        for name in names
        if "__pycache__" not in folder
    }
