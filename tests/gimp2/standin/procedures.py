"""A stand-in for GIMP's procedural database as pygimp shows it: gimp.pdb."""

from __future__ import absolute_import, division, print_function, unicode_literals

import sys
import traceback

import gimp
import selecting
from application import Item, Picture, application
from gimpenums import (
    PDB_CHANNEL,
    PDB_DRAWABLE,
    PDB_FLOAT,
    PDB_IMAGE,
    PDB_INT32,
    PDB_LAYER,
    PDB_STRING,
    RUN_NONINTERACTIVE,
    WHITE_FILL,
)
from parsing import text_bytes

PDB_COLOR, PDB_ITEM = 10, 11
_CLASSES = {
    PDB_IMAGE: "Image",
    PDB_LAYER: "Layer",
    PDB_CHANNEL: "Channel",
    PDB_DRAWABLE: "Drawable",
    PDB_ITEM: "Item",
}


class _Pdb(object):
    """gimp.PDB."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        called = name.replace("_", "-")
        if called in _PROCEDURES:
            return _Function(called, *_PROCEDURES[called])
        if called.encode("ascii") in application.procedures:
            return _PlugIn(called)
        application.complain("Procedure '{}' not found".format(called))
        raise gimp.error("procedure not found")


class _Function(object):
    """gimp.PDBFunction: a procedure of GIMP itself."""

    def __init__(self, name, types, work):
        self._name, self._types, self._work = name, types, work

    def __call__(self, *given, **named):
        if named:
            _run_mode(named)
        values = [_taken(kind, value) for kind, value in _counted(self._types, given)]
        return self._work(*[self._checked(pair) for pair in zip(self._types, values)])

    def _checked(self, pair):
        """The image or item that a number stands for."""
        kind, value = pair
        if kind == PDB_IMAGE:
            found = application.open_image(value)
        elif kind not in _CLASSES or self._name == "gimp-item-is-valid":
            return value
        elif value == -1 and kind == PDB_LAYER:
            return None
        else:
            found = application.valid(value)
        if found is None:
            _fail("Procedure '{}' has been called with an invalid ID".format(self._name))
        return found


class _PlugIn(object):
    """gimp.PDBFunction: a plug-in's procedure, which runs in a process of its own."""

    def __init__(self, name):
        self._name = name
        procedure = application.procedures[name.encode("ascii")]
        self.params = tuple(procedure["params"])
        self.nparams = len(self.params)
        self.proc_help, self.proc_blurb = procedure["help"], procedure["blurb"]

    def __call__(self, *given, **named):
        mode = _run_mode(named) if named else RUN_NONINTERACTIVE
        types = [param[0] for param in self.params]
        values = [_taken(kind, value) for kind, value in _counted(types[1:], given)]
        for kind, value in zip(types[1:], values):
            known = application.open_image if kind == PDB_IMAGE else application.valid
            if kind in _CLASSES and value != -1 and known(value) is None:
                _fail("Procedure '{}' has been called with an invalid ID".format(self._name))
        self.run([mode] + [_given(kind, value) for kind, value in zip(types[1:], values)])

    def run(self, arguments):
        """Run it; GIMP's own menu gives no more than run mode, image and drawable."""
        if not plug_ins.run(self._name, tuple(arguments)):
            raise RuntimeError("execution error")


class PlugIns(object):
    """How plug-ins are started: `start` makes the script at `path` anew, as a new process would."""

    def __init__(self):
        self.path = None
        self.start = None

    def query(self):
        """Have the plug-in describe its procedures."""
        self.start(self.path)
        application.callbacks[2]()

    def run(self, name, arguments):
        """Run a procedure; whether it succeeded."""
        precise, application.precise = application.precise, False
        try:
            self.start(self.path)
            application.callbacks[3](str(name), arguments)
        except Exception:  # noqa: BLE001  # As pygimp does.
            traceback.print_exc()
            return False
        finally:
            application.precise = precise
            sys.stderr.flush()
        return True


plug_ins = PlugIns()
pdb = _Pdb()


def _run_mode(named):
    if list(named) != ["run_mode"]:
        raise TypeError("only 'run_mode' keyword argument accepted")
    return int(named["run_mode"])


def _counted(types, given):
    if len(given) != len(types):
        raise TypeError("wrong number of parameters")
    return zip(types, given)


def _taken(kind, value):
    """`value` as GIMP's wire has it; an image or item is its number."""
    if kind == PDB_STRING:
        return None if value is None else text_bytes(value if _is_text(value) else str(value))
    if kind in (PDB_INT32, PDB_FLOAT):
        if not hasattr(value, "__float__" if kind == PDB_FLOAT else "__int__"):
            raise TypeError("wrong parameter type")
        return float(value) if kind == PDB_FLOAT else int(value)
    if kind == PDB_COLOR:
        return tuple(value)
    if value is None:
        return -1
    if not isinstance(value, getattr(gimp, _CLASSES[kind])):
        raise TypeError("wrong parameter type")
    return value.ID


def _is_text(value):
    return isinstance(value, (bytes, type("")))


def _given(kind, value):
    """What the wire has, as the other side's pygimp hands it to Python."""
    if kind == PDB_IMAGE:
        return gimp._image(value)
    return gimp.wrap(value) if kind in _CLASSES else value


def _fail(text):
    application.complain(text)
    raise RuntimeError(text)


