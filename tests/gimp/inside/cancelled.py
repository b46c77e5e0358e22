"""The plug-in killed in the middle of a dream, as GIMP's Cancel does; run inside GIMP.

ARGUMENTS: `report`, a JSON file to write.
"""

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
_TICKS = os.sysconf("SC_CLK_TCK")


def run(report):
    """Write what was there before, meanwhile and afterwards."""
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
    facts["unchanged"] = pictures.state(image) == before
    image.delete()
    report.write_text(json.dumps(facts))


def _kill_once_dreaming(facts):
    """SIGKILL for the plug-in, once the worker has computed for longer than it takes to start."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        workers = _processes("/core worker")
        if workers and _threads_busy(workers[0]) > facts.setdefault("wanted seconds", 8.0):
            break
        time.sleep(0.1)
    plugins = _processes("deep_dream.py")
    facts["processes before"] = [len(plugins), len(workers)]
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


def _threads_busy(process):
    """How many seconds a process has computed."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _wait_for_none():
    """The processes of ours that are still there after some seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        left = _processes("deep_dream.py") + _processes("/core worker")
        if not left:
            break
        time.sleep(0.1)
    return left


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


run(Path(ARGUMENTS["report"]))  # noqa: F821 (the batch command brings it)
