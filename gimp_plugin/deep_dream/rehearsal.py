"""Previews: at most one dream at a time, given up as soon as another one is wanted."""

from common import plugin_settings
from common.worker_client import as_error
from dreaming import guide_beside


class Rehearsal:
    """Dreams previews, one after the other; the latest wish wins.

    `show(event)` gets the progress, previews and result of the preview that is wanted, and
    `fail(error)` a WorkerError that ended it. Neither hears of previews that were given up.
    """

    def __init__(self, worker, listener, show, fail):
        self._worker = worker
        self._show = show
        self._fail = fail
        self._wish = None
        self._request = None
        self._given_up = False
        self._when_quiet = None
        listener.hear(self._take)

    def want(self, wish):
        """Dream `wish` next: a function without arguments that asks the worker.

        It is called when the worker is free, unless another wish has come by then; it returns the
        request's number, or None where there is nothing to dream.
        """
        self._wish = wish
        self._give_up()
        self._settle()

    def quieten(self, then):
        """Give everything up; `then()` is called once, when the worker is free."""
        self._wish = None
        self._when_quiet = then
        self._give_up()
        self._settle()

    def _give_up(self):
        if self._request is not None and not self._given_up:
            self._given_up = True
            self._worker.cancel(self._request)

    def _take(self, event):
        header = event.header
        if self._request is None or header.get("id") != self._request:
            return
        ended = header["event"] in ("result", "error")
        told = not self._given_up
        if ended:
            self._request = None
        if told and header["event"] == "error":
            self._fail(as_error(header))
        elif told:
            self._show(event)
        if ended:
            self._settle()

    def _settle(self):
        """The worker may be free: do what has waited for that."""
        if self._request is not None:
            return
        if self._when_quiet is not None:
            then, self._when_quiet = self._when_quiet, None
            then()
        elif self._wish is not None:
            wish, self._wish = self._wish, None
            self._given_up = False
            self._request = wish()


def rehearse(worker, wish, plan, small):
    """Ask the worker for the preview of `wish` by `plan`, of the reduced.Small `small`.

    Returns the request's number. Raises Refusal.
    """
    settings = dict(plugin_settings.beside_preset(wish.values), **plan.settings)
    return worker.dream(
        small.width, small.height, small.channels, settings, small.data,
        mask=small.strength, sample_format="u8", **guide_beside(wish),
    )  # fmt: skip
