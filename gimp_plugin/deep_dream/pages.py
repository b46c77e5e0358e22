"""The pages of the dialog: what, how and where to dream, by which network, and all the rest."""

from contextlib import contextmanager

import gi

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, Gtk  # noqa: E402

import settings_arguments  # noqa: E402
import wheel  # noqa: E402
from chooser import Chooser  # noqa: E402
from common import plugin_settings  # noqa: E402
from common.translation import _  # noqa: E402
from depth import Depth  # noqa: E402
from fields import Fields, align  # noqa: E402
from former_choice import FormerChoice  # noqa: E402
from networks import NetworkChooser  # noqa: E402
from pattern_size import PatternSize  # noqa: E402
from reminders import Reminders  # noqa: E402
from seed import Seed  # noqa: E402
from tiles import (  # noqa: E402
    as_setting,
    concept_tiles,
    from_setting,
    pictured_concepts,
    preset_tiles,
    whatever_tile,
)
from where import Where  # noqa: E402

_HOW = ("strength", "octaves", "iterations", "colours", "tileable")
_ENGINE = ("device", "precision")
# Shown by widgets of their own.
_ELSEWHERE = ("preset", "network", "seed", *_HOW, *_ENGINE)
_CONCEPTS = ("concept", "probability")
_BORDER = 12


class Pages(Gtk.Notebook):
    """All that can be set, for `config`.

    What `worker` says of its networks goes to `take(event)`. `layer_mask`, where there is one, is
    the mask of the layer that is dreamed on.
    """

    def __init__(self, dialog, config, worker, layer_mask):
        super().__init__()
        self._config = config
        self._fields = Fields(dialog, config)
        self._whatever = whatever_tile(settings_arguments.is_texture(config))
        # Of concepts, as the network has them.
        self._names = []
        self._choosing = False
        self._former = FormerChoice(config, self._back_to_preset)
        self.networks = NetworkChooser(config, worker)
        self.set_scrollable(True)
        self._add(_("Wha_t"), self._what())
        self._add(_("Ho_w"), self._how())
        self._where_page = self._add(
            _("Wher_e"), Where(dialog, config, layer_mask, self._former.replace, self._go_back)
        )
        self._network_page = self._add(_("_Network"), self._network())
        self._add(_("_Advanced"), self._advanced())
        for name in ("preset", *plugin_settings.WHAT):
            config.connect(f"notify::{name}", self._changed)
        config.connect("notify::network", self._order_presets)
        # The worker needs some seconds to start.
        self._offer(pictured_concepts(config.get_property("network")))
        self._follow()
        if self._chosen_thing() is not None and self._chosen_preset() is None:
            self._to_things.set_active(True)
        self._fields.show_what_matters()

    def take(self, event):
        """Take over what the worker says of its networks."""
        self.networks.take(event)
        header = event.header
        if header["event"] == "network" and header["name"] == self._config.get_property("network"):
            self._offer(header["concepts"])
            self._fields.suggest("concept", header["concepts"])
            self._fields.suggest("layers", header["layers"])
            self._depth.set_layers(header["layers"], header.get("recommended", ""))
            self._follow()

    def search(self):
        """Turn to what can be chosen by pictures, ready to write what to look for."""
        self.set_current_page(0)
        self._stack.get_visible_child().focus_search()

    def show_where(self):
        """Turn to the page with the guide and the strength map."""
        self._turn_to(self._where_page)

    def show_networks(self):
        """Turn to the page of networks."""
        self._turn_to(self._network_page)

    def shows_networks(self):
        """Whether that page is to be seen."""
        return self.get_current_page() == self._network_page

    def _turn_to(self, page):
        """With the keyboard, which would else stay where it was, perhaps out of sight."""
        self.set_current_page(page)
        self.get_nth_page(page).child_focus(Gtk.DirectionType.TAB_FORWARD)

    def _add(self, title, contents):
        scrolled = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER)
        contents.set_border_width(_BORDER)
        scrolled.add(contents)
        wheel.leave_to(scrolled, contents)
        return self.append_page(scrolled, Gtk.Label.new_with_mnemonic(title))

    def _what(self):
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._stack = stack = Gtk.Stack()
        self._presets = Chooser(self._preset_tiles(), self._choose_preset)
        self._things = Chooser([], self._choose_thing)
        stack.add_titled(self._presets, "presets", _("Presets"))
        stack.add_titled(self._things, "things", _("One thin_g"))
        stack.connect("notify::visible-child", self._search_on)
        self._to_presets, self._to_things = _switches(stack)
        box.pack_start(_linked(self._to_presets, self._to_things), False, False, 0)
        box.pack_start(stack, True, True, 0)
        box.pack_start(Reminders(self._config, self._unguided), False, False, 0)
        return box

    def _search_on(self, stack, _property):
        """What was written stays, for it may be found among the others."""
        presets, things = self._presets, self._things
        shown, other = (
            (things, presets) if stack.get_visible_child() is things else (presets, things)
        )
        shown.take_search(other)
        shown.focus_search()

    def _how(self):
        box = self._fields.box(_HOW[:1])
        patterns = PatternSize(self._config)
        self._depth = Depth(self._config, self._former.replace, self._go_back)
        _row(box, _("Pattern size"), patterns, patterns.scale)
        _row(box, _("Depth"), self._depth, None)
        for name in filter(self._fields.has, _HOW[1:]):
            field = self._fields.get(name)
            align(field, box.labels)
            box.pack_start(field, False, False, 0)
        seed = Seed(self._config)
        _row(box, self._fields.label("seed"), seed, seed.spin)
        return box

    def _network(self):
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12)
        box.pack_start(self.networks, False, False, 0)
        box.pack_start(self._fields.box(_ENGINE), False, False, 0)
        return box

    def _advanced(self):
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        settings = [
            row
            for row in settings_arguments.settings_of(self._config)
            if row["name"] not in _ELSEWHERE
        ]
        for group, title in plugin_settings.groups():
            names = [row["name"] for row in settings if row["group"] == group]
            if not names:
                continue
            expander = Gtk.Expander(label=title, expanded=group == "dream")
            fields = self._fields.box(names)
            fields.set_margin_start(_BORDER)
            expander.add(fields)
            box.pack_start(expander, False, False, 0)
        return box

    def _choose_preset(self, preset):
        """Give all settings the values that the preset has for them."""
        values = settings_arguments.preset_values(self._config, preset)
        with self._by_hand():
            for changes in plugin_settings.presets().values():
                for name in changes:
                    if name in values:
                        self._config.set_property(name, values[name])
            self._config.set_property("preset", preset)

    def _go_back(self):
        """Have what was chosen on the page What grow again."""
        with self._by_hand():
            self._former.go_back(settings_arguments.has_guide(self._config))

    def _unguided(self):
        """Take the guide away; what grew before it grows again, or what the preset says."""
        for name in settings_arguments.GUIDES:
            self._config.set_property(name, None)
        if settings_arguments.is_guided(self._config):
            self._back_to_preset()

    def _back_to_preset(self):
        """Have what the preset says grow again."""
        with self._by_hand():
            settings_arguments.grow_by_preset(self._config)

    def _choose_thing(self, name):
        with self._by_hand():
            self._config.set_property("mix", "")
            if name == self._whatever.name:
                self._config.set_property("objective", "relative")
                return
            self._config.set_property("concept", as_setting(name))
            self._config.set_property("objective", "concept")

    def _order_presets(self, *_arguments):
        """Those of the network first; but not under the hand that chooses a preset of another."""
        if not self._choosing:
            self._presets.set_tiles(self._preset_tiles())
            self._follow()

    def _preset_tiles(self):
        texture = settings_arguments.is_texture(self._config)
        return preset_tiles(texture, self._config.get_property("network"))

    @contextmanager
    def _by_hand(self):
        """While the artist's choice on the page What becomes settings, which are not all there."""
        self._choosing = True
        try:
            yield
        finally:
            self._choosing = False

    def _offer(self, names):
        """Have these concepts to choose from."""
        if names == self._names:
            return
        self._names = names
        tiles = concept_tiles(names, self._config.get_property("network"))
        self._things.set_tiles([self._whatever, *tiles])

    def _changed(self, *_):
        """What grows is another thing: the artist has chosen it, here or elsewhere, as by Reset."""
        self._follow()
        chosen = self._chosen_preset()
        if self._chosen_thing() is None and chosen is not None and not self._choosing:
            self._presets.forget_search()
            self._things.forget_search()
            self._to_presets.set_active(True)

    def _follow(self):
        """Show as chosen what the settings say, whoever set them."""
        self._presets.select(self._chosen_preset())
        self._things.select(self._chosen_thing())

    def _chosen_preset(self):
        """The preset, None where something else grows than it says."""
        values = settings_arguments.read_values(self._config, Gimp.RunMode.INTERACTIVE)
        texture = settings_arguments.is_texture(self._config)
        return values["preset"] if plugin_settings.dreams_of_preset(values, texture) else None

    def _chosen_thing(self):
        """The one thing that grows, None where there is none or there are several."""
        if self._config.get_property("mix"):
            return None
        objective = self._config.get_property("objective")
        if objective == "relative":
            return self._whatever.name
        if objective in _CONCEPTS:
            return from_setting(self._config.get_property("concept"), self._names)
        return None


