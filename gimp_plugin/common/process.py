"""Starting a program on the other end of three pipes, on every system and Python that GIMP has.

Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import os
import subprocess
import sys

from .errors import WorkerError

_PYTHON_2 = sys.version_info[0] == 2
_CREATE_NO_WINDOW = 0x08000000


def system_path(path):
    """The text `path` as this Python's file functions take it, whatever the locale is."""
    if _PYTHON_2 and os.name != "nt" and not isinstance(path, bytes):
        return path.encode("utf-8")
    return path


def start_process(arguments, environment):
    """A Popen of `arguments` (text, paths among them) with pipes for its three streams.

    No process that is started later gets our ends of the pipes (both Pythons see to that): the
    program must see the end of its input the moment that we are gone, even if we were killed.

    Raises:
        OSError: it cannot be started.
        WorkerError: core-missing, if a path cannot be written in this Windows' old code page.
    """
    home = os.path.expanduser(str("~"))
    return subprocess.Popen(
        [_argument(part) for part in arguments],
        bufsize=-1,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        # Not GIMP's own folder: Windows looks for DLLs in the folder where a program is started.
        cwd=home if os.path.isdir(home) else None,
        # Python 2.7 on Windows cannot do both this and pipes.
        close_fds=not (_PYTHON_2 and os.name == "nt"),
        creationflags=_CREATE_NO_WINDOW if os.name == "nt" else 0,
    )


def _argument(text):
    if not (_PYTHON_2 and os.name == "nt"):
        return system_path(text)
    # Python 2.7 hands arguments over in the ANSI code page: other names go by their short form.
    for candidate in (text, _short_path(text)):
        ansi = candidate.encode("mbcs", "replace")
        if ansi.decode("mbcs") == candidate:
            return ansi
    raise WorkerError(
        "core-missing",
        "Deep Dream's core lies in a folder that this GIMP cannot name: {}.".format(text),
        "Run install.py again with --home and a folder whose name has plain letters only.",
    )


def _short_path(path):
    """The path with names of 8.3 characters, as Windows keeps them beside the long ones."""
    import ctypes

    room = ctypes.create_unicode_buffer(32768)
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    found = kernel.GetShortPathNameW(path, room, len(room))
    return room.value if found else path
