"""Runs install.py and kills it at one of its changes: `killer.py NUMBER install.py ARGUMENT …`.

What is counted are the moments just before something is written, made, moved, removed or started.
At number 0 nothing is killed, and the last line of standard error says how many there were.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys

_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.utime")
_CHANGES += ("os.truncate", "os.symlink", "subprocess.Popen")


def main() -> None:
    number, script, *arguments = sys.argv[1:]
    count = 0

    def hook(event: str, values: tuple[object, ...]) -> None:
        nonlocal count
        if event == "open":
            flags = values[2]
            changes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
        else:
            changes = event in _CHANGES
        if changes:
            count += 1
            if count == int(number):
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    sys.argv = [script, *arguments]
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        print(count, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