def _switches(stack):
    """Buttons for the pages of `stack`, as Gtk.StackSwitcher has them, with mnemonics."""
    buttons, first = [], None
    for page in stack.get_children():
        title = stack.child_get_property(page, "title")
        button = first = Gtk.RadioButton.new_with_mnemonic_from_widget(first, title)
        button.set_mode(False)
        button.connect("toggled", _turn, stack, page)
        buttons.append(button)
    return buttons


def _linked(*buttons):
    box = Gtk.Box(halign=Gtk.Align.CENTER)
    box.get_style_context().add_class("linked")
    for button in buttons:
        box.pack_start(button, False, False, 0)
    return box


def _turn(button, stack, page):
    if button.get_active():
        stack.set_visible_child(page)


def _row(box, text, widget, takes_keys):
    """Put `widget` into `box` with a label before it, as GIMP's own fields have theirs."""
    label = Gtk.Label.new_with_mnemonic(text)
    label.set_xalign(0.0)
    # Beside a slider with words below it.
    label.set_valign(Gtk.Align.CENTER if isinstance(widget, Seed) else Gtk.Align.START)
    label.set_mnemonic_widget(takes_keys)
    box.labels.add_widget(label)
    row = Gtk.Box(spacing=6)
    row.pack_start(label, False, False, 0)
    row.pack_start(widget, True, True, 0)
    box.pack_start(row, False, False, 0)
