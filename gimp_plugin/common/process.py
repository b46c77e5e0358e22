"""Starting a program on the other end of three pipes, on every system and Python that GIMP has.

Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import os
import subprocess
import sys

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
    """
    if _PYTHON_2 and os.name == "nt":
        from . import windows_kernel, windows_process

        # Not GIMP's own folder, see below.
        folder = environment.get("USERPROFILE")
        kernel = windows_kernel.Kernel()
        return windows_process.start(kernel, arguments, environment, folder)
    home = os.path.expanduser(str("~"))
    return subprocess.Popen(
        [system_path(part) for part in arguments],
        bufsize=-1,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        # Not GIMP's own folder: Windows looks for DLLs in the folder where a program is started.
        cwd=home if os.path.isdir(home) else None,
        close_fds=True,
        creationflags=_CREATE_NO_WINDOW if os.name == "nt" else 0,
    )
