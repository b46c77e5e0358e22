"""How large patterns are: the working size, as artists think of it."""

import math

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402

from common import plugin_settings  # noqa: E402
from common.translation import _  # noqa: E402
from words_below import words_below  # noqa: E402

_SETTING = "working-size"
# Twice as fine as the finest working size of the slider is the full size.
_FINEST, _LARGEST = -2.0, 2.0
_STEP = 0.25


class PatternSize(Gtk.Box):
    """A slider for the setting working-size of `config`: the smaller that, the larger patterns."""

    def __init__(self, config):
        super().__init__(orientation=Gtk.Orientation.VERTICAL)
        self._config = config
        self._usual = plugin_settings.defaults()[_SETTING]
        self.scale = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, _FINEST, _LARGEST, _STEP)
        self.scale.set_draw_value(False)
        self.scale.set_has_origin(False)
        for place in (_FINEST, 0.0, _LARGEST):
            self.scale.add_mark(place, Gtk.PositionType.BOTTOM, None)
        self.scale.set_tooltip_text(
            _("How large patterns are against the picture. Finer ones take longer to dream.")
        )
        self.scale.get_accessible().set_name(_("Pattern size"))
        self.pack_start(self.scale, False, False, 0)
        self.pack_start(words_below(_("Fine"), _("Large")), False, False, 0)
        self._moved = self.scale.connect("value-changed", self._choose)
        config.connect(f"notify::{_SETTING}", self._follow)
        self._follow()

    def _choose(self, _scale):
        pixels = round(self._usual * 2 ** -self.scale.get_value())
        self._config.set_property(_SETTING, pixels)

    def _follow(self, *_):
        pixels = self._config.get_property(_SETTING)
        place = math.log2(self._usual / pixels) if pixels else _FINEST
        with self.scale.handler_block(self._moved):
            self.scale.set_value(min(max(place, _FINEST), _LARGEST))
