"""Text fields of the dialog that suggest what can stand in them."""

from gi.repository import GObject, Gtk


def suggest(field):
    """Give `field`, a GimpUi.LabelEntry, a list to choose from, and return it, a Gtk.ListStore."""
    plain = field.get_entry()
    names = Gtk.ListStore.new([GObject.TYPE_STRING])
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
    )
    entry.set_tooltip_text(plain.get_tooltip_text() or field.get_tooltip_text())
    plain.hide()
    plain.set_no_show_all(True)
    field.attach_next_to(box, plain, Gtk.PositionType.RIGHT, 1, 1)
    field.get_label().set_mnemonic_widget(entry)
    box.show()
    return names


def _is_within(_completion, typed, row, names):
    return typed.casefold() in names[row][0].casefold()
