"""How deep the network dreams, as a slider from strokes to things.

Untouched, it stands where the preset, or else the network, has it: no position means "as
recommended" beside the others, for depth has an order and that would have no place in it. On the
recommended layer the setting `layers` is empty, so that it stays recommended with another network.
"""

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk, Pango  # noqa: E402

import layer_stops  # noqa: E402
from common import plugin_settings  # noqa: E402
from common.translation import _  # noqa: E402
from words_below import words_below  # noqa: E402

_WATCHED = ("layers", "objective", "mix")
# Where the slider stands while nobody has said which layers are recommended, of its whole length.
_USUAL = 0.6
_MOST_LINES = 4


class Depth(Gtk.Box):
    """A slider that shows and sets the settings `layers` and `objective` of `config`.

    `replace(**values)` sets them; `on_back()` is called where what grew before is to grow again.
    """

    __gtype_name__ = "DeepDreamDepth"

    def __init__(self, config, replace, on_back):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=2)
        self._config, self._replace = config, replace
        self._names = []
        self._stops = []
        self._recommended = ""
        self._network = None
        self._telling = True
        self._scale = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, 0, 1, 1)
        self._scale.set_draw_value(False)
        self._scale.set_has_origin(False)
        self._scale.set_round_digits(0)
        self._scale.get_accessible().set_name(_("Depth"))
        self._scale.set_tooltip_text(
            _("Which kind of thing grows: fine strokes at the left, whole things at the right.")
        )
        self._scale.connect("value-changed", self._moved)
        self._says = Gtk.Label.new("")
        self._says.set_xalign(0)
        self._says.set_line_wrap(True)
        self._says.set_lines(5)
        self._says.set_ellipsize(Pango.EllipsizeMode.END)
        self._says.set_width_chars(20)
        # Always as high as its longest sentence, so that nothing below it moves.
        lines = self._says.create_pango_layout("\n" * (_MOST_LINES - 1))
        self._says.set_size_request(-1, lines.get_pixel_size()[1])
        self._says.set_valign(Gtk.Align.START)
        self._says.set_yalign(0)
        self._says.get_style_context().add_class("dim-label")
        self._back = Gtk.Button.new_with_label(_("Recommended"))
        self._back.set_tooltip_text(_("Back to what was chosen on the page What"))
        self._back.set_valign(Gtk.Align.CENTER)
        self._back.connect("clicked", lambda _: on_back())
        below = Gtk.Box.new(Gtk.Orientation.HORIZONTAL, 6)
        below.pack_start(self._says, True, True, 0)
        below.pack_start(self._back, False, False, 0)
        self.pack_start(self._scale, False, False, 0)
        words = words_below(_("Strokes"), _("Ornament"), _("Things"))
        self.pack_start(words, False, False, 0)
        self.pack_start(below, False, False, 0)
        handlers = [config.connect(f"notify::{name}", self._show) for name in _WATCHED]
        self.connect("destroy", lambda _: [config.disconnect(handler) for handler in handlers])
        self.show_all()
        self._show()

    def set_layers(self, names, recommended=""):
        """Offer the layers of the network that `config` has now.

        Where it is another network than before, and has none of the layers that `config` names,
        the recommended ones take their place.

        Args:
            names: of all of them, in the order of computation, as the worker's `network` event
                has them; empty while they are not known.
            recommended: the value of `layers` that an empty one stands for, if known.
        """
        network = self._config.get_property("network")
        self._names = list(names)
        self._stops = layer_stops.stops(network, self._names)
        self._recommended = recommended
        # Among the stops there is one for it, where it is one layer.
        if recommended in self._names and recommended not in self._stops:
            self._stops = sorted([*self._stops, recommended], key=self._names.index)
        self._telling = False
        last = max(len(self._stops) - 1, 1)
        self._scale.set_range(0, last)
        self._scale.set_increments(1, 1)
        self._scale.clear_marks()
        for place in range(len(self._stops)):
            self._scale.add_mark(place, Gtk.PositionType.BOTTOM, None)
        self._telling = True
        if self._names:
            before, self._network = self._network, network
            asked = _layers_in(self._config.get_property("layers") or "")
            if before not in (None, network) and not set(asked) & set(self._names):
                self._config.set_property("layers", "")
        self._show()

    def _moved(self, scale):
        if not self._telling:
            return
        layer = self._stops[round(scale.get_value())]
        # With this objective, no layers stand for concepts.
        plain = self._config.get_property("objective") != "relative"
        self._set("" if plain and layer == self._recommended else layer)

    def _set(self, layers):
        values = {"layers": layers}
        if not self._has_layers() or self._has_numbers():
            values["objective"] = "layer"
        self._replace(**values)
        self._show()

    def _has_layers(self):
        return self._config.get_property("objective") in _objectives_with_layers()

    def _has_numbers(self):
        """Whether channels grow by their numbers, which are others, or none, in another layer."""
        by_number = self._config.get_property("objective") in ("channel", "neuron")
        return by_number and bool(self._config.get_property("channels"))

    def _show(self, *_arguments):
        layers = self._config.get_property("layers") or ""
        mix = bool((self._config.get_property("mix") or "").strip())
        used = self._has_layers() and (
            layers or self._config.get_property("objective") != "relative"
        )
        self._telling = False
        self._scale.set_value(self._place(layers or self._recommended))
        self._telling = True
        self._scale.set_sensitive(bool(self._stops) and not mix)
        self._scale.set_opacity(1.0 if used else 0.7)
        self._back.set_sensitive(bool(layers) and not mix)
        self._says.set_text(self._sentence(layers, used, mix))
        self._says.set_tooltip_text(layers or self._recommended or None)

    def _place(self, layers):
        places = [
            layer_stops.place_of(layer, self._stops, self._names) for layer in _layers_in(layers)
        ]
        known = [place for place in places if place is not None]
        if not known:
            return round(_USUAL * (len(self._stops) - 1))
        return round(sum(known) / len(known))

    def _sentence(self, layers, used, mix):
        if mix:
            return _("The weighted sum says what grows.")
        if not self._stops:
            return ""
        if not used and self._has_layers():
            return _("At every depth. Move this to keep to one.")
        if not used:
            return _("The thing that you chose grows. Move this to grow something else instead.")
        if not layers:
            return _("As recommended for this network")
        return _("Layer {layer} of the network").format(layer=layers)


def _objectives_with_layers():
    rows = {row["name"]: row for row in plugin_settings.settings()}
    return rows["layers"]["only-with"]["objective"]


def _layers_in(text):
    """The layers that a value of the setting `layers` names, without weights."""
    terms = text.replace(";", ",").split(",")
    return [term.partition(":")[0].partition("/")[0].strip() for term in terms if term.strip()]
