"""The plug-in killed in the middle of a dream, as GIMP's Cancel does; run inside GIMP."""

import json
import os
import signal
import tempfile
import threading
import time
from pathlib import Path

import pictures

# Hours, if nobody ends it.
LONG = {"octaves": 4, "iterations": 1000, "working_size": 2048, "octave_scale": 1.05}
# Seconds of computing that the worker's start does not take.
STARTED = 8.0
# Words in command lines.
PLUGIN = "deep_dream.py"
WORKER = "/core worker"
_TICKS = os.sysconf("SC_CLK_TCK")


def run(report):
    """Write what was there before, meanwhile and afterwards to the JSON file `report`."""
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
    image.clean_all()
    before, files = pictures.state(image), _files()
    facts = {}
    killer = threading.Thread(target=_kill_once_dreaming, args=(facts,))
    killer.start()
    facts["status"], facts["message"] = pictures.dream(image, [photo], **LONG)
    killer.join()
    facts["processes left"] = _wait_for_none()
    facts["new files"] = sorted(_files() - files)
    facts["before"], facts["after"] = before, pictures.state(image)
    image.delete()
    Path(report).write_text(json.dumps(facts))


def _kill_once_dreaming(facts):
    """SIGKILL for the plug-in, once the worker has computed for longer than it takes to start."""
    _wait_until(lambda: any(_seconds_busy(worker) > STARTED for worker in _processes(WORKER)), 120)
    plugins = _processes(PLUGIN)
    facts["processes before"] = [len(plugins), len(_processes(WORKER))]
    for plugin in plugins:
        os.kill(plugin, signal.SIGKILL)


def _processes(words):
    """The processes with `words` in their command line, by number."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if words in line:
                found.append(int(entry.name))
    return found


def _seconds_busy(process):
    """How many seconds a process has computed."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _wait_for_none():
    """The processes of ours that are still there after some seconds."""
    _wait_until(lambda: not _processes(PLUGIN) + _processes(WORKER), 10)
    return _processes(PLUGIN) + _processes(WORKER)


def _wait_until(seen, seconds):
    deadline = time.monotonic() + seconds
    while not seen() and time.monotonic() < deadline:
        time.sleep(0.1)


def _files():
    """Every file where programs leave things."""
    folders = [tempfile.gettempdir(), "/dev/shm", "/var/tmp", os.environ["GIMP3_DIRECTORY"]]
    return {
        os.path.join(folder, name)
        for top in folders
        for folder, _, names in os.walk(top)
        for name in names
        if "__pycache__" not in folder
    }
