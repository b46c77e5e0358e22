"""The dialog's own widgets, each in a window of its own, used as an artist does; without GIMP.

Arguments: a JSON file to write what was seen to; the core's Python and a program that holds a core,
for the download of a network.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(PROJECT / "gimp_plugin" / "deep_dream"), str(PROJECT / "gimp_plugin")]

import gi  # noqa: E402

gi.require_version("GdkX11", "3.0")
gi.require_version("Gimp", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GdkX11, GLib, GObject, Gtk  # noqa: E402

import chooser  # noqa: E402
import depth  # noqa: E402
import former_choice  # noqa: E402
import icons  # noqa: E402
import networks  # noqa: E402
import reminders  # noqa: E402
import seed  # noqa: E402
import tiles  # noqa: E402
import trouble  # noqa: E402
import wheel  # noqa: E402
from common.errors import WorkerError  # noqa: E402
from common.worker_client import WorkerClient  # noqa: E402
from refusal import Refusal, UnfitChoice  # noqa: E402

GALLERY = json.loads((PROJECT / "gimp_plugin/common/gallery/index.json").read_text("utf-8"))
CONCEPTS = [entry["name"] for entry in GALLERY["entries"] if entry["kind"] == "concept"]
BUILT_IN = ["c1", "c2", "m3a", "m4a", "m4b", "m4c", "m5a", "m5b", "h", "concepts"]
_PATIENCE = 60.0


class Config(GObject.Object):
    """What the widgets need of a procedure's settings."""

    seed = GObject.Property(type=int, default=0, minimum=0, maximum=2**31 - 1)
    network = GObject.Property(type=str, default="built-in")
    objective = GObject.Property(type=str, default="concept")
    concept = GObject.Property(type=str, default="")
    layers = GObject.Property(type=str, default="")
    channels = GObject.Property(type=str, default="")
    mix = GObject.Property(type=str, default="")


def shown(widget):
    """A window with `widget` in it, on the screen and with the keyboard."""
    window = Gtk.Window.new(Gtk.WindowType.TOPLEVEL)
    window.add(widget)
    window.set_default_size(500, 400)
    window.show_all()
    window.present()
    until(window.is_active)
    return window


