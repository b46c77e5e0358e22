"""What a plug-in says while it dreams. Runs on Python 2.7 and 3."""

from __future__ import absolute_import, division, print_function, unicode_literals

from .translation import _, ngettext


def progress_text(message, seconds):
    """Text of a progress bar, such as "Dreaming: Octave 2 of 4, step 3 of 10, 5 seconds left".

    `message` is the worker's, `seconds` how long it will probably take; below 0 it is unknown.
    """
    if seconds < 0:
        return _("Dreaming: {message}").format(message=message)
    if seconds < 90:
        count = int(seconds + 0.5)
        text = ngettext(
            "Dreaming: {message}, {count} second left",
            "Dreaming: {message}, {count} seconds left",
            count,
        )
    else:
        count = int(seconds / 60 + 0.5)
        text = ngettext(
            "Dreaming: {message}, {count} minute left",
            "Dreaming: {message}, {count} minutes left",
            count,
        )
    return text.format(message=message, count=count)
