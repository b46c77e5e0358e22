"""The plug-in used as an artist does, by the menu; run beside GIMP, on a virtual screen.

Arguments: a JSON file to write what was seen to, a folder for pictures of the screen, and names of
steps; none for all of them.
"""

import json
import sys
import time
from pathlib import Path

from artist import (
    DIALOG,
    EIGHT,
    PHOTOGRAPH,
    SEVEN,
    SIX,
    STAGE,
    Artist,
    difference,
    long_dream,
    processes,
    unchanged,
    working,
)
from repairs import repair
from screen import Interface, InVain, Screen

TEXTURE = "^Deep Dream Texture$"
CHOOSER = "^Choose (drawable|item): Guide"
FILE_CHOOSER = "^Select a File"
# By the keys that turn to them.
PAGES = {"what": "alt+t", "how": "alt+w", "where": "alt+e", "network": "alt+n", "advanced": "alt+a"}
OTHER_KINDS = ("rgb-u8", "rgba-u16", "rgba-float-linear", "grey-u8")
QUICK = {"octaves": 2, "iterations": 2, "working_size": 128}


def concept(artist: Artist) -> dict:
    """A dream of owls by the dialog, undone, and repeated with last values."""
    seen = {"before": artist.gimp.do("show", kind="rgba-u8")}
    artist.open_dialog("menu")
    artist.search("owl", things=True)
    artist.screen.shot("dialog")
    artist.agree()
    artist.screen.shot("result")
    return {**seen, **artist.undo_and_repeat()}


def again(artist: Artist) -> dict:
    """The dream that is selected, again by the menu: as it is, and with another seed."""
    artist.gimp.do("show", kind="rgba-u8")
    seen = {"dreamed": artist.gimp.do("dream", objective="concept", concept="owl", **QUICK)}
    artist.screen.wait_for(SIX)
    artist.open_dialog("menu-again", again=True)
    artist.screen.shot("dialog-again")
    artist.agree(SEVEN)
    seen["again"] = artist.gimp.do("look")
    artist.open_dialog(again=True)
    artist.screen.keys("alt+w", "alt+d")
    artist.screen.type("9")
    artist.screen.keys("Tab")
    artist.agree(EIGHT)
    return {**seen, "changed": artist.gimp.do("look")}


def preview(artist: Artist) -> dict:
    """What the preview shows, from the picture itself to the dream, and after changes."""
    artist.gimp.do("open_file", path=str(PHOTOGRAPH))
    artist.screen.enlarge(artist.gimp.window)
    window = artist.open_dialog()
    seen = [artist.seen(window)]
    artist.search("eyes everywhere")
    # So many steps that it can be seen at work on a fast machine too.
    artist.screen.keys("alt+w", "alt+i")
    artist.screen.type("30")
    artist.screen.keys("Tab")
    end = time.monotonic() + 240.0
    # Octaves finish one by one; for some seconds nothing changes once all have.
    while time.monotonic() < end and unchanged(seen) < 25:
        time.sleep(0.2)
        seen.append(artist.seen(window))
    artist.screen.shot("preview")
    apart = [difference(seen[0], picture) for picture in seen]
    dreamed = artist.seen(window)
    artist.screen.keys("alt+w", "alt+d")
    artist.screen.type("77")
    artist.screen.keys("Tab")
    other = artist.screen.wait_until(
        lambda: difference(dreamed, artist.seen(window)) > 2.0, "another seed's preview", 120
    )
    left, top, _width, _height = artist.screen.place(window)
    middle, line = left + STAGE[0] + STAGE[2] // 2, top + STAGE[1] + 60
    artist.screen.draw((middle, line), (left + STAGE[0] + STAGE[2] + 6, line))
    artist.screen.shot("preview-line")
    covered = difference(seen[0], artist.seen(window))
    artist.screen.keys("alt+p")
    uncovered = difference(seen[0], artist.seen(window))
    artist.screen.keys("alt+1")
    artist.screen.shot("preview-100")
    artist.screen.keys("Escape")
    artist.screen.wait_gone(DIALOG)
    return {"apart": apart, "other": other, "covered": covered, "uncovered": uncovered}


