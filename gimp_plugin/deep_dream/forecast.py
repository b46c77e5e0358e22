"""How long the dream will take, told from how long its preview takes."""

import time

from common import preview_plan
from common.translation import _, ngettext

# Of a preview; before that, starting weighs too much.
_ENOUGH = 0.25
_DEVICES = {"cpu": "CPU", "cuda": "GPU", "mps": "Apple GPU", "xpu": "Intel GPU"}


class Forecast:
    """Knows what this machine is, and learns from each preview what a dream costs here."""

    def __init__(self, listener):
        self._device = ""
        self._begun = 0.0
        self._preview = self._whole = 0.0
        self._seconds = None
        listener.hear(self._greeting)

    def begin(self, small, plan, wish):
        """A preview of `wish` by `plan` begins, of the reduced.Small `small`."""
        self._begun = time.monotonic()
        around_width = small.whole_width
        around_height = small.whole_height
        self._preview = preview_plan.cost(
            small.width, small.height, {**wish.values, **plan.settings}
        )
        self._whole = preview_plan.cost(around_width, around_height, wish.values)
        self._seconds = None

    def hear(self, fraction):
        """The preview is that far, 1 for done."""
        if fraction >= _ENOUGH and self._preview:
            taken = (time.monotonic() - self._begun) / fraction
            self._seconds = taken * self._whole / self._preview

    def sentence(self, plan):
        """What to say below a preview by `plan`, a preview_plan.Plan."""
        if plan.exact:
            return _("This is the dream ({device}). OK makes it a layer in a moment.").format(
                device=self._device
            )
        said = []
        if self._seconds is not None:
            said.append(
                _("The dream itself will take about {time} ({device}).").format(
                    time=duration(self._seconds), device=self._device
                )
            )
        if plan.left_out:
            said.append(_("It will be finer than this preview."))
        return " ".join(said)

    def _greeting(self, event):
        if event.header["event"] == "ready":
            name = event.header["device"].partition(":")[0]
            self._device = _DEVICES.get(name, name.upper())


def duration(seconds):
    """“5 seconds”, “2 minutes”, “3 hours”, in the artist's language."""
    if seconds < 90:
        count = max(1, round(seconds))
        return ngettext("{count} second", "{count} seconds", count).format(count=count)
    if seconds < 90 * 60:
        count = round(seconds / 60)
        return ngettext("{count} minute", "{count} minutes", count).format(count=count)
    count = round(seconds / 3600)
    return ngettext("{count} hour", "{count} hours", count).format(count=count)
