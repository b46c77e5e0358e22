"""The environment that the core starts in: GIMP's own, without what breaks another Python.

GIMP points library, plug-in and module paths of all kinds at its own files; the core's Python would
load those instead of its own. Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import ntpath
import os
import sys

# Beginnings of names. Native strings, for Python 2 keeps bytes in the environment.
_DROPPED = tuple(
    str(name)
    for name in (
        "PYTHON",
        "__PYVENV_LAUNCHER__",  # macOS: makes a virtual environment's Python take itself for GIMP's
        "LD_LIBRARY",
        "LD_PRELOAD",
        "DYLD_",
        "GI_TYPELIB",
        "GIMP",
        "GEGL",
        "BABL",
        "GTK",
        "GDK_PIXBUF",
        "GIO_",
        "FONTCONFIG_",
        "PANGO_",
        "SSL_CERT_",
    )
)
_BACKSLASH = str("\\")


def core_environment():
    """This process's environment as the core needs it, in a dict of its own."""
    if os.name == "nt" and str is bytes:
        # Python 2's own mapping has lost the letters that its code page lacks.
        from . import windows_kernel, windows_process

        kernel = windows_kernel.Kernel()
        own = windows_process.environment_of(kernel.environment())
        return scrubbed(own, ntpath.dirname(kernel.own_program()))
    own_folder = os.path.dirname(sys.executable or str("")) if os.name == "nt" else str("")
    return scrubbed(os.environ, own_folder)


def scrubbed(environment, gimp_bin=""):
    """A copy of the mapping `environment` without GIMP's own paths.

    On Windows, which looks for DLLs along PATH, `gimp_bin` is the folder of the Python that GIMP
    brings: PATH loses that folder and, if its name is "bin", all that lies in the same GIMP.
    """
    kept = {
        name: value for name, value in environment.items() if not name.upper().startswith(_DROPPED)
    }
    if gimp_bin:
        root = _windows_form(gimp_bin)
        if ntpath.basename(root) == str("bin"):
            root = ntpath.dirname(root)
        for name in kept:
            if name.upper() == str("PATH"):
                parts = kept[name].split(str(";"))
                kept[name] = str(";").join(part for part in parts if not _lies_in(part, root))
    return kept


def _windows_form(path):
    return ntpath.normcase(ntpath.normpath(path.strip(str('"'))))


def _lies_in(path, root):
    return (_windows_form(path) + _BACKSLASH).startswith(root.rstrip(_BACKSLASH) + _BACKSLASH)
