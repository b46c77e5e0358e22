"""A stand-in for gimpfu of GIMP 2.10: what it checks, passes on and asks in its dialog."""

from __future__ import absolute_import, division, print_function, unicode_literals

import string
import warnings

import gimp
from gimp import pdb
from gimpenums import *  # noqa: F403
from gimpenums import (
    PDB_CHANNEL,
    PDB_DRAWABLE,
    PDB_FLOAT,
    PDB_IMAGE,
    PDB_INT32,
    PDB_LAYER,
    PDB_STRING,
    PLUGIN,
    RUN_INTERACTIVE,
    RUN_NONINTERACTIVE,
    RUN_WITH_LAST_VALS,
)


class error(RuntimeError):
    """What `register` raises."""


class CancelError(RuntimeError):
    """The dialog was cancelled."""


PF_INT32 = PF_INT = PDB_INT32
PF_FLOAT = PDB_FLOAT
PF_STRING = PDB_STRING
PF_IMAGE = PDB_IMAGE
PF_LAYER = PDB_LAYER
PF_CHANNEL = PDB_CHANNEL
PF_DRAWABLE = PDB_DRAWABLE
PF_TOGGLE = 1000
PF_SLIDER = 1001
PF_SPINNER = 1002
PF_OPTION = 1013

# For each kind of parameter: what GIMP's procedures take, and what it must be for no question.
_KINDS = {
    PF_INT32: (PDB_INT32, int),
    PF_FLOAT: (PDB_FLOAT, float),
    PF_STRING: (PDB_STRING, bytes),
    PF_IMAGE: (PDB_IMAGE, gimp.Image),
    PF_LAYER: (PDB_LAYER, gimp.Layer),
    PF_CHANNEL: (PDB_CHANNEL, gimp.Channel),
    PF_DRAWABLE: (PDB_DRAWABLE, gimp.Drawable),
    PF_TOGGLE: (PDB_INT32, bool),
    PF_SLIDER: (PDB_FLOAT, float),
    PF_SPINNER: (PDB_INT32, int),
    PF_OPTION: (PDB_INT32, int),
}
_PREFIXES = ("python-", "python_", "extension-", "plug-in-", "plug_in_", "file-")

_registered_plugins_ = {}


class _Registered(object):
    def __init__(self, blurb, label, params, function, on_run, rest):
        self.blurb, self.label, self.params = blurb, label, params
        self.function, self.on_run, self.rest = function, on_run, rest


def register(
    proc_name,
    blurb,
    help,
    author,
    copyright,
    date,
    label,
    imagetypes,
    params,
    results,
    function,
    menu=None,
    domain=None,
    on_query=None,
    on_run=None,
):
    """Check a plug-in's description, and keep it."""
    _letters(proc_name, "procedure name contains illegal characters")
    for param in params:
        if len(param) < 4:
            raise error("parameter definition must contain at least 4 elements")
        if type(param[0]) is not int:
            raise error("parameter types must be integers")
        _letters(param[1], "parameter name contains illegal characters")
    for result in results:
        if len(result) < 3:
            raise error("result definition must contain at least 3 elements")
    if not proc_name.startswith(_PREFIXES):
        proc_name = "python-fu-" + proc_name
    if menu is None and label:
        menu, _, label = label.rpartition("/")
        warnings.warn("passing the full menu path is deprecated", DeprecationWarning, 3)
        if menu.startswith("<Image>"):
            params.insert(0, (PDB_IMAGE, "image", "Input image", None))
            params.insert(1, (PDB_DRAWABLE, "drawable", "Input drawable", None))
    rest = (help, author, copyright, date, imagetypes, results, menu, on_query)
    registered = _Registered(blurb, label, params, function, on_run, rest)
    _registered_plugins_[proc_name] = registered


def main():
    """What a plug-in calls at its end."""
    gimp.main(None, None, _query, _run)


def _letters(name, complaint):
    if any(letter not in string.ascii_letters + string.digits + "_-" for letter in name):
        raise error(complaint)


def _query():
    for name, plug_in in _registered_plugins_.items():
        help_text, author, holder, date, types, results, menu, on_query = plug_in.rest
        params = [(PDB_INT32, "run-mode", "The run mode")]
        params += [
            (_KINDS[param[0]][0], param[1], param[2].replace(b"_", b"")) for param in plug_in.params
        ]
        gimp.install_procedure(
            name,
            plug_in.blurb,
            help_text,
            author,
            holder,
            date,
            plug_in.label,
            types,
            PLUGIN,
            params,
            [(_KINDS[result[0]][0], result[1], result[2]) for result in results],
        )
        if menu:
            gimp.menu_register(name, menu)
        if on_query:
            on_query()


