"""The widgets of single settings, as GIMP's procedure dialog makes them."""

import gi

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GLib, GObject, Gtk  # noqa: E402

import settings_arguments  # noqa: E402
from common import plugin_settings  # noqa: E402
from suggestions import suggest  # noqa: E402

_SLIDER_RANGE = 1000
# Settings that are written, and for which the network has names.
_SUGGESTING = ("concept", "layers")


class Fields:
    """The fields of a dialog, each made when it is first asked for.

    They are insensitive while their settings change nothing.
    """

    def __init__(self, dialog, config):
        self._dialog = dialog
        self._config = config
        self._settings = {row["name"]: row for row in settings_arguments.settings_of(config)}
        self._made = {}
        self._suggestions = {}
        self._idle = 0
        config.connect("notify", self._changed)
        dialog.connect("destroy", self._stop)

    def has(self, name):
        """Whether there is a setting of that name: textures have not all of them."""
        return name in self._settings

    def get(self, name):
        """The field of the setting `name`."""
        if name not in self._made:
            self._made[name] = _field(self._dialog, self._settings[name])
            if name in _SUGGESTING:
                self._suggestions[name] = suggest(self._made[name])
        return self._made[name]

    def suggest(self, name, texts):
        """Have the field of the setting `name`, which has been made, suggest these texts."""
        rows = self._suggestions[name]
        rows.clear()
        for text in texts:
            rows.append([text])

    def label(self, name):
        """The label of the setting `name`, with its mnemonic."""
        return plugin_settings.label_with_unit(self._settings[name])

    def box(self, names):
        """A column of the fields of those of these settings that there are, labels of one width."""
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        labels = Gtk.SizeGroup.new(Gtk.SizeGroupMode.HORIZONTAL)
        for name in filter(self.has, names):
            field = self.get(name)
            align(field, labels)
            box.pack_start(field, False, False, 0)
        # A size group lives as long as somebody knows it.
        box.labels = labels
        return box

    def show_what_matters(self):
        """Set the sensitivity of all fields by what the other settings are."""
        values = settings_arguments.read_values(self._config, Gimp.RunMode.INTERACTIVE)
        for name, field in self._made.items():
            field.set_sensitive(plugin_settings.matters(self._settings[name], values))

    def _changed(self, *_):
        # Once for all the settings of a preset.
        if not self._idle:
            self._idle = GLib.idle_add(self._show)

    def _show(self):
        self._idle = 0
        self.show_what_matters()
        return GLib.SOURCE_REMOVE

    def _stop(self, _dialog):
        if self._idle:
            GLib.source_remove(self._idle)


def align(field, labels):
    """Give the label of `field`, if it has one, the width of others in the size group `labels`."""
    # Of several classes, some of which GIMP 3.0 or 3.2 has not.
    if hasattr(field, "get_label") and isinstance(field.get_label(), Gtk.Widget):
        labels.add_widget(field.get_label())


def _field(dialog, setting):
    name, kind = setting["name"], setting["kind"]
    if kind == "choice":
        # GIMP 3.2 would make radio buttons of few choices.
        return dialog.get_widget(name, Gtk.ComboBox)
    if kind == "number" and setting["maximum"] - setting["minimum"] < 1:
        # GIMP 3.0 cannot make the other kind of slider for so little.
        return dialog.get_spin_scale(name, 1.0)
    if kind == "number" or (kind == "integer" and setting["maximum"] <= _SLIDER_RANGE):
        entry = dialog.get_scale_entry(name, 1.0)
        entry.set_digits(setting["digits"])
        entry.set_logarithmic(setting["maximum"] > 10 * max(setting["minimum"], 1))
        return entry
    return dialog.get_widget(name, GObject.TYPE_NONE)
