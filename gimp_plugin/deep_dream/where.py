"""The page of the dialog that says where to dream and by what to be guided."""

import gi

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GLib, GObject, Gtk, Pango  # noqa: E402

import settings_arguments  # noqa: E402
from common.translation import _  # noqa: E402
from fields import align  # noqa: E402

_SPACE = 12


class Where(Gtk.Box):
    """Fields for the strength map and the guide of `config`, as the procedure's `dialog` has them.

    `layer_mask`, where there is one, can be the strength map at a click. `replace(**values)` sets
    what grows by a guide, and `on_back()` is called where what grew before is to grow again.
    """

    def __init__(self, dialog, config, layer_mask, replace, on_back):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._dialog, self._config = dialog, config
        self._replace, self._on_back = replace, on_back
        self._idle = 0
        self._labels = Gtk.SizeGroup.new(Gtk.SizeGroupMode.HORIZONTAL)
        self.pack_start(_remark(self._of_selection()), False, False, 0)
        if settings_arguments.STRENGTH_MAP in settings_arguments.drawables_of(config):
            self._explain(
                _(
                    "A strength map is painted by hand: where it is white the dream is strong,"
                    " where it is black there is none. Any layer or channel can be one."
                )
            )
            self._add(settings_arguments.STRENGTH_MAP)
            if layer_mask is not None:
                self.pack_start(self._mask_button(layer_mask), False, False, 0)
        self._explain(
            _("With a guide, what grows is what that picture holds: its petals, its eyes.")
        )
        # What is chosen already when the dialog opens is nobody's wish to be guided now; GIMP's
        # field tells of its file anew, some time later.
        self._known = {name: self._chosen(name) for name in settings_arguments.GUIDES}
        for name in settings_arguments.GUIDES:
            self._add(name)
            config.connect(f"notify::{name}", self._guide_chosen, name)
        for name in settings_arguments.GUIDED_BY:
            config.connect(f"notify::{name}", lambda *_: self._look_again())
        self.connect("destroy", lambda _: self._idle and GLib.source_remove(self._idle))

    def _explain(self, text):
        remark = _remark(text)
        remark.set_margin_top(_SPACE)
        self.pack_start(remark, False, False, 0)

    def _add(self, name):
        """The field of that argument, with a button that empties it."""
        field = self._dialog.get_widget(name, GObject.TYPE_NONE)
        align(field, self._labels)
        clear = Gtk.Button.new_from_icon_name("edit-clear-symbolic", Gtk.IconSize.BUTTON)
        clear.set_tooltip_text(_("Choose none"))
        clear.get_accessible().set_name(_("Choose none"))
        clear.set_valign(Gtk.Align.CENTER)
        clear.connect("clicked", lambda _button: self._config.set_property(name, None))

        # GIMP's field for files says which one; that for drawables does not show what was chosen
        # before the dialog opened.
        called = Gtk.Label(xalign=0.0, ellipsize=Pango.EllipsizeMode.END)

        def follow(*_arguments):
            chosen = self._config.get_property(name)
            clear.set_sensitive(chosen is not None)
            called.set_text(chosen.get_name() if isinstance(chosen, Gimp.Item) else "")
            if chosen is None:
                _show_no_file(field)

        self._config.connect(f"notify::{name}", follow)
        follow()
        row = Gtk.Box(spacing=6)
        row.pack_start(field, False, False, 0)
        row.pack_start(clear, False, False, 0)
        row.pack_start(called, True, True, 0)
        self.pack_start(row, False, False, 0)

    def _mask_button(self, mask):
        """Makes the layer's mask the strength map."""
        button = Gtk.Button.new_with_mnemonic(_("Use the La_yer's Mask"))
        button.set_tooltip_text(_("The dream is as strong as the mask is white."))
        button.set_halign(Gtk.Align.END)
        button.connect(
            "clicked",
            lambda _button: self._config.set_property(settings_arguments.STRENGTH_MAP, mask),
        )
        return button

    def _of_selection(self):
        if settings_arguments.is_texture(self._config):
            return _("A selection is filled, else the whole image; its soft edge becomes a mask.")
        return _("A selection limits the dream; its soft edge becomes the new layer's mask.")

    def _guide_chosen(self, _config, _property, name):
        """Whoever chooses a guide wants to be guided by it, and not by the one before."""
        chosen = self._chosen(name)
        if chosen == self._known[name]:
            return
        self._known[name] = chosen
        if chosen is None:
            guided = self._config.get_property("objective") == "guide"
            if guided and not settings_arguments.has_guide(self._config):
                self._on_back()
            return
        for other in settings_arguments.GUIDES:
            if other != name:
                self._config.set_property(other, None)
        self._replace(mix="", objective="guide")
        # GIMP gives the keyboard to the image after its chooser of files.
        self._dialog.present()

    def _look_again(self):
        # A preset changes many settings, one by one.
        if not self._idle:
            self._idle = GLib.idle_add(self._forget_idle_guide)

    def _forget_idle_guide(self):
        """Something else grows now: what is shown here as the guide would guide nothing."""
        self._idle = 0
        if not settings_arguments.is_guided(self._config):
            for name in settings_arguments.GUIDES:
                if self._config.get_property(name) is not None:
                    self._config.set_property(name, None)
        return GLib.SOURCE_REMOVE

    def _chosen(self, name):
        """What tells one guide from another; None for none."""
        value = self._config.get_property(name)
        if value is None:
            return None
        return value.get_uri() if name == settings_arguments.GUIDE_FILE else value.get_id()


def _show_no_file(field):
    """GIMP's field for files goes on showing the last one where there is none any more."""
    if isinstance(field, Gtk.FileChooser):
        field.unselect_all()
    elif isinstance(field, Gtk.Container):
        field.forall(_show_no_file)


def _remark(text):
    label = Gtk.Label(label=text, xalign=0.0, wrap=True)
    label.set_max_width_chars(40)
    label.get_style_context().add_class("dim-label")
    return label