def _attached(item):
    if not item.attached:
        _fail(item.describe() + " cannot be used because it has not been added to an image")
    return item


def _mask_intersect(item):
    _attached(item)
    image, (x, y) = item.image, item.offsets
    if not image.selected:
        return 1, 0, 0, item.width, item.height
    left, top, right, bottom = image.bounds()
    left, top = max(left, x), max(top, y)
    right, bottom = min(right, x + item.width), min(bottom, y + item.height)
    hit = int(right > left and bottom > top)
    return hit, left - x, top - y, right - left, bottom - top


def _insert_layer(image, layer, parent, position):
    if layer.attached:
        _fail(layer.describe() + " has already been added to an image")
    if not image.fits(layer):
        _fail("Image '[Untitled]' ({}) is of another type".format(image.id))
    if parent is not None and parent.kind != "group":
        _fail(parent.describe() + " cannot be used because it is not a group item")
    layer.parent, layer.attached = parent, True
    layer.name = image.unique(layer.name) if layer.name in _names(image, layer) else layer.name
    stack = image.siblings(layer)
    stack.insert(len(stack) if position > len(stack) else max(0, position), layer)
    image.active = layer
    image.changed("layer")


def _names(image, besides):
    items = application.items.values()
    return {item.name for item in items if item.image is image and item is not besides}


def _insert_channel(image, channel, _, position):
    channel.attached = True
    image.channels.insert(max(0, position), channel)
    image.active = None
    image.changed("channel")


def _position(image, item):
    return image.siblings(_attached(item)).index(item)


def _remove_layer(image, layer):
    image.siblings(layer).remove(layer)
    layer.gone = True
    image.changed("layer removed")


def _group(image):
    return gimp.wrap(Item(image, "group", b"Layer Group", 1, 1, 2 * image.base_type + 1).id)


def _channel(image, width, height, name, opacity, _):
    return gimp.wrap(Item(image, "channel", name, width, height, 2).id)


def _float(layer, x, y):
    floating = Item(layer.image, "layer", b"Floated Layer", 10, 10, layer.type | 1)
    floating.attached = floating.floating = True
    floating.offsets = (layer.offsets[0] + x, layer.offsets[1] + y)
    layer.image.layers.insert(0, floating)
    return gimp.wrap(floating.id)


def _fill(layer, kind):
    assert kind == WHITE_FILL, "no other fill is here"
    layer.pixels[:] = b"\xff" * len(layer.pixels)


def _new_with_precision(width, height, kind, precision):
    application.precise = True
    return gimp._image(Picture(application, width, height, kind, precision).id)


def _select_ellipse(image, _, x, y, width, height):
    image.select(selecting.ellipse((image.width, image.height), x, y, width, height))


def _select_rectangle(image, _, x, y, width, height):
    image.select(selecting.rectangle((image.width, image.height), x, y, width, height))


def _feather(image, radius):
    size = (image.width, image.height)
    image.select(selecting.feathered(image.selection.pixels, size, radius))


def _quit(_):
    raise SystemExit(0)


def _parent(item):
    return None if item.parent is None else gimp.wrap(item.parent.id)


_PROCEDURES = {
    "gimp-channel-new": (
        [PDB_IMAGE, PDB_INT32, PDB_INT32, PDB_STRING, PDB_FLOAT, PDB_COLOR],
        _channel,
    ),
    "gimp-drawable-fill": ([PDB_DRAWABLE, PDB_INT32], _fill),
    "gimp-drawable-mask-intersect": ([PDB_DRAWABLE], _mask_intersect),
    "gimp-image-get-item-position": ([PDB_IMAGE, PDB_ITEM], _position),
    "gimp-image-insert-channel": (
        [PDB_IMAGE, PDB_CHANNEL, PDB_LAYER, PDB_INT32],
        _insert_channel,
    ),
    "gimp-image-insert-layer": ([PDB_IMAGE, PDB_LAYER, PDB_LAYER, PDB_INT32], _insert_layer),
    "gimp-image-new-with-precision": ([PDB_INT32] * 4, _new_with_precision),
    "gimp-image-remove-layer": ([PDB_IMAGE, PDB_LAYER], _remove_layer),
    "gimp-image-select-ellipse": ([PDB_IMAGE, PDB_INT32] + [PDB_FLOAT] * 4, _select_ellipse),
    "gimp-image-select-rectangle": ([PDB_IMAGE, PDB_INT32] + [PDB_FLOAT] * 4, _select_rectangle),
    "gimp-item-get-parent": ([PDB_ITEM], _parent),
    "gimp-item-is-group": ([PDB_ITEM], lambda item: int(item.kind == "group")),
    "gimp-item-is-valid": ([PDB_ITEM], lambda number: int(application.valid(number) is not None)),
    "gimp-layer-group-new": ([PDB_IMAGE], _group),
    "gimp-progress-end": ([], lambda: application.note("end of progress")),
    "gimp-progress-set-text": (
        [PDB_STRING],
        lambda text: application.note("progress text", text.decode("utf-8")),
    ),
    "gimp-quit": ([PDB_INT32], _quit),
    "gimp-selection-feather": ([PDB_IMAGE, PDB_FLOAT], _feather),
    "gimp-selection-float": ([PDB_DRAWABLE, PDB_INT32, PDB_INT32], _float),
    "gimp-selection-is-empty": ([PDB_IMAGE], lambda image: int(not image.selected)),
}
