"""Where the core is: core.json, which the installer puts beside the plug-in.

Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import io
import json
import os
from collections import namedtuple

from .errors import REPAIR, WorkerError
from .process import system_path
from .translation import _

# The core's Python, the folder that holds the folder `core`, and the core's version; all text.
CoreConfig = namedtuple(str("CoreConfig"), [str("python"), str("program"), str("version")])


def read_core_config(folder):
    """The `CoreConfig` in `folder`/core.json.

    Raises:
        WorkerError: core-missing, if it is not there, is broken, or points where nothing is.
    """
    try:
        # The name is a native string, so that it joins a Python 2 folder of bytes.
        with io.open(os.path.join(folder, str("core.json")), encoding="utf-8") as file:
            values = json.load(file)
        config = CoreConfig(values["python"], values["program"], values.get("version", ""))
        if not all(isinstance(value, type("")) for value in config):
            raise ValueError("no text")
    except (IOError, OSError):
        raise WorkerError("core-missing", _("Deep Dream is not completely installed."), REPAIR)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise WorkerError("core-missing", _("Deep Dream's file core.json is damaged."), REPAIR)
    check_core(config.python, config.program)
    return config


def check_core(python, program):
    """See that there is a Python and a core to start.

    Raises:
        WorkerError: core-missing, if there is not.
    """
    if not os.path.isfile(system_path(python)):
        raise WorkerError(
            "core-missing",
            _("Deep Dream's Python is gone; it was {path}.").format(path=python),
            REPAIR,
        )
    if not os.path.isfile(system_path(os.path.join(program, "core", "__main__.py"))):
        raise WorkerError(
            "core-missing",
            _("Deep Dream's core is gone; it was in {path}.").format(path=program),
            REPAIR,
        )
