"""What is wrong, said inside the dialog, with buttons that help."""

from typing import Any

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

from common.errors import WorkerError  # noqa: E402
from common.translation import _  # noqa: E402

_HELP, _COPY, _LOG = 1, 2, 3
_LOG_SIZE = (600, 360)
# What only the log explains; all others say what to do.
_UNFORESEEN = ("error", "internal", "bad-gradient", "bad-request")


class Trouble(Gtk.InfoBar):
    """Shows an error until it is over.

    `remedies` are, by an error's code, pairs of a button's label and what it does with the error;
    `details(error)` is a text for those who help the artist.
    """

    def __init__(self, remedies, details):
        super().__init__(message_type=Gtk.MessageType.WARNING)
        # Buttons below the text, which has all the width then; a box within the bar holds both.
        self.get_content_area().get_parent().set_orientation(Gtk.Orientation.VERTICAL)
        self.set_no_show_all(True)
        self._remedies, self._details = remedies, details
        self._error: Any = None
        self._says = Gtk.Label(xalign=0.0, wrap=True, selectable=True)
        self._says.set_max_width_chars(40)
        self._says.show()
        self.get_content_area().add(self._says)
        self._help = self.add_button("", _HELP)
        self._log = self.add_button(_("Open the Log"), _LOG)
        self._log.set_tooltip_text(_("What the engine wrote down before this happened."))
        self._copy = self.add_button(_("Copy Details"), _COPY)
        self._copy.set_tooltip_text(
            _("The error and versions as text, without names of yours, for whoever helps you.")
        )
        self.connect("response", self._respond)
        # GTK's bars keep Esc to themselves, though this one has nothing to close.
        self.connect("close", lambda _bar: self.get_toplevel().emit("close"))

    def tell(self, error):
        """Show `error`, a Refusal or a WorkerError; None for nothing wrong any more."""
        self._error = error
        if error is None:
            self.hide()
            return
        foreseen = not isinstance(error, WorkerError)
        # What there is a button for need not be told.
        short = foreseen or error.code in self._remedies
        self._says.set_text(error.message if short else error.sentence())
        self._help.set_visible(error.code in self._remedies)
        if error.code in self._remedies:
            self._help.set_label(self._remedies[error.code][0])
        self._log.set_visible(error.code in _UNFORESEEN)
        self._copy.set_visible(not foreseen)
        self.show()

    def _respond(self, _bar, response):
        if response == _HELP:
            self._remedies[self._error.code][1](self._error)
        elif response == _LOG:
            self._show_log()
        elif response == _COPY:
            clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
            clipboard.set_text(self._details(self._error), -1)
            # It outlives the plug-in where the desktop keeps clipboards.
            clipboard.store()

    def _show_log(self):
        """The details, which have the log's end, in a window until that is closed."""
        window = Gtk.Dialog(title=_("Log"), transient_for=self.get_toplevel(), modal=True)
        window.add_button(_("Close"), Gtk.ResponseType.CLOSE)
        text = Gtk.TextView(editable=False, monospace=True, wrap_mode=Gtk.WrapMode.WORD_CHAR)
        text.get_buffer().set_text(self._details(self._error))
        scrolled = Gtk.ScrolledWindow()
        scrolled.set_size_request(*_LOG_SIZE)
        scrolled.add(text)
        window.get_content_area().pack_start(scrolled, True, True, 0)
        window.show_all()
        window.run()
        window.destroy()
