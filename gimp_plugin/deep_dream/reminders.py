"""What shapes the dream though it is set elsewhere, told where an artist chooses what to dream of.

A preset leaves some settings to the artist, which then are as they were for the last picture; one
that begins with noise leaves nothing of the picture, also where another thing is chosen then; and a
guide grows instead of anything that is to be seen there.
"""

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402

import settings_arguments  # noqa: E402
from common import plugin_settings  # noqa: E402
from common.translation import _  # noqa: E402

_NOISE = "noise"
# What the page How has and no preset sets.
_KEPT = ("working-size", "strength", "colours", "tileable", "seed")
# As that page calls it.
_LABELS = {"working-size": _("Pattern size")}
# Nobody reads that wide a line; it keeps long sentences from widening the page.
_CHARACTERS = 40


class Reminders(Gtk.Box):
    """Sentences about `config`, each with a way back, where there is something to say.

    `on_unguided()` is called where what grew before a guide was chosen is to grow again.
    """

    __gtype_name__ = "DeepDreamReminders"

    def __init__(self, config, on_unguided):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._config = config
        rows = {row["name"]: row for row in settings_arguments.settings_of(config)}
        self._kept = {name: rows[name] for name in _KEPT if name in rows}
        self._noise = None if settings_arguments.is_texture(config) else self._line(self._begin)
        self._stays = self._line(self._reset)
        self._guide = self._line(on_unguided)
        watched = [*self._kept, *settings_arguments.GUIDES]
        watched += settings_arguments.GUIDED_BY
        watched += [] if self._noise is None else ["start"]
        handlers = [config.connect(f"notify::{name}", self._show) for name in watched]
        self.connect("destroy", lambda _: [config.disconnect(handler) for handler in handlers])
        self._show()

    def _line(self, on_link):
        label = Gtk.Label(xalign=0.0, wrap=True, track_visited_links=False)
        label.set_max_width_chars(_CHARACTERS)
        label.set_no_show_all(True)
        label.connect("activate-link", lambda *_: on_link() or True)
        self.pack_start(label, False, False, 0)
        return label

    def _show(self, *_arguments):
        if self._noise is not None:
            from_noise = self._config.get_property("start") == _NOISE
            _tell(
                self._noise,
                _("This begins with noise, not with your picture.") if from_noise else "",
                _("Begin with the picture"),
            )
        kept = [
            _LABELS.get(name) or plugin_settings.label_with_unit(row).replace("_", "")
            for name, row in self._kept.items()
            if self._config.get_property(name) != row["default"]
        ]
        led = settings_arguments.is_guided(self._config)
        led = led and settings_arguments.has_guide(self._config)
        _tell(
            self._guide,
            _("What grows comes from the guide on the page Where.") if led else "",
            _("Without the guide"),
        )
        sentence = _("Kept with every preset: {settings}.").format(settings=", ".join(kept))
        _tell(self._stays, sentence if kept else "", _("Set back"))

    def _begin(self):
        self._config.set_property("start", "picture")

    def _reset(self):
        with self._config.freeze_notify():
            for name, row in self._kept.items():
                self._config.set_property(name, row["default"])


def _tell(label, sentence, link):
    """Show a sentence with a link behind it; nothing for no sentence."""
    text, link = (GLib.markup_escape_text(part) for part in (sentence, link))
    label.set_markup(f'{text} <a href="#">{link}</a>')
    label.set_visible(bool(sentence))