def pages(artist: Artist) -> dict:
    """Every page of the dialog, and where the dialog is on the screen then."""
    artist.gimp.do("show", kind="rgba-u8")
    window = artist.open_dialog()
    places = {}
    for page, key in PAGES.items():
        artist.screen.keys(key)
        artist.screen.shot(f"page-{page}")
        places[page] = artist.screen.place(window)
    artist.screen.keys("Escape")
    artist.screen.wait_gone(DIALOG)
    return {"places": places, "screen": artist.screen.size()}


def guide(artist: Artist) -> dict:
    """A dream guided by another layer, chosen in the dialog, and repeated with last values."""
    artist.gimp.do("show", kind="rgba-u8", selected=False)
    artist.open_dialog()
    chooser = artist.screen.open(CHOOSER, "alt+e", "alt+g")
    _, _, width, height = artist.screen.place(chooser)

    def choose() -> None:
        artist.screen.activate(chooser)
        # The one image, and the layer Photo in it.
        artist.screen.click(chooser, 70 - width, 55 - height)
        artist.screen.click(chooser, 300 - width, 165 - height)
        artist.screen.shot("guide-chooser")
        artist.screen.keys("alt+o")

    artist.screen.answer(CHOOSER, choose)
    artist.screen.shot("dialog-guide")
    artist.agree()
    return artist.undo_and_repeat()


def guide_file(artist: Artist) -> dict:
    """A dream guided by a file instead of the layer before, and repeated with last values."""
    artist.gimp.do("show", kind="rgba-u8", selected=False)
    artist.open_dialog()
    chooser = artist.screen.open(FILE_CHOOSER, "alt+e", "alt+k", "space")

    def choose() -> None:
        artist.screen.activate(chooser)
        # What is left of another try.
        artist.screen.keys("ctrl+a")
        artist.screen.type(str(PHOTOGRAPH))
        artist.screen.keys("Return")

    artist.screen.answer(FILE_CHOOSER, choose)
    artist.screen.shot("dialog-guide-file")
    artist.agree()
    return artist.undo_and_repeat()


def preset(artist: Artist) -> dict:
    """Classic with another step size, saved, given up, loaded; and the same by a script."""
    artist.gimp.do("show", kind="rgba-u8")
    artist.open_dialog()
    artist.search("classic")
    artist.screen.shot("dialog-classic")
    artist.screen.keys("alt+a", "alt+z")
    artist.screen.type("3.3")
    artist.screen.keys("Tab", "alt+s")
    artist.search("menagerie")
    artist.screen.shot("dialog-menagerie")
    artist.screen.keys("alt+l")
    artist.screen.shot("dialog-loaded")
    artist.agree()
    by_hand = artist.gimp.do("look")
    artist.gimp.do("show", kind="rgba-u8")
    by_script = artist.gimp.do("dream", preset="classic", step_size=3.3)
    return {"by hand": by_hand, "by script": by_script}


def keep(artist: Artist) -> dict:
    """A long dream, ended by the button that keeps what is there."""
    artist.gimp.do("show", kind="rgba-u8", selected=False)
    long_dream(artist)
    artist.screen.wait_until(lambda: working() > 6.0, "the dream to be under way", 60)
    artist.screen.shot("running")
    artist.screen.keys("alt+k")
    artist.screen.wait_gone(DIALOG)
    artist.screen.wait_for(SIX)
    return artist.gimp.do("look")


def give_up(artist: Artist) -> dict:
    """Given up in four ways: what is left of processes, and of the image, after each."""
    before = artist.gimp.do("show", kind="rgba-u8", selected=False)
    left = {}
    for way in ("preview, Cancel", "preview, closed", "dream, Cancel", "dream, closed"):
        if way.startswith("dream"):
            long_dream(artist)
        else:
            artist.open_dialog()
        artist.screen.wait_until(lambda: working() > 4.0, "something to be under way", 60)
        window = artist.screen.wait_for(DIALOG)
        if way.endswith("closed"):
            artist.screen.close(window)
        else:
            artist.screen.keys("alt+c")
        begun = time.monotonic()
        artist.screen.wait_until(lambda: not processes(), "the end of all processes", 20)
        left[way] = time.monotonic() - begun
    return {"before": before, "after": artist.gimp.do("look"), "seconds": left}


