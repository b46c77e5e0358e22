"""GIMP's progress bar, fed from the worker's events."""

from __future__ import absolute_import, division, print_function, unicode_literals

import gimp
from gimpfu import pdb

from common.text import native
from common.wording import progress_text


class ProgressBar(object):
    """Shows how far a dream is, and how long it will probably take.

    GIMP's Cancel button beside it kills the plug-in.
    """

    def __init__(self):
        gimp.progress_init(native("Deep Dream"))
        self._text = ""

    def show(self, event):
        """Take over a `progress` event; other events change nothing."""
        header = event.header
        if header["event"] != "progress":
            return
        text = progress_text(header["message"], header["eta"])
        if text != self._text:
            pdb.gimp_progress_set_text(native(text))
            self._text = text
        gimp.progress_update(float(header["fraction"]))

    def end(self):
        """Clear the bar."""
        pdb.gimp_progress_end()
