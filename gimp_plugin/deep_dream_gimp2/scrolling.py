"""A scrollbar for gimpfu's dialog: it has a row for every setting, more than a screen has room for."""

from __future__ import absolute_import, division, print_function, unicode_literals

import sys

# Height of what scrolls, in pixels, and what the rest of the dialog and the desktop take.
_TALLEST = 640
_REST = 320


def let_dialog_scroll():
    """Make the table that gimpfu is about to fill one that scrolls.

    gimpfu calls this when GTK is there and the dialog is not.
    """
    import gtk

    plain = gtk.Table

    class ScrollingTable(gtk.ScrolledWindow):
        """A table as gimpfu uses it."""

        def __init__(self, rows, columns, homogeneous):
            gtk.ScrolledWindow.__init__(self)
            self.set_policy(gtk.POLICY_NEVER, gtk.POLICY_AUTOMATIC)
            self.set_size_request(-1, min(_TALLEST, gtk.gdk.screen_height() - _REST))
            self._table = plain(rows, columns, homogeneous)
            self._table.show()
            self.add_with_viewport(self._table)

        def set_row_spacings(self, spacing):
            self._table.set_row_spacings(spacing)

        def set_col_spacings(self, spacing):
            self._table.set_col_spacings(spacing)

        def attach(self, *cell, **options):
            self._table.attach(*cell, **options)

    gtk.Table = ScrollingTable


def let_dialog_vanish():
    """See that a dialog that was destroyed is gone from the screen, before no one listens to it."""
    gtk = sys.modules.get(str("gtk"))
    if gtk is not None:
        while gtk.events_pending():
            gtk.main_iteration()
        gtk.gdk.flush()
