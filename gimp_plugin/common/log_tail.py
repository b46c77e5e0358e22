"""What a process writes to standard error: read all the time, the end of it kept.

Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import io
from collections import deque

_LINES = 50
_LINE_BYTES = 2000
# A log file ends growing here, in bytes.
_FILE_BYTES = 1000000


class LogTail(object):
    """The last lines of `stream`; a file at `path`, unless None, gets them all, up to a bound."""

    def __init__(self, stream, path=None):
        self._stream = stream
        self._path = path
        self._lines = deque(maxlen=_LINES)

    def run(self):
        """Read until the stream ends; for a thread of its own."""
        file = self._open()
        left = _FILE_BYTES
        while True:
            line = self._stream.readline(_LINE_BYTES)
            if not line:
                break
            self._lines.append(line)
            if file is not None and left > 0:
                left -= len(line)
                try:
                    file.write(line)
                except EnvironmentError as error:
                    # A full disk must not stop the reading: the process would wait for it.
                    self._note(error)
                    left = 0
        if file is not None:
            file.close()
        self._stream.close()

    def text(self):
        """The last lines, as text."""
        return b"".join(list(self._lines)).decode("utf-8", "replace").strip()

    def _open(self):
        try:
            return None if self._path is None else io.open(self._path, "wb", buffering=0)
        except EnvironmentError as error:
            self._note(error)
            return None

    def _note(self, error):
        self._lines.append("No log file: {!r}\n".format(error).encode("utf-8"))