def _run(proc_name, params):
    plug_in = _registered_plugins_[proc_name]
    mode = params[0]
    if mode == RUN_NONINTERACTIVE:
        return plug_in.function(*params[1:])
    fitting = 0
    if len(params) > 1:
        for fitting in range(1, len(params)):
            if not isinstance(params[fitting], _KINDS[plug_in.params[fitting - 1][0]][1]):
                break
    if len(plug_in.params) > fitting:
        params = params[: fitting + 1]
        if mode == RUN_WITH_LAST_VALS:
            # A TypeError where nothing is kept, as in the real one: a tuple and a list.
            params = params + _get_defaults(proc_name)[fitting:]
    else:
        mode = RUN_NONINTERACTIVE
    if mode == RUN_INTERACTIVE:
        try:
            result = _interact(proc_name, params[1:])
        except CancelError:
            return None
    else:
        result = plug_in.function(*params[1:])
    gimp.displays_flush()
    return result


def _get_defaults(proc_name):
    import gimpshelf

    key = b"python-fu-save--" + proc_name
    if gimpshelf.shelf.has_key(key):
        return gimpshelf.shelf[key]
    return [param[3] for param in _registered_plugins_[proc_name].params]


def _set_defaults(proc_name, values):
    import gimpshelf

    gimpshelf.shelf[b"python-fu-save--" + proc_name] = values


def _interact(proc_name, given):
    """The dialog, as gimpfu builds it; the artist is in the stand-in for GTK."""
    plug_in = _registered_plugins_[proc_name]
    params = plug_in.params[len(given) :]

    import pygtk

    pygtk.require("2.0")
    import gimpui
    import gtk

    defaults = _get_defaults(proc_name)[len(given) :]
    if plug_in.on_run:
        plug_in.on_run()
    dialog = gimpui.Dialog(
        proc_name,
        "python-fu",
        None,
        0,
        None,
        proc_name,
        (gtk.STOCK_CANCEL, gtk.RESPONSE_CANCEL, gtk.STOCK_OK, gtk.RESPONSE_OK),
    )
    table = gtk.Table(len(params), 2, False)
    table.set_row_spacings(6)
    table.set_col_spacings(6)
    dialog.vbox.pack_start(table, expand=False)
    table.show()
    widgets = []
    for row, (param, default) in enumerate(zip(params, defaults)):
        label = gtk.Label(param[2])
        label.set_use_underline(True)
        table.attach(label, 1, 2, row, row + 1, xoptions=gtk.FILL)
        widget = _widget(gtk, gimpui, param, default)
        widget.name = param[1]
        table.attach(widget, 2, 3, row, row + 1, yoptions=0)
        widget.show()
        widgets.append(widget)

    def respond(_, response):
        if response == gtk.RESPONSE_OK:
            values = given + tuple(widget.get_value() for widget in widgets)
            _set_defaults(proc_name, values)
            dialog.result = plug_in.function(*values)
        gtk.main_quit()

    dialog.connect("response", respond)
    progress = gimpui.ProgressBar()
    dialog.vbox.pack_end(progress, expand=False)
    dialog.show()
    gtk.main()
    dialog.destroy()
    if not hasattr(dialog, "result"):
        raise CancelError
    return dialog.result


def _widget(gtk, gimpui, param, default):
    kind = param[0]
    if kind in (PF_SLIDER, PF_SPINNER):
        low, high, step = param[4]
        adjustment = gtk.Adjustment(default, low, high, step, 10 * step, 0)
        if kind == PF_SLIDER:
            return gtk.HScale(adjustment)
        return gtk.SpinButton(adjustment, step, 0)
    if kind == PF_OPTION:
        return gtk.ComboBox(param[4], default)
    if kind == PF_TOGGLE:
        return gtk.ToggleButton(default)
    if kind == PF_DRAWABLE:
        return gimpui.DrawableSelector(default)
    return gtk.Entry(str(default), float if kind == PF_FLOAT else str)


__all__ = [name for name in dir() if not name.startswith("_")]
assert pdb is gimp.pdb
