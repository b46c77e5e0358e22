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

from processes import PLUGIN, WORKER, running, wait_until

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
    _wait_until(lambda: _processes(WORKER))
    there = [len(_processes(PLUGIN)), len(_processes(WORKER))]
    time.sleep(moment.uniform(0, _SPAN))
    gimp.send_signal(moment.choice([signal.SIGTERM, signal.SIGKILL]))
    gimp.wait()
    begun = time.monotonic()
    _wait_until(lambda: not _processes(PLUGIN) + _processes(WORKER))
    seconds = time.monotonic() - begun
    return {
        "there": there,
        "left": _processes(PLUGIN) + _processes(WORKER),
        "seconds": seconds,
    }


def _processes(words):
    # This one has GIMP's own command in its line.
    return running(words, "closed.py")


def _wait_until(seen):
    wait_until(seen, _PATIENCE, 0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])
