"""Words below a slider; GTK misplaces a slider's own where it runs from right to left."""

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402


def words_below(*texts):
    """A row of `texts`, the first at the slider's beginning, the last at its end."""
    words = Gtk.Box.new(Gtk.Orientation.HORIZONTAL, 6)
    words.set_homogeneous(True)
    for number, text in enumerate(texts):
        label = Gtk.Label.new("")
        label.set_markup(f"<small>{GLib.markup_escape_text(text)}</small>")
        label.set_xalign(number / (len(texts) - 1))
        words.add(label)
    return words
