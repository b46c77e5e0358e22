"""A stand-in for gimpui: what gimpfu's dialog takes from it."""

from __future__ import absolute_import, division, print_function, unicode_literals

import gtk


class Dialog(gtk.Dialog):
    """gimpui.Dialog."""

    def __init__(self, title, role, parent, flags, help_function, help_id, buttons):
        gtk.Dialog.__init__(self, title)
        self.buttons = buttons


class ProgressBar(gtk.Widget):
    """gimpui.ProgressBar."""


class DrawableSelector(gtk.Widget):
    """gimpui.DrawableSelector: a list of what there is, its first entry where nothing is chosen."""

    def __init__(self, default=None):
        gtk.Widget.__init__(self)
        self._chosen = default

    def enter(self, value):
        self._chosen = value

    def get_value(self):
        return self._chosen
