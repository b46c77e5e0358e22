"""The dialog: GIMP's own procedure dialog, filled from settings.json."""

import gi

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GimpUi, GObject, Gtk  # noqa: E402

from common import plugin_settings  # noqa: E402
from suggestions import Suggestions  # noqa: E402

_MAIN = "dream"
_SLIDER_RANGE = 1000
_WIDTH = 500


def ask(procedure, config, worker):
    """Show the dialog; True for OK, with the artist's wishes in `config`.

    `worker` starts meanwhile and says what its networks can dream of.

    Raises WorkerError where it turns out that the worker cannot be used.
    """
    GimpUi.init(procedure.get_name())
    dialog = _build(procedure, config)
    suggestions = Suggestions(worker, config, lambda: dialog.response(Gtk.ResponseType.CANCEL))
    suggestions.offer("concepts", dialog.get_widget("concept", GObject.TYPE_NONE))
    suggestions.offer("layers", dialog.get_widget("layers", GObject.TYPE_NONE))
    agreed = dialog.run()
    dialog.destroy()
    suggestions.stop()
    return agreed


def _build(procedure, config):
    presets = []
    # Connected before the dialog exists, see _follow_preset.
    config.connect("notify::preset", _follow_preset, presets)
    dialog = GimpUi.ProcedureDialog.new(procedure, config, "Deep Dream")
    labels = Gtk.SizeGroup.new(Gtk.SizeGroupMode.HORIZONTAL)
    what, how, advanced = [], [], []
    for setting in plugin_settings.settings():
        _align(_widget(dialog, setting), labels)
        if setting["group"] != _MAIN:
            advanced.append(setting["name"])
        elif setting["kind"] in ("choice", "string"):
            what.append(setting["name"])
        else:
            how.append(setting["name"])
    presets.append(dialog.get_widget("preset", Gtk.ComboBox).get_widget())
    _frame(dialog, "what", "What to dream of", what)
    _frame(dialog, "how", "How to dream", how)
    dialog.fill_box("dream-page", ["what", "how"])
    dialog.fill_box("advanced-box", advanced)
    scrolled = dialog.fill_scrolled_window("advanced-page", "advanced-box")
    scrolled.set_propagate_natural_width(True)
    dialog.get_label("dream-title", "Dream", False, False)
    dialog.get_label("advanced-title", "_Advanced", False, True)
    pages = dialog.fill_notebook(
        "pages", ["dream-title", "advanced-title"], ["dream-page", "advanced-page"]
    )
    for page in pages.get_children():
        page.set_border_width(12)
    dialog.fill(["pages"])
    dialog.set_default_size(_WIDTH, -1)
    _only_with_objective(dialog, config, "concept", "concept")
    return dialog


def _frame(dialog, name, title, contents):
    dialog.get_label(f"{name}-title", title, False, False)
    dialog.fill_box(f"{name}-settings", contents)
    frame = dialog.fill_frame(name, f"{name}-title", False, f"{name}-settings")
    frame.set_margin_bottom(6)


def _widget(dialog, setting):
    name, kind = setting["name"], setting["kind"]
    if kind == "choice":
        # GIMP 3.2 would make radio buttons of few choices.
        return dialog.get_widget(name, Gtk.ComboBox)
    if kind == "number" or (kind == "integer" and setting["maximum"] <= _SLIDER_RANGE):
        entry = dialog.get_scale_entry(name, 1.0)
        entry.set_logarithmic(setting["maximum"] > 10 * max(setting["minimum"], 1))
        return entry
    return dialog.get_widget(name, GObject.TYPE_NONE)


def _align(widget, labels):
    if isinstance(widget, GimpUi.Labeled):
        labels.add_widget(widget.get_label())


def _only_with_objective(dialog, config, name, objective):
    def update(*_):
        widget.set_sensitive(config.get_property("objective") == objective)

    widget = dialog.get_widget(name, GObject.TYPE_NONE)
    config.connect("notify::objective", update)
    update()


def _follow_preset(config, _, presets):
    """Give the other settings the chosen preset's values, where the artist chose it.

    Where GIMP set it (Reset, Load Saved Settings), the other settings come with it and are not ours
    to change. This runs before the dialog's own handler: the preset that the artist chose is
    already shown, one that GIMP set is not yet.
    """
    preset = config.get_property("preset")
    if not presets or presets[0].get_active() != preset:
        return
    values = plugin_settings.preset_values(preset)
    for changes in plugin_settings.presets().values():
        for name in changes:
            config.set_property(name, values[name])
