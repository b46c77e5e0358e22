#!/usr/bin/env python3
"""Installs, updates, repairs, checks and removes Deep Dream for GIMP: `python3 install.py --help`.

Every Python reads this file, so that an old one can say what it lacks. The work is done in
core/installing.
"""

import os
import sys

OLDEST = (3, 10)


def main():
    """Hand over to the installer, if this Python can run it. Returns the exit status."""
    if sys.version_info < OLDEST:
        # Nothing here that an old Python cannot parse, however old.
        needed, found = (".".join(map(str, version[:2])) for version in (OLDEST, sys.version_info))
        sys.stderr.write(
            "Deep Dream needs Python " + needed + " or later, and this is Python " + found + ".\n"
            "Install a newer Python (https://www.python.org/downloads/), then run this file with\n"
            "it, for example: python3.12 install.py\n"
        )
        return 1
    # Nothing is written beside the downloaded files, which may lie in a read-only place.
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from core.installing.cli import main as install

    return install(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
