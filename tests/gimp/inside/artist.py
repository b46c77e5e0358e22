"""Someone before GIMP's interface, and what can be seen from beside it."""

import subprocess
from pathlib import Path

from screen import Interface, Screen

DIALOG, AGAIN = "^Deep Dream$", "^Deep Dream Again$"
FIVE, SIX, SEVEN, EIGHT = (f"{number} layers" for number in (5, 6, 7, 8))
# Of the dialog, in pixels from its upper left corner: well within the preview, its right half.
STAGE = (34, 120, 420, 200)
PROJECT = Path(__file__).resolve().parents[3]
PHOTOGRAPH = PROJECT / "core" / "sample.jpg"


class Artist:
    """Someone before GIMP's interface."""

    def __init__(self, screen: Screen, gimp: Interface) -> None:
        self.screen = screen
        self.gimp = gimp

    def open_dialog(self, shot: str = "", again: bool = False) -> str:
        """Filters > Artistic > Deep Dream…, or … Again…; the dialog's window."""
        self.press("alt+r", "a")
        if shot:
            self.screen.shot(shot)
        self.screen.keys("n" if again else "d")
        window = self.screen.wait_for(AGAIN if again else DIALOG)
        self.screen.activate(window)
        return window

    def search(self, text: str, things: bool = False) -> None:
        """Look for a preset, or for a thing to dream of, by a word, and choose what comes first."""
        self.screen.keys("alt+t", "alt+g" if things else "ctrl+f")
        self.screen.type(text)
        self.screen.keys("Return")

    def seen(self, window: str) -> bytes:
        """What the preview shows right of its line, or all of it without."""
        left, top, _width, _height = self.screen.place(window)
        x, y, width, height = STAGE
        return self.screen.pixels(left + x + width // 2 + 8, top + y, width // 2 - 8, height)

    def agree(self, layers: str = SIX) -> None:
        """OK, and wait for the new layer."""
        self.screen.keys("alt+o")
        self.screen.wait_gone(f"{DIALOG}|{AGAIN}")
        self.screen.wait_for(layers)

    def press(self, *keys: str) -> None:
        """Press keys in the image window."""
        self.screen.activate(self.gimp.window)
        self.screen.keys(*keys)

    def undo_and_repeat(self) -> dict:
        """What the image is: with the new dream, without it, and after one with last values."""
        seen = {"dreamed": self.gimp.do("look"), "undone": self.undo()}
        self.press("ctrl+f")
        self.screen.wait_for(SIX)
        return {**seen, "repeated": self.gimp.do("look")}

    def undo(self) -> dict:
        """Ctrl+Z, once; the image's state then."""
        self.screen.wait_for(SIX)
        self.press("ctrl+z")
        self.screen.wait_for(FIVE)
        return self.gimp.do("look")


def long_dream(artist: Artist, preset: str = "eyes everywhere") -> None:
    """Begin a dream of many minutes by the dialog, which stays open meanwhile."""
    artist.open_dialog()
    # Last values may want what is not there any more.
    artist.search(preset)
    artist.screen.keys("alt+w", "alt+i")
    artist.screen.type("1000")
    artist.screen.keys("Tab", "alt+o")


def difference(one: bytes, other: bytes) -> float:
    """The mean difference of two pictures, of 255."""
    return sum(map(abs, map(int.__sub__, one, other))) / max(len(one), 1)


def unchanged(pictures: list[bytes]) -> int:
    """How many of the last pictures are alike, once there have been others."""
    alike = next((n for n, picture in enumerate(reversed(pictures)) if picture != pictures[-1]), 0)
    return alike


def processes() -> list[str]:
    """The plug-in's and the worker's processes, by number."""
    found = subprocess.run(
        ["pgrep", "-f", "deep_dream[.]py|/core worker"], capture_output=True, text=True
    )
    return found.stdout.split()


def working() -> float:
    """Seconds that the busiest of these has computed."""
    shown = subprocess.run(
        ["ps", "-o", "cputimes=", "-p", ",".join(processes()) or "0"],
        capture_output=True,
        text=True,
    )
    return max(map(float, shown.stdout.split()), default=0.0)
