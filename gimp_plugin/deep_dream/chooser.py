"""Something to choose by its picture: tiles that can be searched.

The keyboard: Down goes from the search to the tiles, arrows choose among them as a click does, and
whatever is typed there is searched for. Return in the search chooses the first tile found.
"""

import unicodedata
from itertools import islice

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk, Pango  # noqa: E402

import tile_view  # noqa: E402
from common.translation import _  # noqa: E402

# So many tiles are there when a chooser is first seen, and come at a time after that.
_AT_FIRST = 48
_AT_A_TIME = 24
_SPACE = 4
_TALL = 300


class Chooser(Gtk.Box):
    """A search entry above a scrolled grid of tiles, of which at most one is chosen.

    Args:
        tiles: what there is to choose from, as `tiles.Tile`.
        on_chosen: called with the name of the tile that the artist has chosen, also where it was
            chosen already.
        columns: how many tiles are side by side at least.
        placeholder: what the empty search entry says; "Search" without.
    """

    __gtype_name__ = "DeepDreamChooser"

    def __init__(self, tiles, on_chosen, columns=3, placeholder=""):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        tile_view.add_style()
        self._on_chosen = on_chosen
        self._wanted = []
        self._chosen = None
        # Where the list stood when a hand went down on it.
        self._held = None
        self._telling = True
        self._coming = iter([])
        self._idle = 0
        self._search = self._search_entry(placeholder or _("Search"))
        self._box = self._flow_box(columns)
        self._scrolled = _scrolled(self._box, columns)
        self._nothing = _dimmed(_("Nothing is called that."))
        over = Gtk.Overlay.new()
        over.add(self._scrolled)
        over.add_overlay(self._nothing)
        over.set_overlay_pass_through(self._nothing, True)
        self.pack_start(self._search, False, False, 0)
        self.pack_start(over, True, True, 0)
        self.show_all()
        self._nothing.hide()
        self._nothing.set_no_show_all(True)
        self.connect("destroy", self._stop)
        # Where a tile is, is known only when all have their places.
        self._box.connect_after("size-allocate", lambda *_: GLib.idle_add(self._reveal))
        self._shown = None
        self.set_tiles(tiles)

    def select(self, name):
        """Show the tile of that name as chosen, None for none; `on_chosen` is not called."""
        if name != self._chosen:
            self._shown = None
        self._chosen = name
        self._mark()
        self._reveal()

    def set_tiles(self, tiles):
        """Offer other tiles; what is chosen stays so where it is among them."""
        self._stop()
        self._telling = False
        for view in self._box.get_children():
            view.destroy()
        self._telling = True
        self._coming = enumerate(tiles)
        self._shown = None
        self._add(_AT_FIRST)
        self._idle = GLib.idle_add(self._add_more)
        self._filter()

    def forget_search(self):
        """Show all tiles again."""
        self._search.set_text("")

    def focus_search(self):
        """Give the search entry the keyboard."""
        self._search.grab_focus()

    def take_search(self, other):
        """Search for what the Chooser `other` was searched for, which forgets it."""
        if other.searched():
            self._search.set_text(other.searched())
            other.forget_search()

    def searched(self):
        """What is written in the search entry."""
        return self._search.get_text()

    def _search_entry(self, placeholder):
        entry = Gtk.SearchEntry.new()
        entry.set_placeholder_text(placeholder)
        entry.get_accessible().set_name(placeholder)
        entry.set_tooltip_text(_("Ctrl+F comes here from every page."))
        # Not "search-changed", which waits: a quick hand would click another tile than it sees.
        entry.connect("changed", self._search_changed)
        entry.connect("activate", lambda _: self._choose_first())
        entry.connect("key-press-event", self._key_in_search)
        return entry

    def _flow_box(self, columns):
        box = Gtk.FlowBox.new()
        box.set_homogeneous(True)
        box.set_selection_mode(Gtk.SelectionMode.SINGLE)
        box.set_valign(Gtk.Align.START)
        box.set_min_children_per_line(columns)
        box.set_max_children_per_line(20)
        box.set_row_spacing(_SPACE)
        box.set_column_spacing(_SPACE)
        box.set_filter_func(self._is_found)
        box.set_sort_func(self._compare)
        box.connect("selected-children-changed", self._selected)
        # A click tells of both.
        box.connect("child-activated", self._activated)
        box.connect("key-press-event", self._key_in_tiles)
        box.connect("button-press-event", self._pressed)
        return box

    def _add(self, count):
        """Build the next tiles; False where there are no more."""
        views = [
            tile_view.TileView(tile, _plain(" ".join((tile.title, tile.name, *tile.words))), place)
            for place, tile in islice(self._coming, count)
        ]
        for view in views:
            self._box.add(view)
            if view.tile.name == self._chosen:
                self._mark()
        for view in views:
            view.show_picture()
        return bool(views)

    def _add_more(self):
        if self._add(_AT_A_TIME):
            return GLib.SOURCE_CONTINUE
        self._idle = 0
        self._filter()
        return GLib.SOURCE_REMOVE

    def _stop(self, *_):
        if self._idle:
            GLib.source_remove(self._idle)
            self._idle = 0

    def _view(self, name):
        return next((view for view in self._box.get_children() if view.tile.name == name), None)

    def _mark(self):
        self._telling = False
        self._box.unselect_all()
        view = self._view(self._chosen)
        if view is not None:
            self._box.select_child(view)
        self._telling = True

    def _selected(self, box):
        if not self._telling:
            return
        selected = box.get_selected_children()
        if not selected:
            # Ctrl and a click take the choice away, and nothing else is meant by that.
            self._mark()
        elif selected[0].tile.name != self._chosen:
            self._chosen = self._shown = selected[0].tile.name
            self._on_chosen(self._chosen)

    def _pressed(self, _box, _event):
        self._held = self._scrolled.get_vadjustment().get_value()
        return Gdk.EVENT_PROPAGATE

    def _activated(self, _box, view):
        self._on_chosen(view.tile.name)
        if self._held is not None:
            # After all that a click sets going: what is below the hand stays there, for the next
            # click would else choose another tile than was meant.
            adjustment, held, self._held = self._scrolled.get_vadjustment(), self._held, None
            GLib.idle_add(lambda: adjustment.set_value(held), priority=GLib.PRIORITY_LOW)

    def _search_changed(self, _entry):
        self._filter()
        # What was found first is to be seen; of all tiles, the chosen one.
        if self._wanted:
            self._shown = self._chosen
            self._scrolled.get_vadjustment().set_value(0)

    def _filter(self):
        self._wanted = _plain(self._search.get_text()).split()
        views = self._box.get_children()
        for view in views:
            view.rank = self._rank(view)
        self._box.invalidate_filter()
        self._box.invalidate_sort()
        found = any(map(self._is_found, views))
        self._nothing.set_visible(not found and not self._idle)
        self._shown = None

    def _is_found(self, view):
        return all(word in view.found_by for word in self._wanted)

    def _compare(self, one, other):
        """Below 0 where `one` comes first: what is called so, then what has such a word."""
        return -1 if (one.rank, one.place) < (other.rank, other.place) else 1

    def _rank(self, view):
        places = (f" {_plain(view.tile.title)}", f" {view.found_by}")
        return sum(any(f" {word}" not in place for word in self._wanted) for place in places)

    def _first(self):
        return next(filter(self._is_found, self._box.get_children()), None)

    def _choose_first(self):
        view = self._first()
        if view is not None and self._wanted:
            self._box.select_child(view)

    def _key_in_search(self, entry, event):
        if event.keyval in (Gdk.KEY_Down, Gdk.KEY_KP_Down):
            view = self._view(self._chosen)
            if view is None or not self._is_found(view):
                view = self._first()
            if view is not None:
                view.grab_focus()
            return Gdk.EVENT_STOP
        if event.keyval == Gdk.KEY_Escape:
            if entry.get_text():
                entry.set_text("")
                return Gdk.EVENT_STOP
            # GTK would keep it to itself.
            window = self.get_toplevel()
            if isinstance(window, Gtk.Dialog):
                window.emit("close")
                return Gdk.EVENT_STOP
        return Gdk.EVENT_PROPAGATE

    def _key_in_tiles(self, _box, event):
        self._held = None
        modifiers = event.state & Gtk.accelerator_get_default_mod_mask()
        letter = Gdk.keyval_to_unicode(event.keyval)
        if modifiers & ~Gdk.ModifierType.SHIFT_MASK or letter <= ord(" ") or letter == 127:
            return Gdk.EVENT_PROPAGATE
        self._search.grab_focus_without_selecting()
        self._search.set_position(-1)
        return self._search.event(event)

    def _reveal(self):
        """Scroll to what is chosen, once."""
        view = None if self._shown == self._chosen else self._view(self._chosen)
        if view is not None and view.get_mapped() and self._is_found(view):
            place = view.get_allocation()
            if place.width > 1:
                self._shown = self._chosen
                self._scrolled.get_vadjustment().clamp_page(place.y, place.y + place.height)
        return GLib.SOURCE_REMOVE


def _scrolled(box, columns):
    scrolled = Gtk.ScrolledWindow.new(None, None)
    # Its width follows from the number of columns alone, not from how many tiles there might be.
    scrolled.set_policy(Gtk.PolicyType.EXTERNAL, Gtk.PolicyType.AUTOMATIC)
    scrolled.set_shadow_type(Gtk.ShadowType.IN)
    scrolled.set_min_content_width(columns * (tile_view.SIZE + 24) + (columns - 1) * _SPACE)
    scrolled.set_min_content_height(_TALL)
    scrolled.add(box)
    return scrolled


def _dimmed(text):
    label = Gtk.Label.new(text)
    label.set_line_wrap(True)
    label.set_ellipsize(Pango.EllipsizeMode.NONE)
    label.set_halign(Gtk.Align.CENTER)
    label.set_valign(Gtk.Align.CENTER)
    label.get_style_context().add_class("dim-label")
    return label


def _plain(text):
    """`text` without case and accents, as it is searched."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))