def until(seen):
    """Let GTK work until `seen()` is true; returns what it returned."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        while Gtk.events_pending():
            Gtk.main_iteration()
        result = seen()
        if result:
            return result
        time.sleep(0.01)
    raise SystemExit(f"waited in vain in line {seen.__code__.co_firstlineno}")


def wait(seconds):
    """Let GTK work for so long."""
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() > end)


def keys(*names):
    subprocess.run(["xdotool", "key", "--delay", "60", *names], check=True)


def descendants(widget, kind):
    """The visible widgets of a kind within `widget`."""
    if not widget.get_visible():
        return []
    inside = widget.get_children() if isinstance(widget, Gtk.Container) else []
    found = [widget] if isinstance(widget, kind) else []
    return found + [other for child in inside for other in descendants(child, kind)]


def tiles_of(widget):
    """All tiles of a chooser, and those that are to be seen."""
    every = descendants(widget, Gtk.FlowBox)[0].get_children()
    return every, [view for view in every if view.get_child_visible()]


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


def deep(*_):
    """The slider moved by an artist, and by a preset; what the settings are and were told to be."""
    config, told = Config(), []
    backs: list = []
    former = former_choice.FormerChoice(config, lambda: backs.append("preset"))

    def back():
        former.go_back(with_guide=False)
        backs.append([config.objective, config.concept, config.layers])

    widget = depth.Depth(config, former.replace, back)
    widget.set_layers(BUILT_IN, "m4c")
    window = shown(widget)
    scale = descendants(widget, Gtk.Scale)[0]
    config.connect("notify", lambda *_: told.append((config.objective, config.layers)))
    seen: dict = {"untouched": [config.objective, config.layers, scale.get_value()]}
    scale.grab_focus()
    keys("Home")
    until(lambda: config.layers)
    seen["lowest"] = list(dict.fromkeys(told))
    config.layers = "m4a:0.5,m4b"
    seen["preset"] = [config.layers, scale.get_value()]
    scale.set_value(BUILT_IN.index("m4c") - 2)
    seen["recommended"] = config.layers
    config.objective, config.concept, config.layers = "concept", "flame", ""
    scale.set_value(0)
    scale.set_value(1)
    for _time in range(2):
        back()
    config.objective = "guide"
    scale.set_value(0)
    back()
    seen["backs"] = backs
    config.objective, config.channels = "channel", "13,112"
    scale.set_value(2)
    seen["by number"] = config.objective
    config.layers = "m4b"
    config.network = "vgg16"
    widget.set_layers(["relu1_1", "relu2_1", "relu3_1", "flatten", "classifier.0"])
    seen["other network"] = config.layers
    window.destroy()
    return seen


def turning(*_):
    """The wheel turned over a slider in a page: before it is clicked, and after."""
    scales = [Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, 0, 100, 1) for _ in range(40)]
    box, scrolled = Gtk.Box.new(Gtk.Orientation.VERTICAL, 6), Gtk.ScrolledWindow.new(None, None)
    for scale in scales:
        scale.set_value(50)
        box.add(scale)
    scrolled.add(box)
    wheel.leave_to(scrolled, box)
    window = shown(scrolled)
    page = scrolled.get_vadjustment()
    assert isinstance(window.get_window(), GdkX11.X11Window)
    identity = str(window.get_window().get_xid())

    below = scales[3]

    def turn():
        middle = below.get_allocation().y + below.get_allocation().height // 2
        place = ["250", str(middle - int(page.get_value()))]
        subprocess.run(["xdotool", "mousemove", "--window", identity, *place], check=True)
        subprocess.run(["xdotool", "click", "5"], check=True)

    window.set_focus(None)
    turn()
    until(lambda: page.get_value() > 0)
    seen = {"values": [scale.get_value() for scale in scales], "page": page.get_value()}
    page.set_value(0)
    until(lambda: page.get_value() == 0)
    below.grab_focus()
    turn()
    until(lambda: below.get_value() != 50)
    seen["clicked"] = page.get_value()
    window.destroy()
    return seen


def throwing(*_):
    """The die, thrown three times, and a number written by hand."""
    config = Config()
    widget = seed.Seed(config)
    window = shown(widget)
    thrown = []
    for _ in range(3):
        widget.button.clicked()
        thrown.append(config.seed)
    widget.spin.grab_focus()
    keys("ctrl+a", "4", "2", "Tab")
    until(lambda: config.seed == 42)
    window.destroy()
    return {"thrown": thrown, "icon": Path(icons.own_icon("die").get_file().get_path()).is_file()}


class Kept(GObject.Object):
    """What a new dream begins with, and what the artist has set for the one before."""

    start = GObject.Property(type=str, default="noise")
    working_size = GObject.Property(type=int, default=512, minimum=0, maximum=4096)
    strength = GObject.Property(type=float, default=1.0)
    colours = GObject.Property(type=str, default="keep")
    tileable = GObject.Property(type=bool, default=False)
    seed = GObject.Property(type=int, default=7)
    objective = GObject.Property(type=str, default="guide")
    mix = GObject.Property(type=str)
    guide = GObject.Property(type=object, default=None)
    guide_file = GObject.Property(type=object, default=None)


def reminding(*_):
    """What is told of settings from before, and what the links behind it do."""
    config = Kept()
    config.guide = config
    widget = reminders.Reminders(config, lambda: config.set_property("guide", None))
    window = shown(widget)

    def read():
        labels = descendants(widget, Gtk.Label)
        return [label.get_text() for label in labels if label.get_visible()]

    seen = {"before": read()}
    for label in descendants(widget, Gtk.Label):
        label.emit("activate-link", "#")
        seen.setdefault("after", []).append(read())
    seen["config"] = [config.start, config.working_size, config.colours, config.seed]
    window.destroy()
    return seen


def logging(*_):
    """Of which errors the log can be opened, and what it says then."""
    widget = trouble.Trouble({"network-missing": ("Get", print)}, lambda error: f"log: {error.log}")
    window, seen = shown(widget), {}
    for code in ("network-missing", "layer-unknown", "internal"):
        widget.tell(WorkerError(code, "It is over.", log="the last words"))
        buttons = descendants(widget.get_action_area(), Gtk.Button)
        seen[code] = [button.get_label() for button in buttons if button.get_visible()]

    def read():
        (log,) = [one for one in Gtk.Window.list_toplevels() if one.get_title() == "Log"]
        (text,) = descendants(log, Gtk.TextView)
        seen["log"] = text.get_buffer().get_property("text")
        log.response(Gtk.ResponseType.CLOSE)

    GLib.idle_add(read)
    next(button for button in buttons if button.get_label() == "Open the Log").clicked()
    window.destroy()
    return seen


def fetching(python, program):
    """A network that is not here: refused by the server, cancelled, got."""
    config, seen, told = Config(), {}, []
    with WorkerClient() as worker:
        worker.start(python, program)
        worker.hello()
        widget = networks.NetworkChooser(config, worker)
        window = shown(widget)
        config.connect("notify::network", lambda *_: told.append(config.network))
        mine, described = [], []

        def hear():
            try:
                events = worker.poll()
            except WorkerError as error:
                raise SystemExit(error.log) from error
            for event in events:
                mine.append(widget.take(event))
                if event.header["event"] == "network":
                    described.append(event.header["name"])
            return GLib.SOURCE_CONTINUE

        timer = GLib.timeout_add(20, hear)

        def says(text):
            """Everything that is to be read, once `text` is among it."""

            def read():
                bars = [bar.get_text() for bar in descendants(widget, Gtk.ProgressBar)]
                read = [label.get_text() for label in descendants(widget, Gtk.Label)] + bars
                return read if any(text in line for line in read) else None

            return until(read)

        def press():
            buttons = descendants(widget, Gtk.Button)
            next(button for button in buttons if button.get_label()).clicked()

        until(lambda: mine)
        seen["built-in"] = [label.get_text() for label in descendants(widget, Gtk.Label)]
        errors = (UnfitChoice("No guide."), Refusal("No layer."), None)
        seen["first"] = {"here": [str(widget.comes_before(error)) for error in errors]}
        widget.entry.grab_focus()
        keys("ctrl+a", *"alexnet", "Return")
        seen["missing"] = says("Get the Network")
        seen["first"]["missing"] = [str(widget.comes_before(error)) for error in errors]
        # As the button of the dialog's message does.
        widget.get()
        seen["refused"] = says("Try again")
        press()
        seen["arriving"] = says("Downloading AlexNet")
        press()
        seen["cancelled"] = says("Get the Network")
        press()
        until(lambda: described)
        seen["got"] = [label.get_text() for label in descendants(widget, Gtk.Label)]
        seen["heard"] = mine.count(True) >= 3 and mine[0] is False
        GLib.source_remove(timer)
        window.destroy()
    return {**seen, "told": told, "described": described}


def main(report, *core):
    steps = (
        choosing,
        staying,
        naming,
        thousand,
        deep,
        turning,
        throwing,
        reminding,
        logging,
        fetching,
    )
    report.write_text(json.dumps({step.__name__: step(*core) for step in steps}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
