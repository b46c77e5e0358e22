"""What the chosen network has to offer, as suggestions in the dialog's text fields."""

from gi.repository import GLib, GObject, Gtk

from common.errors import WorkerError

_LOOK_EVERY_MS = 100
_PAUSE_LOOKS = 5


class Suggestions:
    """Asks the worker about the network chosen in `config`, now and whenever it changes.

    `give_up` is called once if the worker fails; `stop` then raises why.
    """

    def __init__(self, worker, config, give_up):
        self._worker = worker
        self._config = config
        self._give_up = give_up
        self._lists = {}
        self._failure = None
        self._handler = config.connect("notify::network", self._wait)
        self._timer = GLib.timeout_add(_LOOK_EVERY_MS, self._look)
        self._pause = 0
        self._ask()

    def offer(self, kind, field):
        """Let `field`, a GimpUi.LabelEntry, suggest the network's "concepts" or "layers"."""
        self._lists[kind] = suggest(field)

    def stop(self):
        """Stop asking.

        Raises WorkerError if the worker has failed.
        """
        self._config.disconnect(self._handler)
        if self._failure is not None:
            raise self._failure
        GLib.source_remove(self._timer)

    def _wait(self, *_):
        """The artist may be writing a name: nobody is asked about its beginning."""
        self._pause = _PAUSE_LOOKS

    def _ask(self):
        self._worker.describe(self._config.get_property("network"))

    def _look(self):
        if self._pause:
            self._pause -= 1
            if not self._pause:
                self._ask()
        try:
            events = self._worker.poll()
        except WorkerError as error:
            self._failure = error
            self._give_up()
            return GLib.SOURCE_REMOVE
        for event in events:
            if event.header["event"] == "network":
                self._fill(event.header)
        return GLib.SOURCE_CONTINUE

    def _fill(self, network):
        if network["name"] != self._config.get_property("network"):
            return
        for kind, names in self._lists.items():
            names.clear()
            for name in network[kind]:
                names.append([name])


def suggest(field, labels=None):
    """Give `field`, a GimpUi.LabelEntry, a list to choose from; returns the list, a Gtk.ListStore.

    `labels` is a dict, by whose values its keys are shown, in the list and where they are written.
    """
    shown = labels or {}
    meant = {label: value for value, label in shown.items()}
    plain = field.get_entry()
    names = Gtk.ListStore.new([GObject.TYPE_STRING])
    for label in meant:
        names.append([label])
    box = Gtk.ComboBox.new_with_model_and_entry(names)
    box.set_entry_text_column(0)
    box.set_hexpand(True)
    entry = box.get_child()
    completion = Gtk.EntryCompletion.new()
    completion.set_model(names)
    completion.set_text_column(0)
    completion.set_match_func(_is_within, names)
    entry.set_completion(completion)
    entry.set_activates_default(True)
    plain.bind_property(
        "text",
        entry,
        "text",
        GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE,
        lambda _, value: shown.get(value, value),
        lambda _, text: meant.get(text, text),
    )
    entry.set_tooltip_text(plain.get_tooltip_text() or field.get_tooltip_text())
    plain.hide()
    field.attach_next_to(box, plain, Gtk.PositionType.RIGHT, 1, 1)
    field.get_label().set_mnemonic_widget(entry)
    box.show()
    return names


def _is_within(_completion, typed, row, names):
    return typed.casefold() in names[row][0].casefold()
