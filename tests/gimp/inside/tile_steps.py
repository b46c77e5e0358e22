"""Steps of widgets.py: choosing by pictures, which are searched."""

import json
import subprocess

import gi

gi.require_version("GdkX11", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GdkX11, Gtk  # noqa: E402
from hands import PROJECT, descendants, keys, shown, tiles_of, until, wait  # noqa: E402

import chooser  # noqa: E402
import tiles  # noqa: E402

GALLERY = json.loads((PROJECT / "gimp_plugin/common/gallery/index.json").read_text("utf-8"))
CONCEPTS = [entry["name"] for entry in GALLERY["entries"] if entry["kind"] == "concept"]


def choosing(*_):
    """By keys alone: a word is searched, the first found is chosen, then its neighbour."""
    names, seen = [], {}
    offered = [tiles.whatever_tile(), *tiles.concept_tiles(CONCEPTS, "built-in")]
    widget = chooser.Chooser(offered, names.append)
    window = shown(widget)
    found = lambda: [view.tile.name for view in tiles_of(widget)[1]]  # noqa: E731
    until(lambda: len(found()) == len(offered))
    seen["pictures"] = [view.tile.picture is not None for view in tiles_of(widget)[0]]
    widget.focus_search()
    for word in ("GLASS", "kráken", "sea", "bird", "no such thing"):
        entry = descendants(widget, Gtk.SearchEntry)[0]
        before = found()
        entry.set_text(word)
        until(lambda before=before: found() != before)
        seen[word] = found()
    seen["nothing"] = [label.get_text() for label in descendants(widget, Gtk.Label)][-1]
    keys("ctrl+a", "o", "w", "l", "Return")
    until(lambda: names)
    keys("ctrl+a", "BackSpace")
    until(lambda: len(found()) == len(offered))
    keys("Down", "Right")
    until(lambda: len(names) == 2)
    # What is typed over the tiles is searched for.
    keys("g", "e")
    until(lambda: "gear" in found() and "owl" not in found())
    seen["chosen"] = list(names)
    # A click on what is chosen already, as Return is.
    keys("Down", "Return")
    until(lambda: len(names) > 2)
    seen["anew"] = names[2:]
    del names[2:]
    widget.select("fern")
    until(lambda: True)
    chosen = descendants(widget, Gtk.FlowBox)[0].get_selected_children()
    seen["selected"] = [view.tile.name for view in chosen]
    seen["told"] = names[2:]
    window.destroy()
    return seen


def staying(*_):
    """A tile clicked in a list that was scrolled: where the list is then, whatever scrolls it."""
    seen: dict = {}

    def chosen(name):
        seen.setdefault("chosen", name)
        page.set_value(0)

    widget = chooser.Chooser(tiles.concept_tiles(CONCEPTS, "built-in"), chosen)
    window = shown(widget)
    page = descendants(widget, Gtk.ScrolledWindow)[0].get_vadjustment()
    until(lambda: page.get_upper() > 2 * page.get_page_size())
    page.set_value(150)
    wait(0.5)
    assert isinstance(window.get_window(), GdkX11.X11Window)
    place = ["xdotool", "mousemove", "--window", str(window.get_window().get_xid()), "60", "200"]
    subprocess.run(place, check=True)
    for button in ("mousedown", "mouseup"):
        subprocess.run(["xdotool", button, "1"], check=True)
        wait(0.3)
    window.destroy()
    return {**seen, "place": page.get_value()}


def naming(*_):
    """What is offered of presets, and concepts as the setting has them, there and back."""
    offered = tiles.preset_tiles()
    names = ["eye", "crane, the bird", "ratio: 1"]
    written = [tiles.as_setting(name) for name in names]
    return {
        "presets": [tile.name for tile in offered],
        "by vgg16": [tile.name for tile in tiles.preset_tiles(network="vgg16")],
        "reef": [tile.name for tile in offered if "jellyfish" in tile.words],
        "written": written,
        "read": [tiles.from_setting(text, names) for text in [*written, " eye", "eye, owl"]],
    }


def thousand(*_):
    """A network's thousand classes: what is there at once, what is there in the end."""
    offered = [tiles.Tile(f"class {number}", f"Class {number}") for number in range(1000)]
    widget = chooser.Chooser(offered, print)
    widget.select("class 900")
    seen = {"at once": len(tiles_of(widget)[0])}
    window = shown(widget)
    until(lambda: len(tiles_of(widget)[0]) == 1000)
    seen["accessible"] = tiles_of(widget)[0][999].get_accessible().get_name()
    view = tiles_of(widget)[0][900]
    seen["selected"] = view.is_selected()
    adjustment = descendants(widget, Gtk.ScrolledWindow)[0].get_vadjustment()
    until(lambda: adjustment.get_value() > 0)
    place = view.get_allocation().y - adjustment.get_value()
    seen["in view"] = 0 <= place < adjustment.get_page_size()
    widget.set_tiles(offered[:7])
    seen["after"] = len(tiles_of(widget)[0])
    widget.set_tiles(offered)
    window.destroy()
    return seen
