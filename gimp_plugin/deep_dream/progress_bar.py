"""GIMP's progress bar, fed from the worker's events."""

from gi.repository import Gimp


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


def progress_text(message, seconds):
    """“Dreaming: octave 2 of 4, step 3 of 10, 5 seconds left”; below 0, `seconds` is unknown."""
    text = f"Dreaming: {message[:1].lower()}{message[1:]}"
    if seconds < 0:
        return text
    if seconds < 90:
        count, unit = round(seconds), "second"
    else:
        count, unit = round(seconds / 60), "minute"
    return f"{text}, {count} {unit}{'' if count == 1 else 's'} left"
