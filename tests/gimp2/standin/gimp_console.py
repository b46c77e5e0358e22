"""A stand-in for gimp-console-2.10: `gimp_console.py CODE` runs Python as python-fu-eval does.

The plug-in of the profile GIMP2_DIRECTORY is there, made anew for each run as a process would be.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import io
import os
import stat
import sys

# What a process has for itself; GIMP is in `application`.
_OWN = ("gimpfu", "gimpshelf", "gimpui", "gtk", "pygtk")


def start(script):
    """Run a plug-in's script from its beginning, none of its modules loaded."""
    folder = os.path.dirname(script)
    for name, module in list(sys.modules.items()):
        if name in _OWN or (getattr(module, "__file__", None) or str("")).startswith(folder):
            del sys.modules[name]
    kept, sys.path[:] = sys.path[:], [folder] + sys.path
    try:
        with io.open(script, "rb") as stream:
            code = compile(stream.read(), script, str("exec"), dont_inherit=True)
        exec(code, {"__name__": "__main__", "__file__": script})
    finally:
        sys.path[:] = kept


def find(profile):
    """The plug-in in a profile: NAME/NAME.py, a program that says who reads it."""
    place = os.path.join(profile, str("plug-ins"))
    for name in sorted(os.listdir(place)):
        script = os.path.join(place, name, name + str(".py"))
        if os.path.isfile(script) and os.stat(script).st_mode & stat.S_IXUSR:
            with open(script, "rb") as stream:
                if stream.readline().startswith(b"#!"):
                    return script
    raise SystemExit("no plug-in in " + place)


def main():
    """Query the plug-in, then run the code."""
    import gimp  # noqa: F401  # Before its procedures, which need its classes.
    from procedures import plug_ins

    plug_ins.path, plug_ins.start = find(os.environ[str("GIMP2_DIRECTORY")]), start
    plug_ins.query()
    scope = {}
    for code in (b"from gimpfu import *", sys.argv[1]):
        exec(compile(code, str("<string>"), str("exec"), dont_inherit=True), scope)


if __name__ == "__main__":
    main()
