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
from .text import as_text
from .translation import _

# Below the plug-in's folder.
INSTALLER = (str("install"), str("install.py"))

# Set for the installer by who reads what it says: passing lines then are whole ones, and begin so.
WATCHED = str("DEEP_DREAM_INSTALLER_WATCHED")
PASSING = str("\r")

# The core's Python, the folder that holds the folder `core`, and the core's version; all text.
CoreConfig = namedtuple(str("CoreConfig"), [str("python"), str("program"), str("version")])


def read_core_config(folder):
    """The `CoreConfig` in `folder`/core.json, `folder` being the plug-in's.

    A plug-in in a GIMP extension has none: the installer has put one into that profile's plug-ins.

    Raises:
        WorkerError: core-missing, if it is not there, is broken, or points where nothing is.
    """
    try:
        config = _read(folder)
    except (IOError, OSError):
        raise _not_installed(folder)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise WorkerError("core-missing", _("Deep Dream's file core.json is damaged."), REPAIR)
    check_core(config.python, config.program)
    return config


def installed_program(folder):
    """The folder of the program that core.json names, be it there or not; None where none is."""
    try:
        return _read(folder).program
    except (AttributeError, EnvironmentError, KeyError, TypeError, ValueError):
        return None


def packed_installer(folder):
    """The path of the installer that came with the plug-in in `folder`, None where none did."""
    installer = os.path.join(folder, *INSTALLER)
    return installer if os.path.isfile(installer) else None


def _read(folder):
    with io.open(_core_json(folder), encoding="utf-8") as file:
        values = json.load(file)
    config = CoreConfig(values["python"], values["program"], values.get("version", ""))
    if not all(isinstance(value, type("")) for value in config):
        raise ValueError("no text")
    return config


def _core_json(folder):
    # Names are native strings, so that they join a Python 2 folder of bytes.
    own = os.path.join(folder, str("core.json"))
    extensions = os.path.dirname(os.path.dirname(folder))
    if os.path.isfile(own) or os.path.basename(extensions) != str("extensions"):
        return own
    plugins = os.path.join(os.path.dirname(extensions), str("plug-ins"))
    return os.path.join(plugins, os.path.basename(folder), str("core.json"))


def _not_installed(folder):
    installer = packed_installer(folder)
    if installer is None:
        return WorkerError("core-missing", _("Deep Dream is not completely installed."), REPAIR)
    hint = _(
        "Close GIMP and run this command in a terminal, once: {command}. It needs Python 3.10 or"
        " later."
    )
    command = '{} "{}"'.format("py" if os.name == "nt" else "python3", as_text(installer))
    return WorkerError(
        "core-missing",
        _("The part of Deep Dream that dreams is still to be installed."),
        hint.format(command=command),
    )


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
