"""The live preview: what would be dreamed now, dreamed in small, anew with every change."""

from contextlib import suppress
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402

import caution  # noqa: E402
import pixels  # noqa: E402
import surfaces  # noqa: E402
from common import preview_plan  # noqa: E402
from common.translation import _  # noqa: E402
from common.wording import progress_text  # noqa: E402
from forecast import Forecast  # noqa: E402
from reduced import cover_of_size, reduce  # noqa: E402
from refusal import Refusal  # noqa: E402
from rehearsal import Rehearsal, rehearse  # noqa: E402
from spot import Spot  # noqa: E402
from stage import Stage  # noqa: E402

_PAUSE_MS = 120


class Preview(Gtk.Box):
    """The stage with what belongs to it.

    `make_wish(plain=False)` is as `dialog.ask` has it; `complain` is
    called with a Refusal or WorkerError that keeps a preview from being made, and with None when
    one is on its way again. `width` and `height` are the stage's; without `has_before` there is
    nothing to compare a dream with, for it comes from nothing.
    """

    def __init__(self, worker, listener, make_wish, complain, width, height, has_before):
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self._worker = worker
        self._make_wish = make_wish
        self._complain = complain
        self._has_before = has_before
        # Of the preview that was wanted last: the wish, its plan, and the picture reduced for it.
        self._wish: Any = None
        self._plan: Any = None
        self._small: Any = None
        self._spot = None
        # What `_small` has been read of, and its cover at the sizes of dreams.
        self._read, self._covers = None, {}
        # An RGB pixbuf.
        self._dream = None
        self._running = False
        self._soon = 0
        self._forecast = Forecast(listener)
        self.stage = Stage(width, height, self._move, self._draw)
        self.stage.set_splits(has_before)
        self._rehearsal = Rehearsal(worker, listener, self._hear, self._fail)
        self.pack_start(self.stage, True, True, 0)
        self._bar = Gtk.ProgressBar()
        self._bar.get_accessible().set_name(_("Progress of the preview"))
        self.pack_start(self._bar, False, False, 0)
        self.pack_start(self._switches(), False, False, 0)
        self._says = Gtk.Label(xalign=0.0, wrap=True, lines=2)
        # The width in characters keeps long sentences from widening the dialog.
        self._says.set_max_width_chars(40)
        self.pack_start(self._says, False, False, 0)

    def look_again(self):
        """The artist may have painted, or selected something else: then a new preview is made."""
        if self._running:
            return
        same = False
        # What is refused now, the next preview tells.
        with suppress(Refusal):
            if self._small is not None:
                seen = reduce(self._make_wish(), self._plan.side)
                same = seen.samples() == self._small.samples()
        if not same:
            self._read = None
            self.refresh_soon()

    def refresh_soon(self):
        """The same as `refresh`, in a moment, once for all changes until then.

        A preset changes dozens of settings, and a slider that is drawn is at many places.
        """
        if self._soon:
            GLib.source_remove(self._soon)
        self._soon = GLib.timeout_add(_PAUSE_MS, self._refresh)

    def _refresh(self):
        self._soon = 0
        self.refresh()
        return GLib.SOURCE_REMOVE

    def refresh(self):
        """Make the preview anew, as the dialog says now."""
        if self._running:
            return
        try:
            wish = self._make_wish()
        except Refusal as refusal:
            self._rehearsal.quieten(lambda: None)
            self._show_undreamed()
            self._complain(refusal)
            return
        self._want(wish)
        self._complain(None)
        self._tell(_("Dreaming a preview…"))
        self._rehearsal.want(self._ask)

    def _want(self, wish):
        self._wish = wish
        around = pixels.with_context(wish.target, wish.layer)
        self._plan = preview_plan.plan(max(around.width, around.height), wish.values)

    def _show_undreamed(self):
        """The picture alone: neither an empty stage, nor a dream that is not wanted any more."""
        with suppress(Refusal):
            if self._small is None:
                self._want(self._make_wish(plain=True))
                self._reduced(self._wish, self._plan.side)
        self._forget_dream()

    def quieten(self, then):
        """End all previews; `then()` is called when the worker is free. No more are made."""
        self._running = True
        self.stop()
        self._rehearsal.quieten(then)

    def stop(self):
        """Forget that there should be a preview soon. May be called twice."""
        if self._soon:
            GLib.source_remove(self._soon)
            self._soon = 0

    def resume(self):
        """Make previews again, after `quieten`."""
        self._running = False
        self.refresh()

    def show_frame(self, event):
        """Put the dream of a `preview` or `result` event on the stage."""
        header = event.header
        data = _plain(event.payload, header["channels"])
        self._dream = surfaces.from_bytes(data, header["width"], header["height"], 3)
        self._draw()

    def show_progress(self, fraction, text):
        """Say how far a dream is."""
        self._bar.set_fraction(fraction)
        self._tell(text)

    def _switches(self):
        box = Gtk.Box(spacing=12)
        split = Gtk.CheckButton.new_with_mnemonic(_("S_plit view"))
        split.connect("toggled", lambda button: self.stage.set_splits(button.get_active()))
        split.set_active(self._has_before)
        split.set_sensitive(self._has_before)
        zoom = Gtk.CheckButton.new_with_mnemonic(_("_100 %"))
        zoom.set_tooltip_text(
            _("A spot of the picture at its full size. Drag the picture to move.")
        )
        zoom.connect("toggled", self._zoom)
        for button in (split, zoom):
            box.pack_start(button, False, False, 0)
        return box

    def _ask(self):
        """Ask the worker for the preview; called when it is free."""
        wish, plan = self._wish, self._plan
        try:
            small = self._reduced(wish, plan.side)
            self._draw()
            self._forecast.begin(small, plan, wish)
            return rehearse(self._worker, wish, plan, small)
        except Refusal as refusal:
            self._complain(refusal)
            return None

    def _reduced(self, wish, side):
        """The small picture of `wish`; read anew only where it is another one."""
        strength = None if wish.strength is None else wish.strength.get_id()
        layer = None if wish.layer is None else wish.layer.get_id()
        what = (layer, wish.target, strength, side)
        if what != self._read:
            self._small = reduce(wish, side)
            self._read, self._covers = what, {}
            self._dream = None
        return self._small

    def _hear(self, event):
        header = event.header
        if header["event"] == "progress":
            self._forecast.hear(header["fraction"])
            self.show_progress(header["fraction"], progress_text(header["message"], header["eta"]))
        else:
            self.show_frame(event)
        if header["event"] == "result":
            self._forecast.hear(1.0)
            self._bar.set_fraction(1.0)
            self._conclude()

    def _fail(self, error):
        self._forget_dream()
        self._complain(error)

    def _forget_dream(self):
        """What was dreamed before is not what is wanted now."""
        self._bar.set_fraction(0.0)
        self._tell("")
        self._dream = None
        self._draw()

    def _conclude(self):
        """Say what there is to know once the preview is there."""
        sentence = self._forecast.sentence(self._plan)
        remark = caution.remark(self._small)
        if remark is None:
            self._tell(sentence)
        else:
            self._tell(f"{remark[0]} {sentence}", remark[1])

    def _tell(self, text, more=""):
        self._says.set_text(text)
        self._says.set_tooltip_text(more or None)

    def _draw(self):
        if self._small is None:
            return
        if self._spot is not None:
            self._spot.draw(self.stage, self._wish, self._small, self._dream)
            return
        self.stage.set_pictures(self._small.shown, self._after(), True)

    def _after(self):
        if self._dream is None:
            return None
        size = self._dream.get_width(), self._dream.get_height()
        if size not in self._covers:
            self._covers[size] = cover_of_size(self._small, *size)
        return surfaces.covered(self._dream, self._covers[size])

    def _zoom(self, button):
        self._spot = Spot() if button.get_active() else None
        self._draw()

    def _move(self, dx, dy):
        if self._spot is not None:
            self._spot.move(dx, dy)
            self._draw()


def _plain(data, channels):
    """Red, green and blue alone, of `data` with 1 to 4 channels."""
    if channels == 3:
        return data
    count = len(data) // channels
    plain = bytearray(count * 3)
    for channel in range(3):
        plain[channel::3] = data[channel if channels == 4 else 0 :: channels]
    return bytes(plain)
