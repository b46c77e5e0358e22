"""Starting a program on Windows from Python 2.7, whose own way names files in one code page alone.

CreateProcessW takes any name and any environment, opens no window, and is told which handles the
program inherits: its three pipes and nothing else, above all not the pipes on which GIMP waits for
the end of the plug-in. `kernel` is Windows, see windows_kernel; tests on other systems stand in for
it. Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import subprocess
import time

_POLL_SECONDS = 0.01
# What the system gives a process that is ended from outside: no signal's number.
_ENDED = 1


def environment_block(environment):
    """A mapping of text as Windows takes an environment: NAME=VALUE, each ended by a NUL."""
    pairs = sorted(environment.items(), key=lambda pair: pair[0].upper())
    # An empty one has its two NULs as well.
    return ("".join("{}={}\0".format(*pair) for pair in pairs) or "\0") + "\0"


def environment_of(block):
    """The mapping in a list of NAME=VALUE; drives' current folders, named =C:, are left out."""
    pairs = (text.partition("=") for text in block if text and text[0] != "=")
    return {name: value for name, _, value in pairs}


def start(kernel, arguments, environment, folder):
    """A WindowsProcess of `arguments`, the first of them the program's path.

    Args:
        arguments: text.
        environment: a dict of text.
        folder: where it is started, text, or None for the current one.

    Raises:
        OSError: it cannot be started.
    """
    pipes, ours, theirs = [], [], []
    try:
        for number in range(3):
            pipes += kernel.pipe()
            reading, writing = pipes[-2:]
            # The program reads its input and writes the others.
            theirs.append(reading if number == 0 else writing)
            ours.append(writing if number == 0 else reading)
        process = kernel.create_process(
            arguments[0],
            subprocess.list2cmdline(arguments),
            environment_block(environment),
            folder,
            theirs,
        )
    except EnvironmentError:
        for handle in pipes:
            kernel.close(handle)
        raise
    for handle in theirs:
        kernel.close(handle)
    return WindowsProcess(kernel, process, ours)


class WindowsProcess(object):
    """What subprocess.Popen is elsewhere, as far as a client needs it.

    Attributes:
        stdin, stdout, stderr: binary files.
        returncode: None while it runs.
    """

    def __init__(self, kernel, process, pipes):
        self._kernel, self._process = kernel, process
        self.stdin = kernel.file(pipes[0], "wb")
        self.stdout = kernel.file(pipes[1], "rb")
        self.stderr = kernel.file(pipes[2], "rb")
        self.returncode = None

    def poll(self):
        """The exit status, None while it runs."""
        if self.returncode is None:
            status = self._kernel.exit_status(self._process)
            if status is not None:
                self.returncode = status
                self._kernel.close(self._process)
        return self.returncode

    def wait(self):
        """The exit status, once there is one."""
        while self.poll() is None:
            time.sleep(_POLL_SECONDS)
        return self.returncode

    def kill(self):
        """End it at once; nothing where it has ended."""
        if self.poll() is None:
            self._kernel.terminate(self._process, _ENDED)
