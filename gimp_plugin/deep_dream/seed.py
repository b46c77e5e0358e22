"""The seed, with a die that throws another one."""

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, GObject, Gtk  # noqa: E402

from common import plugin_settings  # noqa: E402
from common.translation import _  # noqa: E402
from icons import own_icon  # noqa: E402


class Seed(Gtk.Box):
    """A field for the setting `seed` of `config`, and a button that sets it at random."""

    __gtype_name__ = "DeepDreamSeed"

    def __init__(self, config):
        super().__init__(orientation=Gtk.Orientation.HORIZONTAL, spacing=6)
        setting = next(row for row in plugin_settings.settings() if row["name"] == "seed")
        self._lowest, self._highest = setting["minimum"], setting["maximum"]
        self._config = config
        self.spin = Gtk.SpinButton.new_with_range(self._lowest, self._highest, 1)
        self.spin.set_width_chars(10)
        self.spin.set_activates_default(True)
        self.spin.set_tooltip_text(_(setting["help"]))
        self.spin.get_accessible().set_name(_("Seed"))
        self._binding = config.bind_property(
            "seed",
            self.spin.get_adjustment(),
            "value",
            GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE,
        )
        self.button = Gtk.Button.new()
        self.button.set_image(Gtk.Image.new_from_gicon(own_icon("die"), Gtk.IconSize.BUTTON))
        self.button.set_tooltip_text(_("Another seed"))
        self.button.get_accessible().set_name(_("Another seed"))
        self.button.connect("clicked", self._throw)
        self.pack_start(self.spin, True, True, 0)
        self.pack_start(self.button, False, False, 0)
        self.connect("destroy", lambda _: self._binding.unbind())
        self.show_all()

    def _throw(self, _button):
        # Its end is excluded, and must fit 32 bits.
        seed = GLib.random_int_range(self._lowest, self._highest)
        self._config.set_property("seed", seed)
