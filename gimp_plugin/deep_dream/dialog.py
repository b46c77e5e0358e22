"""The dialog: GIMP's own procedure dialog, with a live preview beside the settings.

After OK it stays open until the dream is done: it shows how far that is, and can end it, with or
without what has been dreamed by then.
"""

from typing import Any

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gimp, GimpUi, GLib, Gtk  # noqa: E402

import settings_arguments  # noqa: E402
from common import diagnostics  # noqa: E402
from common.errors import WorkerError  # noqa: E402
from common.translation import _  # noqa: E402
from common.wording import progress_text  # noqa: E402
from dreaming import begin  # noqa: E402
from listening import Listener  # noqa: E402
from pages import Pages  # noqa: E402
from preview import Preview  # noqa: E402
from progress_bar import ProgressBar  # noqa: E402
from refusal import Refusal  # noqa: E402
from trouble import Trouble  # noqa: E402

# Points of the layout: both fit side by side on a small laptop's screen.
_STAGE = (440, 420)
_PAGES = (460, 526)
_KEEP = 1
_CANCELLED = "cancelled"
_MISSING = "network-missing"


def ask(procedure, config, worker, title, make_wish, layer_mask=None, on_begin=lambda: None):
    """Show the dialog, and dream; returns a remark for the artist, None where they cancelled.

    `make_wish(plain=False)` returns what is to be dreamed as `config` says now, a dreaming.Wish, or
    raises Refusal; with `plain` the same without guide and strength map. `worker` starts meanwhile.
    `layer_mask`, where there is one, can be the strength map at a click: GIMP's own chooser has
    layers and channels alone. `on_begin()` is called when the dream begins, after OK.

    Raises WorkerError where it turns out that the worker cannot be used.
    """
    GimpUi.init(procedure.get_name())
    door = _Door(procedure, config, worker, title, make_wish, layer_mask, on_begin)
    try:
        return door.open()
    finally:
        door.close()


