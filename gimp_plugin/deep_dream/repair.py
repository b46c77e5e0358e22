"""The window that puts right, at a click, what the installer can put right."""

from typing import Any

import gi

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GimpUi, Gio, GLib, Gtk  # noqa: E402

from common.translation import _  # noqa: E402
from installer import find_installer  # noqa: E402

_CODES = ("core-missing", "broken-installation")
_GO, _LOG = 1, 2
_LOOK_EVERY_MS = 100
_CHARACTERS = 56
_DETAILS_HEIGHT = 160


def offer(procedure, error, folder):
    """Show what is wrong and, where that helps and is wanted, run the installer.

    `error` is a WorkerError, `folder` the plug-in's. Returns True once all is well, False where
    the artist has had enough, None where there is nothing to offer.
    """
    if error.code not in _CODES:
        return None
    installer = find_installer(folder)
    if installer is None:
        return None
    GimpUi.init(procedure.get_name())
    window = _Window(error, installer)
    try:
        return window.run()
    finally:
        window.close()


class _Window:
    """The window, from the question to the end of the installer."""

    def __init__(self, error, installer):
        self._installer = installer
        self._watch = 0
        title = _("Install Deep Dream") if installer.fresh else _("Repair Deep Dream")
        # As large as what is in it, which is more by and by.
        self._dialog = Gtk.Dialog(title=title, resizable=False)
        self._dialog.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
        self._log = self._dialog.add_button(_("Open the _Log"), _LOG)
        self._go = self._dialog.add_button(_("_Install") if installer.fresh else _("_Repair"), _GO)
        self._dialog.set_default_response(_GO)
        self._title = _label(error.message)
        self._title.get_style_context().add_class("title-4")
        self._offer = _(
            "The installer can put that right now. What is missing is downloaded, up to several"
            " gigabytes, which takes some minutes. You can go on in GIMP meanwhile."
        )
        self._says = _label(self._offer)
        self._bar = Gtk.ProgressBar(show_text=False)
        self._bar.get_accessible().set_name(_("Progress of the installer"))
        self._lines = Gtk.TextBuffer()
        self._details = self._all_lines()
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, border_width=12)
        for widget in (self._title, self._says, self._bar):
            box.pack_start(widget, False, False, 0)
        box.pack_start(self._details, True, True, 0)
        self._dialog.get_content_area().add(box)
        box.show_all()
        for widget in (self._bar, self._details, self._log):
            widget.hide()

    def run(self):
        """Ask, and install; whether all is well then."""
        GimpUi.window_set_transient(self._dialog)
        while True:
            response = self._dialog.run()
            if response == _GO and self._watch == 0:
                self._begin()
            elif response == _LOG:
                _open(self._installer.log_path)
            elif response == Gtk.ResponseType.OK:
                return True
            elif response != _GO:
                return False

    def close(self):
        """End the installer, if it still runs, and take the window away."""
        if self._watch:
            GLib.source_remove(self._watch)
        self._installer.stop()
        self._dialog.destroy()

    def _begin(self):
        self._lines.set_text("")
        # Not what was wrong the last time.
        self._says.set_text(self._offer)
        try:
            self._installer.start()
        except OSError as error:
            self._fail(str(error))
            return
        self._go.set_sensitive(False)
        self._log.hide()
        self._bar.show()
        self._details.show()
        self._watch = GLib.timeout_add(_LOOK_EVERY_MS, self._look)

    def _look(self):
        # Asked first: what it said at its very end is there then.
        ended = self._installer.ended()
        self._bar.pulse()
        for said in self._installer.said():
            if said.text:
                self._says.set_text(said.text)
            if not said.passing:
                self._lines.insert(self._lines.get_end_iter(), said.text + "\n")
        if not ended:
            return GLib.SOURCE_CONTINUE
        self._watch = 0
        if self._installer.succeeded():
            self._dialog.response(Gtk.ResponseType.OK)
        else:
            self._fail(self._installer.reason())
        return GLib.SOURCE_REMOVE

    def _fail(self, reason):
        self._bar.hide()
        self._says.set_text(reason or _("The installer has stopped unexpectedly."))
        self._log.set_visible(Gio.File.new_for_path(self._installer.log_path).query_exists())
        self._go.set_label(_("_Try Again"))
        self._go.set_sensitive(True)

    def _all_lines(self):
        view = Gtk.TextView(buffer=self._lines, editable=False, monospace=True)
        view.set_wrap_mode(Gtk.WrapMode.WORD_CHAR)
        # The newest line stays in sight.
        view.connect("size-allocate", lambda *_: _to_end(scrolled.get_vadjustment()))
        scrolled: Any = Gtk.ScrolledWindow(shadow_type=Gtk.ShadowType.IN)
        scrolled.set_min_content_height(_DETAILS_HEIGHT)
        scrolled.add(view)
        expander = Gtk.Expander(label=_("Details"))
        expander.add(scrolled)
        return expander


def _label(text):
    label = Gtk.Label(label=text, xalign=0.0, wrap=True, selectable=True, can_focus=False)
    # Both, for else GTK makes room for the lines of a narrower one.
    label.set_width_chars(_CHARACTERS)
    label.set_max_width_chars(_CHARACTERS)
    return label


def _to_end(adjustment):
    adjustment.set_value(adjustment.get_upper() - adjustment.get_page_size())


def _open(path):
    """Open a file as the desktop does; where it cannot, GIMP says so and where the file is."""
    try:
        Gio.AppInfo.launch_default_for_uri(GLib.filename_to_uri(path), None)
    except GLib.Error as error:
        Gimp.message(f"{error.message}\n{path}")
