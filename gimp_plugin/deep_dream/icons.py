"""The plug-in's own icons."""

import os

from gi.repository import Gio

import common

_FOLDER = os.path.dirname(os.path.abspath(common.__file__))


def own_icon(name):
    """The icon of that name, in the theme's colour: GTK knows it by how the file's name ends."""
    path = os.path.join(_FOLDER, f"{name}-symbolic.svg")
    return Gio.FileIcon.new(Gio.File.new_for_path(path))
