"""Hands for GTK's widgets, each in a window of its own; makes the plug-in's modules known."""

import subprocess
import sys
import time
from pathlib import Path

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GObject, Gtk  # noqa: E402

PROJECT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(PROJECT / "gimp_plugin" / "deep_dream"), str(PROJECT / "gimp_plugin")]
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
    code = seen.__code__
    raise SystemExit(f"waited in vain in {code.co_filename}, line {code.co_firstlineno}")


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
