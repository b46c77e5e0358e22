"""GIMP itself ended while the plug-in dreams: `closed.py REPORT SEED TIMES BATCH-OPTION…`.

The options make GIMP dream without end. Runs beside GIMP, on its Python.
"""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

PLUGIN, WORKER = "deep_dream.py", "/core worker"
_SPAN = 4.0
_PATIENCE = 300.0


def main(report, seed, times, *command):
    """Write to the JSON file `report` what was left of each try, and after how many seconds."""
    tries = [
        _try(random.Random(f"{seed} closed {number}"), command) for number in range(int(times))
    ]
    Path(report).write_text(json.dumps(tries))


def _try(moment, command):
    gimp = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    _wait_until(lambda: _processes(WORKER), _PATIENCE)
    there = [len(_processes(PLUGIN)), len(_processes(WORKER))]
    time.sleep(moment.uniform(0, _SPAN))
    gimp.send_signal(moment.choice([signal.SIGTERM, signal.SIGKILL]))
    gimp.wait()
    begun = time.monotonic()
    _wait_until(lambda: not _processes(PLUGIN) + _processes(WORKER), _PATIENCE)
    seconds = time.monotonic() - begun
    return {
        "there": there,
        "left": _processes(PLUGIN) + _processes(WORKER),
        "seconds": seconds,
    }


def _processes(words):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if words in line and "closed.py" not in line:
                found.append(int(entry.name))
    return found


def _wait_until(seen, seconds):
    deadline = time.monotonic() + seconds
    while not seen() and time.monotonic() < deadline:
        time.sleep(0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])
