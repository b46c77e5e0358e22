"""The stage of the preview: the picture before, the dream after, and a line between to be drawn."""

from typing import Any

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk  # noqa: E402

import surfaces  # noqa: E402
from common.translation import _  # noqa: E402

_LIGHT, _DARK = 0xFFFFFFFF, 0x000000FF
# Points of the layout.
_LINE = 2
_REACH = 14
_STEP = 0.05


class Stage(Gtk.EventBox):
    """Shows two pictures of one size, the dream on the right of a line.

    `on_move(dx, dy)` is called when the artist draws the picture elsewhere, in screen pixels, where
    it is larger than the stage; `on_resize()` when the stage has got another size.
    """

    def __init__(self, width, height, on_move, on_resize):
        super().__init__()
        self._on_move, self._on_resize = on_move, on_resize
        self._before: Any = None
        self._after: Any = None
        self._fits = True
        self._splits = True
        self._split = 0.5
        self._held = None
        self._size = (0, 0)
        # Left, top, width and height of what is shown, in points of the layout.
        self._frame: Any = None
        self.set_size_request(width, height)
        self.set_can_focus(True)
        self.set_above_child(True)
        self.set_tooltip_text(_("Left of the line: before. Right of it: the dream. Drag the line."))
        self.get_accessible().set_name(_("Preview"))
        self._place = Gtk.Layout()
        self._image = Gtk.Image()
        self._place.put(self._image, 0, 0)
        self.add(self._place)
        self.add_events(
            Gdk.EventMask.BUTTON_PRESS_MASK
            | Gdk.EventMask.BUTTON_RELEASE_MASK
            | Gdk.EventMask.POINTER_MOTION_MASK
        )
        self.connect("button-press-event", self._press)
        self.connect("button-release-event", self._release)
        self.connect("motion-notify-event", self._motion)
        self.connect("key-press-event", self._key)
        self._place.connect("size-allocate", self._allocated)

    def set_pictures(self, before, after, fits):
        """Show pixbufs: `before`, and `after`, or None where there is no dream yet.

        Where `fits`, they are scaled to the stage; else they are shown pixel by pixel.
        """
        self._before, self._after, self._fits = before, after, fits
        self._draw()

    def set_splits(self, splits):
        """Whether the line is there; without it, all is the dream."""
        self._splits = splits
        self._draw()

    def pixels(self):
        """Width and height of the stage in pixels of the screen."""
        scale = self.get_scale_factor()
        return max(1, self._size[0] * scale), max(1, self._size[1] * scale)

    def _draw(self):
        if self._before is None or not self._size[0]:
            return
        scale = self.get_scale_factor()
        width, height = self._shown_size()
        shown = surfaces.scaled(self._before, width, height).copy()
        if self._after is not None:
            after = surfaces.scaled(self._after, width, height)
            edge = round(self._split * width) if self._splits else 0
            if edge < width:
                after.composite(
                    shown, edge, 0, width - edge, height, 0, 0, 1, 1,
                    GdkPixbuf.InterpType.NEAREST, 255,
                )  # fmt: skip
            if self._splits:
                _draw_line(shown, edge, _LINE * scale)
        left = (self._size[0] - width // scale) // 2
        top = (self._size[1] - height // scale) // 2
        self._frame = (left, top, max(1, width // scale), max(1, height // scale))
        surfaces.show(self._image, shown, scale)
        self._place.move(self._image, left, top)

    def _shown_size(self):
        width, height = self._before.get_width(), self._before.get_height()
        if not self._fits:
            return width, height
        across, down = self.pixels()
        shrink = min(across / width, down / height)
        return max(1, round(width * shrink)), max(1, round(height * shrink))

    def _allocated(self, _widget, place):
        size = (place.width, place.height)
        if size != self._size:
            self._size = size
            # GTK takes no notice of what gets another size while it deals out places.
            GLib.idle_add(self._resized)

    def _resized(self):
        self._on_resize()
        self._draw()
        return GLib.SOURCE_REMOVE

    def _press(self, _widget, event):
        self.grab_focus()
        if self._frame is None or event.button != 1:
            return False
        self._held = (event.x, event.y)
        if self._on_line(event.x):
            self._held = None
            self._move_line(event.x)
        return True

    def _on_line(self, x):
        """Whether a hand at `x` takes the line: anywhere, where there is nothing else to draw."""
        if not self._splits or self._after is None:
            return False
        left, _top, width, _height = self._frame
        return self._fits or abs(x - left - self._split * width) <= _REACH

    def _release(self, _widget, _event):
        self._held = None
        return True

    def _motion(self, _widget, event):
        if self._frame is None:
            return False
        name = "col-resize" if self._on_line(event.x) else ("default" if self._fits else "grab")
        self.get_window().set_cursor(Gdk.Cursor.new_from_name(self.get_display(), name))
        if not event.state & Gdk.ModifierType.BUTTON1_MASK:
            return False
        if self._held is None:
            self._move_line(event.x)
        elif not self._fits:
            scale = self.get_scale_factor()
            dx, dy = event.x - self._held[0], event.y - self._held[1]
            self._held = (event.x, event.y)
            self._on_move(-dx * scale, -dy * scale)
        return True

    def _key(self, _widget, event):
        step = {Gdk.KEY_Left: -_STEP, Gdk.KEY_Right: _STEP}.get(event.keyval)
        if step is None or not self._splits:
            return False
        self._split = min(max(self._split + step, 0.0), 1.0)
        self._draw()
        return True

    def _move_line(self, x):
        left, _top, width, _height = self._frame
        self._split = min(max((x - left) / width, 0.0), 1.0)
        self._draw()


def _draw_line(pixbuf, edge, thickness):
    """A light line with dark edges, to be seen on any picture."""
    width, height = pixbuf.get_width(), pixbuf.get_height()
    for colour, reach in ((_DARK, thickness), (_LIGHT, thickness / 2)):
        start = min(max(round(edge - reach), 0), width - 1)
        stop = max(start + 1, min(round(edge + reach), width))
        pixbuf.new_subpixbuf(start, 0, stop - start, height).fill(colour)
