"""The plug-in's and the worker's processes, found by words in their command lines."""

import time
from pathlib import Path

PLUGIN, WORKER = "deep_dream.py", "/core worker"


def running(words, without=None):
    """The processes with `words` in their command line, by number; not those with `without`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if words in line and not (without and without in line):
                found.append(int(entry.name))
    return found


def wait_until(seen, seconds, pause=0.1):
    """Wait until `seen()` is true, at most that long, looking every `pause` seconds."""
    deadline = time.monotonic() + seconds
    while not seen() and time.monotonic() < deadline:
        time.sleep(pause)
