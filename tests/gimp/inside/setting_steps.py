"""Steps of widgets.py: settings that have widgets of their own."""

import subprocess
from pathlib import Path

import gi

gi.require_version("GdkX11", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GdkX11, GObject, Gtk  # noqa: E402
from hands import Config, descendants, keys, shown, until  # noqa: E402

import depth  # noqa: E402
import former_choice  # noqa: E402
import icons  # noqa: E402
import reminders  # noqa: E402
import seed  # noqa: E402
import wheel  # noqa: E402

BUILT_IN = ["c1", "c2", "m3a", "m4a", "m4b", "m4c", "m5a", "m5b", "h", "concepts"]


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
