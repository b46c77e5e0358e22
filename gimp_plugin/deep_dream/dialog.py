"""The dialog: GIMP's own procedure dialog, filled from settings.json."""

import gi

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GimpUi, GObject, Gtk  # noqa: E402

import settings_arguments  # noqa: E402
from common import plugin_settings  # noqa: E402
from suggestions import Suggestions, suggest  # noqa: E402

_FIRST = "dream"
_SLIDER_RANGE = 1000
# In pixels; taller pages scroll, so that the dialog fits on a small laptop's screen.
_WIDTH = 560
_TALLEST_PAGE = 470


def ask(procedure, config, worker, title):
    """Show the dialog; True for OK, with the artist's wishes in `config`.

    `worker` starts meanwhile and says what its networks can dream of.

    Raises WorkerError where it turns out that the worker cannot be used.
    """
    GimpUi.init(procedure.get_name())
    dialog = _build(procedure, config, title)
    suggestions = Suggestions(worker, config, lambda: dialog.response(Gtk.ResponseType.CANCEL))
    suggestions.offer("concepts", dialog.get_widget("concept", GObject.TYPE_NONE))
    suggestions.offer("layers", dialog.get_widget("layers", GObject.TYPE_NONE))
    agreed = dialog.run()
    dialog.destroy()
    suggestions.stop()
    return agreed


def _build(procedure, config, title):
    presets = []
    # Connected before the dialog exists, see _follow_preset.
    config.connect("notify::preset", _follow_preset, presets)
    dialog = GimpUi.ProcedureDialog.new(procedure, config, title)
    settings = settings_arguments.settings_of(config)
    drawables = settings_arguments.drawables_of(config)
    names = [name for name, _ in plugin_settings.groups()]
    labels = {name: Gtk.SizeGroup.new(Gtk.SizeGroupMode.HORIZONTAL) for name in names}
    for setting in settings:
        _align(_widget(dialog, setting), labels[setting["group"]])
    for name in drawables:
        _align(dialog.get_widget(name, GObject.TYPE_NONE), labels[_FIRST])
    presets.append(dialog.get_widget("preset", Gtk.ComboBox).get_widget())
    for name, title in plugin_settings.groups():
        _page(dialog, name, title, [row for row in settings if row["group"] == name], drawables)
    pages = dialog.fill_notebook(
        "pages", [f"{name}-tab" for name in names], [f"{name}-page" for name in names]
    )
    pages.set_scrollable(True)
    dialog.fill(["pages"])
    dialog.set_default_size(_WIDTH, -1)
    _show_what_matters(dialog, config, settings)
    return dialog


def _page(dialog, group, title, settings, drawables):
    """A page of the notebook for one group of settings."""
    names = [setting["name"] for setting in settings]
    if group == _FIRST:
        what = [row["name"] for row in settings if row["kind"] in ("choice", "string")]
        how = [name for name in names if name not in what]
        _frame(dialog, "what", "What to dream of", [*what, settings_arguments.GUIDE])
        _frame(dialog, "how", "How to dream", [*how, *drawables[1:]])
        names = ["what", "how"]
    dialog.fill_box(f"{group}-box", names).set_border_width(12)
    page = dialog.fill_scrolled_window(f"{group}-page", f"{group}-box")
    page.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
    page.set_propagate_natural_height(True)
    page.set_max_content_height(_TALLEST_PAGE)
    dialog.get_label(f"{group}-tab", title, False, False)


def _frame(dialog, name, title, contents):
    dialog.get_label(f"{name}-title", title, False, False)
    dialog.fill_box(f"{name}-settings", contents)
    frame = dialog.fill_frame(name, f"{name}-title", False, f"{name}-settings")
    frame.set_margin_bottom(6)


def _widget(dialog, setting):
    name, kind = setting["name"], setting["kind"]
    if setting["open"]:
        field = dialog.get_widget(name, GObject.TYPE_NONE)
        suggest(field, dict(setting["choices"]))
        return field
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


def _align(widget, labels):
    # Of several classes, some of which GIMP 3.0 or 3.2 has not.
    if hasattr(widget, "get_label") and isinstance(widget.get_label(), Gtk.Widget):
        labels.add_widget(widget.get_label())


def _show_what_matters(dialog, config, settings):
    """Make a widget insensitive while its setting changes nothing."""
    widgets = [
        (dialog.get_widget(setting["name"], GObject.TYPE_NONE), setting)
        for setting in settings
        if setting["only-with"]
    ]
    guide = dialog.get_widget(settings_arguments.GUIDE, GObject.TYPE_NONE)

    def update(*_):
        values = settings_arguments.read_values(config, Gimp.RunMode.INTERACTIVE)
        for widget, setting in widgets:
            widget.set_sensitive(plugin_settings.matters(setting, values))
        guide.set_sensitive(plugin_settings.uses_guide(values))

    config.connect("notify", update)
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
    values = settings_arguments.preset_values(config, preset)
    for changes in plugin_settings.presets().values():
        for name in changes:
            if name in values:
                config.set_property(name, values[name])
