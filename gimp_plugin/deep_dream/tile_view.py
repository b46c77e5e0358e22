"""One tile of a chooser as GTK shows it: a picture above at most two lines of text.

Nothing here is drawn by hand: GIMP does not always bring the Python bindings of cairo. GTK itself
loads a file's icon at the screen's own resolution, and not before it is seen.
"""

import colorsys
import sys
import zlib

from gi.repository import Gdk, GdkPixbuf, Gio, GLib, Gtk, Pango

from icons import own_icon

# The edge of a picture, in pixels of an unscaled screen.
SIZE = 80
_LINES = 2
_CHARACTERS = 12
_HUES = 12
_CLASS = "deep-dream-tile"
# White letters stand out from all of these, and these from dark and from light themes.
_CSS = """
.deep-dream-tile {{ padding: 4px 2px 2px 2px; border-radius: 6px; }}
.deep-dream-letter {{ border-radius: 3px; color: white; font-size: {letter}px; }}
.deep-dream-hue-none {{ background-color: #77767b; }}
{hues}
"""


class TileView(Gtk.FlowBoxChild):
    """A tile: `tile` is its value, `found_by` all that a search looks at, `place` among all.

    `rank` is how well a search fits it, the less the better.
    """

    __gtype_name__ = "DeepDreamTileView"

    def __init__(self, tile, found_by, place=0):
        super().__init__()
        self.tile = tile
        self.found_by = found_by
        self.place, self.rank = place, 0
        self._image = self._closer = None
        box = Gtk.Box.new(Gtk.Orientation.VERTICAL, 2)
        box.add(self._picture())
        box.add(_title(tile.title))
        self.add(box)
        self.get_style_context().add_class(_CLASS)
        self.set_has_tooltip(True)
        self.connect("query-tooltip", self._look_closer)
        self.get_accessible().set_name(tile.title)
        self.show_all()

    def show_picture(self):
        """Have GTK load the picture as soon as it is to be seen."""
        if self._image is not None:
            self._image.set_from_gicon(
                Gio.FileIcon.new(Gio.File.new_for_path(self.tile.picture)), 0
            )
            self._image.set_pixel_size(SIZE)
            self._image = None

    def _look_closer(self, _self, _x, _y, _by_keyboard, tooltip):
        tooltip.set_text("\n".join(filter(None, (self.tile.title, self.tile.remark))))
        if self.tile.closer is not None and self._closer is None:
            self._closer = _loaded(self.tile.closer)
        tooltip.set_icon(self._closer)
        return True

    def _picture(self):
        if self.tile.picture is None:
            shown = _stand_in(self.tile)
        else:
            shown = self._image = Gtk.Image.new()
        shown.set_size_request(SIZE, SIZE)
        shown.set_halign(Gtk.Align.CENTER)
        return shown


def add_style():
    """Tell GTK how tiles look; once in a process is enough."""
    hues = [
        f".deep-dream-hue-{hue} {{ background-color: {_colour(hue / _HUES)}; }}"
        for hue in range(_HUES)
    ]
    provider = Gtk.CssProvider.new()
    provider.load_from_data(_CSS.format(letter=SIZE // 2, hues="\n".join(hues)).encode())
    Gtk.StyleContext.add_provider_for_screen(
        Gdk.Screen.get_default(), provider, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
    )


def _loaded(path):
    """The picture of a file, None where GTK cannot have it: the words do without."""
    try:
        return GdkPixbuf.Pixbuf.new_from_stream(Gio.File.new_for_path(path).read())
    except GLib.Error as error:
        print(f"{path}: {error.message}", file=sys.stderr)
        return None


def _colour(hue):
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.45, 0.55)
    return "#" + "".join(f"{round(255 * part):02x}" for part in (red, green, blue))


def _stand_in(tile):
    """In the place of a picture: a letter; of what another network is needed for, that sign."""
    if tile.remark:
        shown, hue = Gtk.Image.new(), "none"
        shown.set_from_gicon(own_icon("download"), 0)
        shown.set_pixel_size(SIZE // 2)
    else:
        shown, hue = Gtk.Label.new(tile.title[:1].upper()), zlib.crc32(tile.name.encode()) % _HUES
    for name in ("deep-dream-letter", f"deep-dream-hue-{hue}"):
        shown.get_style_context().add_class(name)
    return shown


def _title(text):
    label = Gtk.Label.new(text)
    label.set_line_wrap(True)
    label.set_line_wrap_mode(Pango.WrapMode.WORD_CHAR)
    label.set_lines(_LINES)
    label.set_ellipsize(Pango.EllipsizeMode.END)
    label.set_width_chars(_CHARACTERS)
    label.set_max_width_chars(_CHARACTERS)
    label.set_justify(Gtk.Justification.CENTER)
    label.set_yalign(0)
    return label
