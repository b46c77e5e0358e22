"""Which network dreams: those there are, which of them are here, and getting one that is not."""

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk, Pango  # noqa: E402

from common import plugin_settings  # noqa: E402
from common.translation import _  # noqa: E402
from refusal import NoNetwork, UnfitChoice  # noqa: E402

# Nobody writes a name faster than that, letter by letter, in milliseconds.
_STILL_WRITING = 600
_TITLE, _NOTE = range(2)


class NetworkChooser(Gtk.Box):
    """A list of networks to choose from or to write a name in, which sets `network` of `config`.

    Below it stands what there is to say of the chosen one: whether it is here, how large it is,
    and under what licence it may be used; with a button that downloads it.

    Args:
        config: the procedure's.
        worker: `fetch(name)`, which returns the request's id, `cancel(id)` and `describe(name)`,
            as a `WorkerClient` has them.
    """

    __gtype_name__ = "DeepDreamNetworkChooser"

    def __init__(self, config, worker):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._config = config
        self._worker = worker
        setting = next(row for row in plugin_settings.settings() if row["name"] == "network")
        self._labels = {name: _(label) for name, label in setting["choices"]}
        # By name: what the worker has said of a network, and what went wrong with it.
        self._known = {}
        self._wrong = {}
        # The request's id, name and last progress of each download that is under way.
        self._fetches = {}
        self._waiting = 0
        self._rows = Gtk.ListStore.new([str, str])
        self._combo, self.entry = self._combo_box(setting)
        self._about = _sentence()
        self._says = _sentence()
        self._bar = Gtk.ProgressBar.new()
        self._bar.set_show_text(True)
        self._bar.set_ellipsize(Pango.EllipsizeMode.END)
        self._bar.set_valign(Gtk.Align.CENTER)
        self._button = Gtk.Button.new()
        self._button.set_valign(Gtk.Align.CENTER)
        self._button.connect("clicked", self._clicked)
        self._below = Gtk.Box.new(Gtk.Orientation.HORIZONTAL, 6)
        self._below.pack_start(self._says, True, True, 0)
        self._below.pack_start(self._bar, True, True, 0)
        self._below.pack_end(self._button, False, False, 0)
        for widget in (self._combo, self._about, self._below):
            self.pack_start(widget, False, False, 0)
            widget.show_all()
            widget.set_no_show_all(True)
        self._handler = config.connect("notify::network", self._follow)
        self.connect("destroy", self._stop)
        self.show()
        self._list()
        self._follow()

    def take(self, event):
        """Hear an event of the worker; True where it is about a download that was begun here."""
        header = event.header
        kind, request = header["event"], header.get("id")
        if kind == "ready":
            self._known.update({row["name"]: dict(row) for row in header["networks"]})
            self._list()
        elif kind == "network":
            self._wrong.pop(header["name"], None)
            if "size" in header:
                self._known[header["name"]] = header
        elif kind == "error" and request is None and header["code"] == "bad-setting":
            self._wrong[self._name()] = _with_hint(header)
        ours = request in self._fetches
        if ours:
            self._take_fetch(kind, request, header)
        self._show()
        return ours

    def get(self):
        """Download the network that is chosen, unless that is under way."""
        name = self._name()
        if self._request(name) is None:
            self._clicked(None)

    def comes_before(self, error):
        """What to tell the artist instead of `error`: that the network is not here, or `error`.

        What else a dream of a network that is not here lacks can wait, and need not be found for
        nothing.
        """
        missing = self._missing()
        return NoNetwork(missing) if isinstance(error, UnfitChoice) and missing else error

    def says(self, error):
        """Whether it stands here what is wrong with the network that is chosen, and it is that."""
        if error is None:
            return False
        unknown = error.code == "bad-setting" and error.message in self._wrong.get(self._name(), "")
        return unknown or error.code == NoNetwork.code

    def forget_downloads(self):
        """The worker is gone, and with it whatever was under way."""
        self._fetches.clear()
        self._show()

    def commit(self):
        """Set what is written in the entry; it sets itself once nobody writes any more."""
        if self._waiting:
            GLib.source_remove(self._waiting)
            self._waiting = 0
        written = self.entry.get_text().strip()
        name = next((name for name, label in self._labels.items() if label == written), written)
        if name and name != self._name():
            self._config.set_property("network", name)

    def _take_fetch(self, kind, request, header):
        name, _said = self._fetches[request]
        if kind == "progress":
            self._fetches[request] = name, header
            return
        del self._fetches[request]
        if kind == "error" and header["code"] != "cancelled":
            self._wrong[name] = _with_hint(header)
        if kind != "result":
            return
        self._known.setdefault(name, {"name": name})["installed"] = True
        self._list()
        if name == self._name():
            self._worker.describe(name)
            # It is another one now to all who listen: one that can dream.
            self._config.notify("network")

    def _missing(self):
        """A sentence where the network that is chosen is known not to be here; else empty."""
        known = self._known.get(self._name())
        if known is None or known["installed"]:
            return ""
        return _("{network} is not on this computer yet: a download of {size}.").format(
            network=self._labels.get(self._name(), self._name()),
            size=GLib.format_size(known["size"]),
        )

    def _name(self):
        return self._config.get_property("network") or ""

    def _clicked(self, _button):
        name = self._name()
        request = self._request(name)
        if request is not None:
            self._worker.cancel(request)
        else:
            self._wrong.pop(name, None)
            self._fetches[self._worker.fetch(name)] = name, {"fraction": 0.0, "message": ""}
        self._show()

    def _request(self, name):
        """The id of the download of that network that is under way, or None."""
        return next((id_ for id_, (its, _said) in self._fetches.items() if its == name), None)

    def _list(self):
        """Say beside each network whether it is here, or else how large it is."""
        self._rows.clear()
        for name, label in self._labels.items():
            known = self._known.get(name)
            note = ""
            if known is not None and not known["installed"]:
                note = GLib.format_size(known["size"])
            self._rows.append([label, note])

    def _follow(self, *_arguments):
        name = self._name()
        if not self._waiting:
            self.entry.set_text(self._labels.get(name, name))
        self._show()

    def _show(self):
        name = self._name()
        self._about.set_text(_about(name))
        request = self._request(name)
        wrong = self._wrong.get(name, "")
        missing = self._missing()
        text, small, label = wrong, "", _("Try again")
        if request is not None:
            label = _("Cancel")
            said = self._fetches[request][1]
            self._bar.set_fraction(min(max(said["fraction"], 0.0), 1.0))
            self._bar.set_text(said["message"] or _("Downloading"))
        elif missing and not wrong:
            label = _("Get the Network")
            text, small = missing, self._known[name]["licence"]
        self._bar.set_visible(request is not None)
        self._says.set_visible(request is None)
        self._says.set_markup(_marked_up(text, small))
        self._button.set_label(label)
        self._button.set_visible(request is not None or bool(missing))
        self._below.set_visible(request is not None or bool(missing or wrong))

    def _combo_box(self, setting):
        combo = Gtk.ComboBox.new_with_model_and_entry(self._rows)
        combo.set_entry_text_column(_TITLE)
        note = Gtk.CellRendererText.new()
        note.set_property("xalign", 1.0)
        note.set_property("sensitive", False)
        combo.pack_end(note, False)
        combo.add_attribute(note, "text", _NOTE)
        entry = combo.get_child()
        entry.set_width_chars(16)
        entry.set_completion(self._completion())
        entry.set_tooltip_text(_(setting["help"]))
        entry.get_accessible().set_name(_("Network"))
        combo.connect("changed", lambda combo: combo.get_active() >= 0 and self.commit())
        entry.connect("changed", self._written)
        entry.connect("activate", lambda _: self.commit())
        entry.connect("focus-out-event", lambda *_: self.commit())
        return combo, entry

    def _completion(self):
        """Networks that begin with what is written, or have it in their names."""
        completion = Gtk.EntryCompletion.new()
        completion.set_model(self._rows)
        completion.set_text_column(_TITLE)
        completion.set_match_func(
            lambda _completion, written, row: written in self._rows[row][_TITLE].casefold()
        )
        return completion

    def _written(self, entry):
        if self._waiting:
            GLib.source_remove(self._waiting)
        self._waiting = 0
        if entry.has_focus():
            self._waiting = GLib.timeout_add(_STILL_WRITING, self._written_out)

    def _written_out(self):
        self._waiting = 0
        self.commit()
        return GLib.SOURCE_REMOVE

    def _stop(self, *_arguments):
        self._config.disconnect(self._handler)
        if self._waiting:
            GLib.source_remove(self._waiting)
            self._waiting = 0


def _about(name):
    """What a network dreams of."""
    if name == plugin_settings.defaults()["network"]:
        return _("Eyes, spirals, flowers, owls and more, drawn for dreaming.")
    return _(
        "A thousand kinds of things, learned from photographs: dogs and birds above all, buildings,"
        " vehicles, fruit."
    )


def _sentence():
    label = Gtk.Label.new("")
    label.set_xalign(0)
    label.set_line_wrap(True)
    label.set_width_chars(20)
    label.set_max_width_chars(40)
    return label


def _marked_up(text, small):
    escaped = [GLib.markup_escape_text(part) for part in (text, small)]
    return "{}\n<small>{}</small>".format(*escaped) if small else escaped[0]


def _with_hint(header):
    return " ".join(part for part in (header["message"], header.get("hint", "")) if part)
