"""Takes the place of the engine: passes on what it and its client say, up to so many bytes.

Run as a program's `core` (see tests/gimp_plugin/programs.py) with Python alone. Beside it is
plan.json: the real `program`, and after how many bytes the engine (`say`) and its client (`hear`)
are cut off.
"""

import json
import os
import subprocess
import sys
import threading


def _pass_on(source: int, sink: int, left: int) -> None:
    while left and (data := os.read(source, min(left, 65536))):
        os.write(sink, data)
        left -= len(data)
    os.close(sink)


def _main() -> None:
    with open(os.path.join(sys.argv[0], "plan.json"), encoding="utf-8") as file:
        plan = json.load(file)
    core = os.path.join(plan["program"], "core")
    engine = subprocess.Popen(
        [sys.executable, "-I", core, "worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert engine.stdin
    assert engine.stdout
    hears = 0, engine.stdin.fileno(), plan["hear"]
    threading.Thread(target=_pass_on, args=hears, daemon=True).start()
    _pass_on(engine.stdout.fileno(), 1, plan["say"])
    os._exit(0)


if __name__ == "__main__":
    _main()
