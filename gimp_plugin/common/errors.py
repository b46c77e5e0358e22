"""What can go wrong between a plug-in and the core. Runs on Python 2.7 and 3."""

from __future__ import absolute_import, division, print_function, unicode_literals

from .translation import _

REPAIR = _("Run install.py again: it repairs the installation and says what is wrong.")


class WorkerError(Exception):
    """The core cannot be used, or has reported an error.

    Attributes:
        code: stable, for programs; those of the core (docs/protocol.md), or core-missing,
            worker-died, worker-silent.
        message: one sentence for the artist.
        hint: what to do next, possibly empty.
        log: what the worker last wrote to its standard error, possibly empty; for a log, never for
            the artist.
    """

    def __init__(self, code, message, hint="", log=""):
        Exception.__init__(self, code, message, hint)
        self.code = code
        self.message = message
        self.hint = hint
        self.log = log

    def sentence(self):
        """Message and hint in one text."""
        return (self.message + " " + self.hint).strip()

    def __str__(self):
        # Python 2 wants bytes here, and breaks on characters beyond ASCII.
        text = self.sentence()
        return text if str is not bytes else text.encode("utf-8")
