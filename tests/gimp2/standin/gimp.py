"""A stand-in for pygimp's module `gimp` of GIMP 2.10.22, as strict as that.

Names, counts and types of arguments, and the errors for wrong ones, are those that the real module
showed. What it does not have here, it may have there.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

from application import Crash, application
from application import Item as _Item
from application import Picture as _Picture
from gimpenums import PRECISION_U8_GAMMA, RGB, RGB_IMAGE
from parasites import Parasite
from parsing import INTEGERS, TEXT, parse, text_bytes
from regions import PixelRgn, region  # noqa: F401
from services import (  # noqa: F401
    displays_flush,
    error,
    get_data,
    install_procedure,
    main,
    menu_register,
    message,
    progress_init,
    progress_update,
    set_data,
)


def _held(number):
    """The item of that number; C code that gets none goes on with nothing."""
    return application.valid(number)


class _Numbered(object):
    __slots__ = ("ID",)

    def __eq__(self, other):
        return isinstance(other, _Numbered) and self.ID == other.ID

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(self.ID)


def _reader(name, gone):
    """A property that can be read only; `gone` is what an item that is no more gives."""

    def read(self):
        item = _held(self.ID)
        if item is None:
            if gone is Crash:
                raise Crash("Segmentation fault")
            application.complain("an item that is gone was asked for its {}".format(name))
            return gone
        return _GET[name](item)

    def refuse(self, value):
        raise AttributeError("attribute '{}' of 'gimp' objects is not writable".format(name))

    return property(read, refuse)


def _writer(name, kind, attribute=None):
    """A property of a C type."""

    def read(self):
        item = _held(self.ID)
        return None if item is None else getattr(item, attribute or name)

    def write(self, value):
        if not isinstance(value, kind):
            raise TypeError("type mismatch")
        item = _held(self.ID)
        if item is None or (name == "edit_mask" and item.mask is None):
            raise error("could not set {} on layer (ID {})".format(name, self.ID))
        setattr(item, attribute or name, text_bytes(value) if kind is TEXT else value)

    return property(read, write)


_GET = {
    "bpp": lambda item: item.channels * item.sample_bytes(),
    "children": lambda item: [wrap(child.id) for child in item.children],
    "has_alpha": lambda item: item.type in (1, 3, 5),
    "height": lambda item: item.height,
    "image": lambda item: _image(item.image.id),
    "is_floating_sel": lambda item: item.floating,
    "is_gray": lambda item: item.type in (2, 3),
    "is_indexed": lambda item: item.type > 3,
    "is_layer_mask": lambda item: item.kind == "mask",
    "is_rgb": lambda item: item.type < 2,
    "mask": lambda item: None if item.mask is None else wrap(item.mask.id),
    "offsets": lambda item: item.offsets,
    "parent": lambda item: None if item.parent is None else wrap(item.parent.id),
    "type": lambda item: item.type,
    "type_with_alpha": lambda item: item.type | 1,
    "width": lambda item: item.width,
}


class Item(_Numbered):
    """gimp.Item."""

    __slots__ = ()
    parent = _reader("parent", None)
    children = _reader("children", [])


class Drawable(Item):
    """gimp.Drawable. What is written through one object is GIMP's after that object's flush."""

    __slots__ = ("_unflushed",)
    name = property(lambda self: _name(self), lambda self, value: _rename(self, value))
    tattoo = _writer("tattoo", INTEGERS)
    visible = _writer("visible", INTEGERS)
    linked = _writer("linked", INTEGERS)
    bpp = _reader("bpp", 0)
    has_alpha = _reader("has_alpha", False)
    height = _reader("height", 0)
    width = _reader("width", 0)
    image = _reader("image", None)
    is_rgb = _reader("is_rgb", False)
    is_gray = _reader("is_gray", False)
    is_indexed = _reader("is_indexed", False)
    is_layer_mask = _reader("is_layer_mask", False)
    offsets = _reader("offsets", (0, 0))
    type = _reader("type", -1)
    type_with_alpha = _reader("type_with_alpha", -1)

    def flush(self):
        item = _held(self.ID)
        for place in getattr(self, "_unflushed", []):
            if item is None:
                raise Crash("pixels of an item that is gone")
            application.write(item, *place)
        self._unflushed = []

    def update(self, *given):
        place = parse("update", "iiii", given)
        application.note("update", self.ID, *place)

    def get_pixel_rgn(self, *given, **named):
        names = ("x", "y", "width", "height", "dirty", "shadow")
        values = parse("get_pixel_rgn", "iiii|ii", given, named, names)
        return region(self, values)

    def parasite_find(self, *given):
        (name,) = parse("parasite_find", "s", given)
        return _held(self.ID).parasites.get(name)

    def parasite_attach(self, *given):
        (parasite,) = parse("parasite_attach", "O!", given, classes=(Parasite,))
        item = _held(self.ID)
        if item is None:
            raise error("could not attach parasite on drawable (ID {})".format(self.ID))
        item.parasites[parasite.name] = parasite
        if item.attached:
            item.image.changed("parasite")

    def attach_new_parasite(self, *given, **named):
        names = ("name", "flags", "data")
        name, flags, data = parse("attach_new_parasite", "sis#", given, named, names)
        # The real one counts a byte too many.
        self.parasite_attach(Parasite(name, flags, data + b"\0"))

    def parasite_list(self):
        return tuple(_held(self.ID).parasites)


class Layer(Drawable):
    """gimp.Layer."""

    __slots__ = ()
    apply_mask = _writer("apply_mask", INTEGERS)
    edit_mask = _writer("edit_mask", INTEGERS)
    mode = _writer("mode", INTEGERS)
    opacity = _writer("opacity", float)
    is_floating_sel = _reader("is_floating_sel", False)
    mask = _reader("mask", None)

    def __init__(self, *given):
        image, name, width, height, image_type, opacity, mode = parse(
            "gimp.Layer.__init__", "O!sii|idi", given, classes=(Image,)
        )
        picture = application.open_image(image.ID)
        if picture is None or width < 1 or height < 1:
            raise error("could not create layer on image (ID {})".format(image.ID))
        item = _Item(
            picture, "layer", name, width, height, RGB_IMAGE if image_type is None else image_type
        )
        item.opacity = 100.0 if opacity is None else opacity
        item.mode = 28 if mode is None else mode
        self.ID = item.id

    def add_mask(self, *given):
        (mask,) = parse("add_mask", "O!", given, classes=(Channel,))
        item, added = _held(self.ID), _held(mask.ID)
        whole = added is not None and (added.width, added.height) == (item.width, item.height)
        if item.mask is not None or not whole:
            application.complain("Unable to add a layer mask")
            raise error("could not add mask (ID {}) to layer (ID {})".format(mask.ID, self.ID))
        item.mask, added.attached = added, True
        item.apply_mask = item.edit_mask = True
        if item.attached:
            item.image.changed("mask")

    def create_mask(self, *given):
        (kind,) = parse("create_mask", "i", given)
        item = _held(self.ID)
        name = item.name + b" mask"
        mask = _Item(item.image, "mask", name, item.width, item.height, 2)
        mask.offsets = item.offsets
        fill = {0: 255, 1: 0}[kind]
        mask.pixels[:] = bytearray([fill]) * len(mask.pixels)
        return wrap(mask.id)

    def set_offsets(self, *given, **named):
        x, y = parse("set_offsets", "ii", given, named, ("offset_x", "offset_y"))
        item = _held(self.ID)
        item.offsets = (x, y)
        if item.attached:
            item.image.changed("offsets")


class GroupLayer(Layer):
    """gimp.GroupLayer."""

    __slots__ = ()
    layers = Item.children


class Channel(Drawable):
    """gimp.Channel."""

    __slots__ = ()


class Image(_Numbered):
    """gimp.Image."""

    __slots__ = ()

    def __init__(self, *given, **named):
        names = ("width", "height", "type")
        width, height, kind = parse("gimp.Image.__init__", "ii|i", given, named, names)
        kind = RGB if kind is None else kind
        self.ID = _Picture(application, width, height, kind, PRECISION_U8_GAMMA).id

    @property
    def _picture(self):
        picture = application.open_image(self.ID)
        if picture is None:
            application.complain("an image that is gone was used")
            raise error("image (ID {})".format(self.ID))
        return picture

    @property
    def active_layer(self):
        active = self._picture.active
        return None if active is None or active.gone else wrap(active.id)

    @active_layer.setter
    def active_layer(self, value):
        if not isinstance(value, Layer):
            raise TypeError("type mismatch")
        self._picture.active = _held(value.ID)

    @property
    def colormap(self):
        if not self._picture.colormap:
            raise error("could not get colormap for image (ID {})".format(self.ID))
        return self._picture.colormap

    @colormap.setter
    def colormap(self, value):
        if not isinstance(value, bytes):
            raise TypeError("type mismatch")
        self._picture.colormap = value

    @property
    def precision(self):
        # From here on this process sees the image's own samples.
        application.precise = True
        return self._picture.precision

    height = property(lambda self: self._picture.height)
    width = property(lambda self: self._picture.width)
    base_type = property(lambda self: self._picture.base_type)
    name = property(lambda self: self._picture.name)
    layers = property(lambda self: [wrap(item.id) for item in self._picture.layers])
    channels = property(lambda self: [wrap(item.id) for item in self._picture.channels])
    selection = property(lambda self: wrap(self._picture.selection.id))
    dirty = property(lambda self: self._picture.steps > 0)

    def undo_group_start(self):
        self._picture.start_group()
        application.note("undo group")

    def undo_group_end(self):
        if not self._picture.end_group():
            raise error("could not end undo group on image (ID {})".format(self.ID))
        application.note("end of undo group")

    def clean_all(self):
        self._picture.steps = 0


def _name(drawable):
    item = _held(drawable.ID)
    if item is None:
        raise Crash("Segmentation fault")
    return item.name


def _rename(drawable, value):
    if not isinstance(value, TEXT):
        raise TypeError("type mismatch")
    _held(drawable.ID).name = text_bytes(value)


def wrap(number):
    """The Python object for an item, None where it is gone."""
    item = _held(number)
    if item is None:
        return None
    kind = {"layer": Layer, "group": GroupLayer}.get(item.kind, Channel)
    wrapped = kind.__new__(kind)
    wrapped.ID = number
    return wrapped


def _image(number):
    if number not in application.images:
        return None
    image = Image.__new__(Image)
    image.ID = number
    return image


def _id2image(*given):
    (number,) = parse("id2image", "i", given)
    return _image(number)


def _id2drawable(*given):
    (number,) = parse("id2drawable", "i", given)
    return wrap(number)


def delete(*given):
    (what,) = parse("delete", "O", given)
    if isinstance(what, Image):
        application.images[what.ID].gone = True
    elif isinstance(what, Drawable):
        application.items[what.ID].gone = True


def image_list():
    return [_image(image.id) for image in application.images.values() if not image.gone]


version = (2, 10, 22)

# It needs the classes above.
from procedures import pdb  # noqa: E402, F401
