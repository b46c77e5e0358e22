"""Drives GIMP's interface on a virtual screen. Runs beside GIMP, with the standard library."""

import json
import subprocess
import time
from pathlib import Path

# Seconds; a machine that does other things too may need a minute to start GIMP.
_PATIENCE = 300.0
# Seconds until keys that did nothing are taken for lost: a busy GIMP may not listen yet.
_LOST = 12.0
# Seconds in which they are pressed again.
_INSISTENCE = 72.0


class InVain(Exception):
    """What was waited for did not come."""


def _within(seconds: float, seen):
    """What `seen()` returns, as soon as that is true; None where it never is in so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = seen()
        if result:
            return result
        time.sleep(0.1)
    return None


class Screen:
    """The virtual screen: windows by title, keys, pictures of it in `shots`."""

    def __init__(self, shots: Path) -> None:
        self.shots = shots
        shots.mkdir(parents=True, exist_ok=True)

    def windows(self, title: str) -> list[str]:
        """The visible windows whose title has the regular expression `title` in it."""
        command = ["xdotool", "search", "--onlyvisible", "--name", title]
        return subprocess.run(command, capture_output=True, text=True).stdout.split()

    def wait_for(self, title: str, seconds: float = _PATIENCE) -> str:
        """The first window with that title, as soon as there is one."""
        return self.wait_until(lambda: self.windows(title), f"a window “{title}”", seconds)[0]

    def wait_gone(self, title: str, seconds: float = _PATIENCE) -> None:
        """Waits until no window has that title."""
        self.wait_until(lambda: not self.windows(title), f"no window “{title}”", seconds)

    def wait_until(self, seen, what: str, seconds: float):
        """What `seen()` returns, as soon as that is true.

        Raises:
            InVain: it was not in so many seconds.
        """
        result = _within(seconds, seen)
        if result:
            return result
        self.shot("gave-up")
        raise InVain(f"waited {seconds:.0f} s for {what}, in vain")

    def insist(self, act, seen, what: str, seconds: float = _INSISTENCE, lost: float = _LOST):
        """`act()`, again after `lost` seconds, until `seen()` is true; returns what it is then.

        Raises:
            InVain: it was not in so many seconds.
        """

        def act_and_see():
            act()
            return _within(lost, seen)

        return self.wait_until(act_and_see, what, seconds)

    def open(self, title: str, *keys: str) -> str:
        """Presses keys, again where they are lost, until there is a window with that title."""
        self.insist(lambda: self.keys(*keys), lambda: self.windows(title), f"a window “{title}”")
        return self.windows(title)[0]

    def answer(self, title: str, act) -> None:
        """`act()`, again where it is lost, until no window has that title."""
        self.insist(act, lambda: not self.windows(title), f"no window “{title}”")

    def activate(self, window: str) -> None:
        """Brings `window` to the front, with the keyboard."""
        subprocess.run(["xdotool", "windowactivate", "--sync", window], capture_output=True)
        time.sleep(0.3)

    def keys(self, *keys: str) -> None:
        """Presses keys one after the other, such as "alt+r"."""
        for key in keys:
            subprocess.run(["xdotool", "key", key], check=True)
            time.sleep(0.4)

    def type(self, text: str) -> None:
        """Types over what is selected."""
        subprocess.run(["xdotool", "type", "--delay", "60", text], check=True)
        time.sleep(0.4)

    def click(self, window: str, x: int, y: int) -> None:
        """Clicks into `window`, at a place counted from its lower right corner."""
        _, _, width, height = self.place(window)
        corner = str(width + x), str(height + y)
        # As slowly as a hand: else GTK may take it for a drag.
        for command in (
            ["mousemove", "--window", window, *corner],
            ["mousedown", "1"],
            ["mouseup", "1"],
        ):
            subprocess.run(["xdotool", *command], check=True)
            time.sleep(0.2)
        time.sleep(0.4)

    def place(self, window: str) -> tuple[int, int, int, int]:
        """Left, top, width and height of what is in the window's frame, on the screen."""
        shown = subprocess.run(
            ["xdotool", "getwindowgeometry", "--shell", window], capture_output=True, text=True
        ).stdout
        facts = dict(line.split("=") for line in shown.split())
        return int(facts["X"]), int(facts["Y"]), int(facts["WIDTH"]), int(facts["HEIGHT"])

    def enlarge(self, window: str) -> None:
        """Makes `window` as large as the screen is, but for a frame."""
        width, height = self.size()
        # GIMP has a wish of its own for every new image, a moment later.
        time.sleep(2.0)
        command = ["xdotool", "windowsize", window, str(width - 2), str(height - 24)]
        subprocess.run(command, check=True)
        time.sleep(1.0)

    def push_right(self, window: str) -> None:
        """Moves `window` to the right edge."""
        _, top, width, _ = self.place(window)
        place = str(self.size()[0] - width - 8), str(top)
        subprocess.run(["xdotool", "windowmove", window, *place], check=True)

    def size(self) -> tuple[int, int]:
        """Width and height of the screen."""
        shown = subprocess.run(["xdotool", "getdisplaygeometry"], capture_output=True, text=True)
        width, height = shown.stdout.split()
        return int(width), int(height)

    def pixels(self, left: int, top: int, width: int, height: int) -> bytes:
        """What is seen there, three bytes a pixel, row by row."""
        place = f"{width}x{height}+{left}+{top}"
        command = ["import", "-window", "root", "-crop", place, "-depth", "8", "rgb:-"]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout

    def draw(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Draws from one place of the screen to another, the left button held."""
        for command in (
            ["mousemove", *map(str, start)],
            ["mousedown", "1"],
            ["mousemove", *map(str, end)],
            ["mouseup", "1"],
        ):
            subprocess.run(["xdotool", *command], check=True)
            time.sleep(0.3)

    def close(self, window: str) -> None:
        """Has the window manager close `window`, as its cross does."""
        self.activate(window)
        self.keys("alt+F4")

    def shot(self, name: str) -> None:
        """Keeps a picture of the whole screen; the pointer is moved away, for its tooltips."""
        subprocess.run(["xdotool", "mousemove", *map(str, self.size())], check=True)
        time.sleep(0.3)
        subprocess.run(["import", "-window", "root", str(self.shots / f"{name}.png")], check=True)


class Interface:
    """GIMP with its whole interface on `screen`; `log` gets what it prints."""

    def __init__(self, screen: Screen, log: Path) -> None:
        self._screen = screen
        self._log = log
        self._answer = log.with_suffix(".answer.json")
        with log.open("wb") as stream:
            self._gimp = subprocess.Popen(["gimp", "--no-splash"], stdout=stream, stderr=stream)
        # In every language it has one of these words in it.
        self.window = screen.wait_for("GNU|GIMP", _PATIENCE)

    def do(self, task: str, **arguments: object) -> dict:
        """What `TASK(**arguments)` of tasks.py returns when GIMP calls it."""
        self._answer.unlink(missing_ok=True)
        code = (
            f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import tasks;"
            f" tasks.answer({str(self._answer)!r}, tasks.{task}, {arguments!r})"
        )
        # A second GIMP on the same bus hands this over to the first, and ends.
        command = ["gimp", "--batch-interpreter=python-fu-eval", "-b", code]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._screen.wait_until(self._answer.exists, f"GIMP to do {task}", _PATIENCE)
        return json.loads(self._answer.read_text())

    def end(self) -> str:
        """End GIMP without its questions; returns what it printed until then."""
        printed = self._log.read_text()
        self._gimp.kill()
        self._gimp.wait()
        return printed
