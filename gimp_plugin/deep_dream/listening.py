"""The worker's events, handed to whoever wants them, while GTK's own loop runs."""

from gi.repository import GLib

from common.errors import WorkerError

_LOOK_EVERY_MS = 30


class Listener:
    """Looks for events of `worker` many times a second.

    `give_up` is called once, with the error, where the worker fails; no events come after that.
    """

    def __init__(self, worker, give_up):
        self._worker = worker
        self._give_up = give_up
        self._ears = []
        self._timer = GLib.timeout_add(_LOOK_EVERY_MS, self._look)

    def hear(self, ear):
        """Have `ear(event)` called with every event that arrives from now on."""
        self._ears.append(ear)

    def stop(self):
        """Look no more. May be called twice."""
        if self._timer:
            GLib.source_remove(self._timer)
            self._timer = 0

    def _look(self):
        try:
            events = self._worker.poll()
        except WorkerError as error:
            self._timer = 0
            self._give_up(error)
            return GLib.SOURCE_REMOVE
        for event in events:
            for ear in self._ears:
                ear(event)
        return GLib.SOURCE_CONTINUE if self._timer else GLib.SOURCE_REMOVE