class _Door:
    """The dialog, from its first preview to the new layer."""

    def __init__(self, procedure, config, worker, title, make_wish, layer_mask, on_begin):
        self._config, self._worker, self._make_wish = config, worker, make_wish
        self._on_begin = on_begin
        self._ready = {}
        self._failure = None
        self._given_up = False
        # While a dream runs: it, the event that ended it, the button that keeps it, and those that
        # wait for its end.
        self._running: Any = None
        self._answer: Any = None
        self._keep: Any = None
        self._held: list[Any] = []
        # What is wrong, None for nothing; whether the artist has said OK to it all the same.
        self._told: Any = None
        self._insisted = False
        # What had the keyboard when it began.
        self._focus: Any = None
        self._loop = GLib.MainLoop()
        self._dialog = GimpUi.ProcedureDialog.new(procedure, config, title)
        self._listener = Listener(worker, self._give_up)
        remedies = {
            _MISSING: (_("Get the Network"), self._get_network),
            "unfit-choice": (_("Choose Another"), lambda _error: self._pages.show_where()),
            "no-guide": (_("Choose a Guide"), lambda _error: self._pages.show_where()),
            # The window that repairs takes this one's place.
            "broken-installation": (_("Repair"), self._give_up),
        }
        self._trouble = Trouble(remedies, self._details)
        has_before = not settings_arguments.is_texture(config)
        self._preview = Preview(
            worker, self._listener, make_wish, self._complain, *_STAGE, has_before
        )
        self._pages = Pages(self._dialog, config, worker, layer_mask)
        self._pages.set_size_request(*_PAGES)
        self._pages.connect("notify::page", lambda *_: self._show_trouble())
        self._listener.hear(self._hear)
        self._lay_out()
        self._dialog.connect("delete-event", lambda *_: True)
        self._dialog.connect("response", self._respond)
        keys = Gtk.AccelGroup()
        keys.connect(
            Gdk.KEY_f, Gdk.ModifierType.CONTROL_MASK, Gtk.AccelFlags.VISIBLE,
            lambda *_: self._pages.search() or True,
        )  # fmt: skip
        self._dialog.add_accel_group(keys)
        self._dialog.connect("focus-in-event", lambda *_: self._preview.look_again())
        self._changed = config.connect("notify", self._refresh)
        config.connect("notify::network", lambda *_: self._describe())

    def open(self):
        """Previews until OK or Cancel, then the dream."""
        self._worker.hello()
        self._describe()
        self._preview.refresh()
        while self._failure is None and self._dialog.run():
            remark = self._dream()
            if remark is not None or self._given_up:
                return remark
        if self._failure is not None:
            raise self._failure
        return None

    def close(self):
        """Take the dialog away."""
        self._config.disconnect(self._changed)
        self._preview.stop()
        self._listener.stop()
        self._dialog.destroy()

    def _lay_out(self):
        left = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        # Over the preview's lower end, so that no message makes the dialog grow beyond the screen.
        self._trouble.set_valign(Gtk.Align.END)
        over = Gtk.Overlay()
        over.add(self._preview)
        over.add_overlay(self._trouble)
        left.pack_start(over, True, True, 0)
        box = Gtk.Box(spacing=12, border_width=12)
        box.pack_start(left, True, True, 0)
        box.pack_start(self._pages, False, False, 0)
        box.show_all()
        self._dialog.get_content_area().pack_start(box, True, True, 0)

    def _describe(self):
        self._worker.describe(self._config.get_property("network"))

    def _dream(self):
        """Dream; the remark for the artist, or None where there is no new layer.

        Then the artist has given up, or the worker has failed, or the dialog goes on and says why.
        """
        self._pages.networks.commit()
        try:
            wish = self._make_wish()
            self._wait_for_worker()
            if self._failure is None:
                self._running = begin(wish, self._worker)
                self._wait_for_dream()
            return None if self._failure is not None else self._running.finish(self._answer)
        except (Refusal, WorkerError) as error:
            self._given_up = isinstance(error, WorkerError) and error.code == _CANCELLED
            if not self._given_up:
                self._go_on(error)
            return None

    def _go_on(self, error):
        """As before OK, but for what is wrong."""
        self._running = self._answer = None
        self._show_running(False)
        if self._focus is not None:
            self._focus.grab_focus()
        self._preview.resume()
        told = self._complain(error)
        if told.code == _MISSING:
            self._pages.show_networks()
            # It may have been on that page all the time; this shows that OK was heard.
            self._insisted = True
            self._show_trouble()

    def _complain(self, error):
        """Tell the artist of `error`, None for nothing wrong; returns what was told."""
        self._told = error = self._pages.networks.comes_before(error)
        self._show_trouble()
        return error

    def _show_trouble(self):
        """What the page of networks says itself, with the same button, is said once."""
        told = self._told
        said = self._pages.shows_networks() and self._pages.networks.says(told)
        self._trouble.tell(None if said and not self._insisted else told)

    def _refresh(self, *_arguments):
        self._insisted = False
        self._preview.refresh_soon()

    def _wait_for_dream(self):
        self._on_begin()
        self._focus = self._dialog.get_focus()
        self._show_running(True)
        self._bar = ProgressBar()
        self._loop.run()
        self._bar.end()

    def _wait_for_worker(self):
        """End the preview, if there is one, and wait until it is gone."""
        quiet = []

        def be_quiet():
            quiet.append(True)
            self._loop.quit()

        self._preview.quieten(be_quiet)
        if not quiet:
            self._loop.run()

    def _show_running(self, runs):
        """While a dream runs the dialog can only wait, or end it."""
        if self._keep is not None:
            self._keep.destroy()
            self._keep = None
        self._pages.set_sensitive(not runs)
        if not runs:
            for child in self._held:
                child.set_sensitive(True)
            self._held = []
        else:
            buttons = self._dialog.get_action_area().get_children()
            self._held = [button for button in buttons if button.get_sensitive()]
            for child in self._held:
                child.set_sensitive(False)
            self._dialog.set_response_sensitive(Gtk.ResponseType.CANCEL, True)
            self._keep = keep = self._dialog.add_button(_("Stop and _Keep"), _KEEP)
            keep.set_tooltip_text(_("End the dream now, and keep what is there as the new layer."))
            # Not where OK is, where a second click may come.
            self._dialog.get_action_area().reorder_child(keep, 0)

    def _respond(self, _dialog, response):
        if self._running is None:
            return
        if response == _KEEP:
            self._running.cancel(keep=True)
        elif response in (Gtk.ResponseType.CANCEL, Gtk.ResponseType.DELETE_EVENT):
            self._running.cancel()

    def _hear(self, event):
        if event.header["event"] == "ready":
            self._ready = event.header
        self._pages.take(event)
        if self._running is None or event.header.get("id") != self._running.request:
            return
        header = event.header
        if self._running.ends(event):
            self._answer = event
            self._loop.quit()
        elif header["event"] == "progress":
            self._bar.show(event)
            text = progress_text(header["message"], header["eta"])
            self._preview.show_progress(header["fraction"], text)
        else:
            self._preview.show_frame(event)

    def _give_up(self, error):
        self._failure = error
        self._loop.quit()
        self._dialog.response(Gtk.ResponseType.CANCEL)

    def _get_network(self, _error):
        self._pages.show_networks()
        self._pages.networks.get()

    def _details(self, error):
        return diagnostics.text(
            Gimp.version(), self._ready.get("version", ""), self._ready, error, self._worker.log()
        )
