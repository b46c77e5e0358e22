"""The mouse wheel on a page of settings turns the page, and not the settings that pass below it."""

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

_TURNED = (Gtk.Range, Gtk.SpinButton, Gtk.ComboBox)
# As far as GTK itself moves for a notch: this power of the height that is seen.
_POWER = 2 / 3


def leave_to(scrolled, contents):
    """Have the wheel move `scrolled` wherever it is turned over a field of `contents` in it.

    But for one that has the keyboard: whoever has clicked it means it.
    """
    if isinstance(contents, _TURNED):
        contents.connect("scroll-event", _scroll, scrolled)
    if isinstance(contents, Gtk.Container):
        contents.forall(lambda child: leave_to(scrolled, child))


def _scroll(field, event, scrolled):
    if field.has_focus() or (isinstance(field, Gtk.Container) and field.get_focus_child()):
        return Gdk.EVENT_PROPAGATE
    smooth, _across, down = event.get_scroll_deltas()
    if not smooth:
        steps = {Gdk.ScrollDirection.UP: -1, Gdk.ScrollDirection.DOWN: 1}
        down = steps.get(event.direction, 0)
    seen = scrolled.get_vadjustment()
    seen.set_value(seen.get_value() + down * seen.get_page_size() ** _POWER)
    return Gdk.EVENT_STOP
