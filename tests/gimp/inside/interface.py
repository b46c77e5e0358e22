"""The plug-in used as an artist does, by the menu; run beside GIMP, on a virtual screen.

Arguments: a JSON file to write what was seen to, a folder for pictures of the screen.
"""

import json
import subprocess
import sys
from pathlib import Path

from screen import Interface, Screen

DIALOG = "^Deep Dream$"
FIVE, SIX = "5 layers", "6 layers"
OTHER_KINDS = ("rgb-u8", "rgba-u16", "rgba-float-linear", "grey-u8")
QUICK = {"octaves": 2, "iterations": 2, "working_size": 128}


class Artist:
    """Someone before GIMP's interface."""

    def __init__(self, screen: Screen, gimp: Interface) -> None:
        self.screen = screen
        self.gimp = gimp

    def open_dialog(self, shot: str = "") -> None:
        """Filters > Artistic > Deep Dream…"""
        self.press("alt+r", "a")
        if shot:
            self.screen.shot(shot)
        self.screen.keys("d")
        self.screen.activate(self.screen.wait_for(DIALOG))

    def agree(self, layers: str = SIX) -> None:
        """OK, and wait for the new layer."""
        self.screen.keys("alt+o")
        self.screen.wait_gone(DIALOG)
        self.screen.wait_for(layers)

    def press(self, *keys: str) -> None:
        """Press keys in the image window."""
        self.screen.activate(self.gimp.window)
        self.screen.keys(*keys)

    def undo(self) -> dict:
        """Ctrl+Z, once; the image's state then."""
        self.screen.wait_for(SIX)
        self.press("ctrl+z")
        self.screen.wait_for(FIVE)
        return self.gimp.do("look")


def concept(artist: Artist) -> dict:
    """A dream of owls by the dialog, undone, and repeated with last values."""
    seen = {"before": artist.gimp.do("show", kind="rgba-u8")}
    artist.open_dialog("menu")
    artist.screen.shot("dialog")
    artist.screen.keys("alt+f", "Down", "alt+e")
    artist.screen.type("owl")
    artist.screen.shot("dialog-concept")
    artist.screen.keys("Tab", "alt+a")
    artist.screen.shot("dialog-advanced")
    artist.agree()
    artist.screen.shot("result")
    seen["dreamed"] = artist.gimp.do("look")
    seen["undone"] = artist.undo()
    artist.press("ctrl+f")
    artist.screen.wait_for(SIX)
    seen["repeated"] = artist.gimp.do("look")
    return seen


def preset(artist: Artist) -> dict:
    """Classic with another step size, saved, given up, loaded; and the same by a script."""
    artist.gimp.do("show", kind="rgba-u8")
    artist.open_dialog()
    artist.screen.keys("alt+f", "Up", "alt+p", "Down")
    artist.screen.shot("dialog-classic")
    artist.screen.keys("alt+z")
    artist.screen.type("3.3")
    artist.screen.keys("Tab", "alt+s", "alt+p", "Up")
    artist.screen.shot("dialog-no-preset")
    artist.screen.keys("alt+l")
    artist.screen.shot("dialog-loaded")
    artist.agree()
    by_hand = artist.gimp.do("look")
    artist.gimp.do("show", kind="rgba-u8")
    by_script = artist.gimp.do("dream", preset="classic", step_size=3.3)
    return {"by hand": by_hand, "by script": by_script}


def undo_all_kinds(artist: Artist) -> dict:
    """On images of other kinds: as it was, after a dream by a script, and after one undo."""
    seen = {}
    for kind in OTHER_KINDS:
        seen[kind] = {"before": artist.gimp.do("show", kind=kind)}
        seen[kind]["dreamed"] = artist.gimp.do("dream", **QUICK)
        seen[kind]["undone"] = artist.undo()
    return seen


def refusal(artist: Artist) -> dict:
    """A selection beside the layer: GIMP says why there is no dream."""
    artist.gimp.do("show", kind="rgba-u8", selected=False)
    artist.gimp.do("select_elsewhere")
    before = artist.gimp.do("look")
    artist.press("alt+r", "a", "d")
    artist.screen.wait_for("GIMP Message")
    artist.screen.shot("refusal")
    messages = len(artist.screen.windows("GIMP Message"))
    artist.screen.activate(artist.screen.windows("GIMP Message")[0])
    artist.screen.keys("Escape")
    return {"before": before, "after": artist.gimp.do("look"), "messages": messages}


def cancel(artist: Artist) -> dict:
    """A dream of a minute, ended by GIMP's own Cancel."""
    before = artist.gimp.do("show", kind="rgba-u8", selected=False)
    artist.open_dialog()
    artist.screen.keys("alt+i")
    artist.screen.type("1000")
    artist.screen.keys("alt+o")
    artist.screen.wait_gone(DIALOG)
    artist.screen.wait_until(lambda: working() > 6.0, "the dream to be under way", 60)
    artist.screen.shot("progress")
    # The button at the end of the status bar.
    artist.screen.click(artist.gimp.window, -50, -18)
    artist.screen.wait_until(lambda: not processes(), "the end of all processes", 10)
    artist.screen.shot("cancelled")
    return {"before": before, "after": artist.gimp.do("look")}


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


def main(report: Path, shots: Path) -> None:
    screen = Screen(shots)
    gimp = Interface(screen, report.with_suffix(".log"))
    artist = Artist(screen, gimp)
    steps = (concept, preset, undo_all_kinds, refusal, cancel)
    seen = {step.__name__: step(artist) for step in steps}
    gimp.end()
    report.write_text(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
