# ruff: noqa: UP010, UP018, UP032
# pyright: reportMissingImports=false
"""What a plug-in does with the client, for any Python that a GIMP has: 2.7 and 3.

    session.py FOLDER dream       dreams, cancels, errs, and prints "fine"
    session.py FOLDER abandoned   starts the core and another program, and waits to be killed

FOLDER holds a core.json. Not a test by itself: test_pythons starts it.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# As the plug-ins have it: `common` beside them.
sys.path.insert(0, os.path.join(ROOT, str("gimp_plugin")))

from common.core_config import read_core_config  # noqa: E402
from common.errors import WorkerError  # noqa: E402
from common.worker_client import WorkerClient  # noqa: E402


def expect(value, wanted):
    """An assert that says what it saw, in any Python."""
    if value != wanted:
        raise SystemExit("{!r} instead of {!r}".format(value, wanted))


def error_of(client, request):
    """How `request` failed."""
    try:
        return client.wait(request)
    except WorkerError as error:
        # Both must work: Python 2 makes bytes of the one and text of the other.
        expect(bool(str(error)) and bool(error.sentence()), True)
        return error.code


def dream(client):
    """The three ways in which a dream ends, and a broken installation."""
    pixels = bytes(bytearray(index * 37 % 251 for index in range(64 * 48 * 3)))
    mask = b"\0" * (64 * 48)
    seen = []
    client.hello()
    request = client.dream(64, 48, 3, {"iterations": 2}, pixels, mask, "u8")
    expect(client.wait(request, lambda event: seen.append(event.header["event"])).payload, pixels)
    expect(sorted(set(seen)), ["preview", "progress", "ready"])

    request = client.dream(64, 48, 3, {"iterations": 1000}, pixels, sample_format="u8")
    client.cancel(request)
    expect(error_of(client, request), "cancelled")
    request = client.dream(64, 48, 3, {"layers": "gr\u00f6\u00dfer"}, pixels, sample_format="u8")
    expect(error_of(client, request), "layer-unknown")

    try:
        read_core_config(ROOT)
    except WorkerError as error:
        expect(error.code, "core-missing")
    client.close()
    print("fine")


def abandoned(_):
    """Killed in here, as GIMP's Cancel does it; meanwhile another program of ours runs on."""
    other = subprocess.Popen(["sleep", "60"], close_fds=False)
    print(other.pid)
    sys.stdout.flush()
    time.sleep(60)


def main():
    """Start the core and do what the arguments say."""
    config = read_core_config(sys.argv[1])
    client = WorkerClient()
    client.start(config.python, config.program)
    {"dream": dream, "abandoned": abandoned}[sys.argv[2]](client)


if __name__ == "__main__":
    main()