def texture(artist: Artist) -> dict:
    """A texture by the dialog: what the preview shows of it, and the layer."""
    artist.gimp.do("show", kind="rgba-u8", selected=False)
    # GIMP's own search, for entries of menus: many stand before this one under Render.
    artist.press("slash")
    artist.screen.type("Deep Dream Texture")
    artist.screen.keys("Return")
    window = artist.screen.wait_for(TEXTURE)
    artist.screen.activate(window)
    grey = artist.seen(window)
    artist.search("flower", things=True)
    artist.screen.wait_until(
        lambda: difference(grey, artist.seen(window)) > 8.0, "the texture's preview", 120
    )
    artist.screen.shot("texture")
    artist.screen.keys("alt+o")
    artist.screen.wait_gone(TEXTURE)
    artist.screen.wait_for(SIX)
    return artist.gimp.do("look")


def masked(artist: Artist) -> dict:
    """A dream on a layer with a mask, which becomes the strength map at a click."""
    artist.gimp.do("show", kind="rgba-u8", selected=False)
    size = artist.gimp.do("add_mask")
    artist.open_dialog()
    artist.search("eyes everywhere")
    artist.screen.keys("alt+e", "alt+y")
    artist.screen.shot("layer-mask")
    artist.agree()
    return {"size": size, "dreamed": artist.gimp.do("look")}


def failing(artist: Artist) -> dict:
    """OK with a network that is not on this computer; then with one that is."""
    artist.gimp.do("show", kind="rgba-u8", selected=False)
    window = artist.open_dialog()
    artist.search("flames")
    artist.screen.keys("alt+n", "Tab")
    artist.screen.type("alexnet")
    artist.screen.keys("Return")
    time.sleep(3.0)
    artist.screen.shot("failing")
    stays = artist.screen.windows(DIALOG) == [window]

    def choose_built_in() -> None:
        artist.screen.keys("alt+n", "Tab")
        artist.screen.type("built-in")
        artist.screen.keys("Tab", "alt+o")

    # On a slow machine it may still be failing, and hear nothing.
    artist.screen.insist(
        choose_built_in,
        lambda: not artist.screen.windows(DIALOG),
        "a dream that does not fail",
        seconds=300.0,
        lost=20.0,
    )
    artist.screen.wait_for(SIX)
    return {"stays": stays, "dreamed": artist.gimp.do("look")}


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
    """A long dream, ended by GIMP's own Cancel; what was chosen for it is offered again."""
    before = artist.gimp.do("show", kind="rgba-u8", selected=False)
    # The dialog lies over the middle, and not over the button at the end of the status bar.
    artist.screen.enlarge(artist.gimp.window)
    long_dream(artist, "stained")
    artist.screen.wait_until(lambda: working() > 6.0, "the dream to be under way", 60)
    artist.screen.shot("progress")
    artist.screen.click(artist.gimp.window, -50, -18)
    artist.screen.wait_until(lambda: not processes(), "the end of all processes", 10)
    artist.screen.shot("cancelled")
    seen = {"before": before, "after": artist.gimp.do("look")}
    artist.open_dialog()
    artist.screen.keys("alt+w", "alt+i")
    artist.screen.type("2")
    artist.screen.keys("Tab")
    artist.agree()
    return {**seen, "resumed": artist.gimp.do("look")}


STEPS = {
    step.__name__: step
    for step in (
        concept, again, preview, pages, guide, guide_file, preset, masked, failing, texture, keep,
        undo_all_kinds, refusal, give_up, cancel, repair,
    )
}  # fmt: skip


def main(report: Path, shots: Path, steps: list[str]) -> None:
    screen = Screen(shots)

    def before_fresh_gimp() -> Artist:
        return Artist(screen, Interface(screen, report.with_suffix(".log")))

    artist = before_fresh_gimp()
    seen, log, again = {}, "", {}
    for name in steps or STEPS:
        try:
            seen[name] = STEPS[name](artist)
        except InVain as error:
            # Keys may be lost on a busy machine: once more in a fresh GIMP, and the test tells it.
            again[name] = str(error)
            print(f"{name}: {error}; once more", file=sys.stderr)
            log += artist.gimp.end()
            screen.wait_until(lambda: not processes(), "the end of all processes", 20)
            artist = before_fresh_gimp()
            seen[name] = STEPS[name](artist)
    # The layer is there before the plug-in has ended.
    screen.wait_until(lambda: not processes(), "the end of all processes", 20)
    log += artist.gimp.end()
    report.write_text(json.dumps({**seen, "log": log, "tried again": again}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
