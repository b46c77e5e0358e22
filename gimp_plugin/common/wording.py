"""What a plug-in says while it dreams. Runs on Python 2.7 and 3."""

from __future__ import absolute_import, division, print_function, unicode_literals


def progress_text(message, seconds):
    """Text of a progress bar, such as "Dreaming: octave 2 of 4, step 3 of 10, 5 seconds left".

    `message` is the worker's, `seconds` how long it will probably take; below 0 it is unknown.
    """
    text = "Dreaming: {}{}".format(message[:1].lower(), message[1:])
    if seconds < 0:
        return text
    if seconds < 90:
        count, unit = int(seconds + 0.5), "second"
    else:
        count, unit = int(seconds / 60 + 0.5), "minute"
    return "{}, {} {}{} left".format(text, count, unit, "" if count == 1 else "s")
