"""The plug-in used as an artist does, by the menu; run beside GIMP, on a virtual screen.

Arguments: a JSON file to write what was seen to, a folder for pictures of the screen, and names of
steps; none for all of them.
"""

import json
import subprocess
import sys
from pathlib import Path

from screen import Interface, Screen

DIALOG, AGAIN = "^Deep Dream$", "^Deep Dream Again$"
CHOOSER = "^Choose (drawable|item): Guide"
FIVE, SIX, SEVEN, EIGHT = (f"{number} layers" for number in (5, 6, 7, 8))
PAGES = ("dream", "target", "octaves", "priors", "colour", "engine")
OTHER_KINDS = ("rgb-u8", "rgba-u16", "rgba-float-linear", "grey-u8")
PROJECT = Path(__file__).resolve().parents[3]
PHOTOGRAPH = PROJECT / "core" / "sample.jpg"
SETTINGS = json.loads((PROJECT / "gimp_plugin" / "common" / "settings.json").read_text("utf-8"))
QUICK = {"octaves": 2, "iterations": 2, "working_size": 128}


def steps_to(setting: str, value: str) -> list[str]:
    """The keys that choose a value in a list that has the keyboard."""
    choices = next(row["choices"] for row in SETTINGS if row["name"] == setting)
    return ["Home", *["Down"] * [name for name, _ in choices].index(value)]


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

    def agree(self, layers: str = SIX) -> None:
        """OK, and wait for the new layer."""
        self.screen.keys("alt+o")
        self.screen.wait_gone(f"{DIALOG}|{AGAIN}")
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
    artist.screen.keys("alt+f", *steps_to("objective", "concept"), "alt+e")
    artist.screen.type("owl")
    artist.screen.keys("Tab")
    artist.screen.shot("dialog")
    artist.agree()
    artist.screen.shot("result")
    seen["dreamed"] = artist.gimp.do("look")
    seen["undone"] = artist.undo()
    artist.press("ctrl+f")
    artist.screen.wait_for(SIX)
    seen["repeated"] = artist.gimp.do("look")
    return seen


def again(artist: Artist) -> dict:
    """The dream that is selected, again by the menu: as it is, and with another seed."""
    artist.open_dialog("menu-again", again=True)
    artist.screen.shot("dialog-again")
    artist.agree(SEVEN)
    seen = {"again": artist.gimp.do("look")}
    artist.open_dialog(again=True)
    artist.screen.keys("alt+d")
    artist.screen.type("9")
    artist.screen.keys("Tab")
    artist.agree(EIGHT)
    return {**seen, "changed": artist.gimp.do("look")}


def pages(artist: Artist) -> dict:
    """Every page of the dialog, and where the dialog is on the screen then."""
    artist.gimp.do("show", kind="rgba-u8")
    window = artist.open_dialog()
    # To the tabs.
    artist.screen.keys("alt+p", "shift+Tab")
    places = {}
    for page in PAGES:
        artist.screen.shot(f"page-{page}")
        places[page] = artist.screen.place(window)
        artist.screen.keys("Right")
    artist.screen.keys("Escape")
    artist.screen.wait_gone(DIALOG)
    return {"places": places, "screen": artist.screen.size()}


def guide(artist: Artist) -> dict:
    """A dream guided by another layer, chosen in the dialog, and repeated with last values."""
    artist.gimp.do("show", kind="rgba-u8", selected=False)
    artist.open_dialog()
    artist.screen.keys("alt+f", *steps_to("objective", "guide"), "alt+g")
    chooser = artist.screen.wait_for(CHOOSER)
    artist.screen.activate(chooser)
    _, _, width, height = artist.screen.place(chooser)
    # The one image, and the layer Photo in it.
    artist.screen.click(chooser, 70 - width, 55 - height)
    artist.screen.click(chooser, 300 - width, 165 - height)
    artist.screen.shot("guide-chooser")
    artist.screen.keys("alt+o")
    artist.screen.wait_gone(CHOOSER)
    artist.screen.shot("dialog-guide")
    artist.agree()
    seen = {"dreamed": artist.gimp.do("look"), "undone": artist.undo()}
    artist.press("ctrl+f")
    artist.screen.wait_for(SIX)
    return {**seen, "repeated": artist.gimp.do("look")}


def picture(artist: Artist) -> dict:
    """The dialog before a photograph, for a picture of it."""
    artist.gimp.do("open_file", path=str(PHOTOGRAPH))
    artist.screen.enlarge(artist.gimp.window)
    artist.screen.push_right(artist.open_dialog())
    artist.screen.keys("alt+p", "Home", "alt+f", *steps_to("objective", "concept"), "alt+e")
    artist.screen.type("flower")
    artist.screen.keys("Tab")
    artist.screen.shot("picture")
    artist.screen.keys("Escape")
    artist.screen.wait_gone(DIALOG)
    return {}


def preset(artist: Artist) -> dict:
    """Classic with another step size, saved, given up, loaded; and the same by a script."""
    artist.gimp.do("show", kind="rgba-u8")
    artist.open_dialog()
    artist.screen.keys("alt+f", "Home", "alt+p", *steps_to("preset", "classic"))
    artist.screen.shot("dialog-classic")
    artist.screen.keys("alt+z")
    artist.screen.type("3.3")
    artist.screen.keys("Tab", "alt+s", "alt+p", "Home")
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


STEPS = {step.__name__: step for step in (concept, again, pages, guide, preset, undo_all_kinds)}
STEPS |= {step.__name__: step for step in (refusal, cancel, picture)}


def main(report: Path, shots: Path, steps: list[str]) -> None:
    screen = Screen(shots)
    gimp = Interface(screen, report.with_suffix(".log"))
    artist = Artist(screen, gimp)
    seen = {name: STEPS[name](artist) for name in steps or STEPS}
    gimp.end()
    report.write_text(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
