"""Drives GIMP's interface on a virtual screen. Runs beside GIMP, with the standard library."""

import re
import subprocess
import time
from pathlib import Path


class Screen:
    """The virtual screen: windows by title, keys, pictures of it in `shots`."""

    def __init__(self, shots: Path) -> None:
        self.shots = shots
        shots.mkdir(parents=True, exist_ok=True)

    def windows(self, title: str) -> list[str]:
        """The visible windows whose title has the regular expression `title` in it."""
        command = ["xdotool", "search", "--onlyvisible", "--name", title]
        return subprocess.run(command, capture_output=True, text=True).stdout.split()

    def wait_for(self, title: str, seconds: float = 60.0) -> str:
        """The first window with that title, as soon as there is one."""
        return self.wait_until(lambda: self.windows(title), f"a window “{title}”", seconds)[0]

    def wait_gone(self, title: str, seconds: float = 60.0) -> None:
        """Waits until no window has that title."""
        self.wait_until(lambda: not self.windows(title), f"no window “{title}”", seconds)

    def wait_until(self, seen, what: str, seconds: float):
        """What `seen()` returns, as soon as that is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            result = seen()
            if result:
                return result
            time.sleep(0.1)
        self.shot("gave-up")
        raise SystemExit(f"waited {seconds:.0f} s for {what}, in vain")

    def activate(self, window: str) -> None:
        """Brings `window` to the front, with the keyboard."""
        subprocess.run(["xdotool", "windowactivate", "--sync", window], capture_output=True)
        time.sleep(0.3)

    def keys(self, *keys: str) -> None:
        """Presses keys one after the other, such as "alt+r"."""
        for key in keys:
            subprocess.run(["xdotool", "key", key], check=True)
            time.sleep(0.4)

    def shot(self, name: str) -> None:
        """Keeps a picture of the whole screen; the pointer is moved away, for its tooltips."""
        subprocess.run(["xdotool", "mousemove", "1390", "990"], check=True)
        time.sleep(0.3)
        subprocess.run(["import", "-window", "root", str(self.shots / f"{name}.png")], check=True)


def run_in_gimp(script: Path, **arguments: str) -> None:
    """Has the GIMP that is already open on this screen run `script`, as `ARGUMENTS`' keys say."""
    code = (
        f"ARGUMENTS = {arguments!r}\nexec(compile(open({str(script)!r}).read(), 'batch', 'exec'))"
    )
    command = ["gimp", "--batch-interpreter=python-fu-eval", "-b", code]
    done = subprocess.run(command, capture_output=True, text=True)
    if re.search(r"Traceback", done.stdout + done.stderr):
        raise SystemExit(done.stdout + done.stderr)
