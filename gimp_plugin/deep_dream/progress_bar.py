"""GIMP's progress bar, fed from the worker's events."""

from gi.repository import Gimp

from common.wording import progress_text


class ProgressBar:
    """Shows how far a dream is, and how long it will probably take."""

    def __init__(self):
        Gimp.progress_init("Deep Dream")
        self._text = ""

    def show(self, event):
        """Take over a `progress` event; other events change nothing."""
        header = event.header
        if header["event"] != "progress":
            return
        text = progress_text(header["message"], header["eta"])
        if text != self._text:
            Gimp.progress_set_text(text)
            self._text = text
        Gimp.progress_update(header["fraction"])

    def end(self):
        """Clear the bar."""
        Gimp.progress_end()
