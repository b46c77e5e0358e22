"""What GIMP itself holds while plug-ins talk to it: images, items, pixels, undo steps, a diary.

Pixels are kept with eight bits a channel. For an image of more, each stands for a 16-bit sample
257 times as large, which is what a process sees that has asked for a precision. Other processes
see masks, channels and selections, which are linear, in sRGB's encoding.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import sys
import threading
from array import array

import selecting
from gimpenums import GRAY, GRAY_IMAGE, INDEXED, PRECISION_U8_GAMMA, RGB

CHANNELS = [3, 4, 1, 2, 1, 2]


def _srgb(value):
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _linear(value):
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _table(curve):
    return bytes(bytearray(int(curve(sample / 255) * 255 + 0.5) for sample in range(256)))


_SHOWN, _KEPT = _table(_srgb), _table(_linear)


class Crash(BaseException):
    """The plug-in is gone: a fault in C code, which no Python code can catch."""


class Item(object):
    """A layer, group, channel, mask or selection."""

    def __init__(self, image, kind, name, width, height, image_type):
        self.image, self.kind, self.name = image, kind, name
        self.width, self.height, self.type = width, height, image_type
        self.id = image.application.next_item()
        self.tattoo = image.next_tattoo()
        self.pixels = bytearray(width * height * self.channels)
        self.offsets = (0, 0)
        self.parent = None
        self.children = []
        self.mask = None
        self.parasites = {}
        self.opacity, self.mode = 100.0, 0
        self.visible, self.linked, self.locked = True, False, False
        self.apply_mask = self.edit_mask = self.floating = False
        # In the image's stack; gone for good.
        self.attached = self.gone = False
        image.application.items[self.id] = self

    @property
    def channels(self):
        """Samples a pixel."""
        return CHANNELS[self.type]

    def sample_bytes(self):
        """Bytes a sample, as the running process sees them."""
        return 2 if self.image.application.precise and self.image.is_deep() else 1

    def is_encoded(self):
        """Whether the running process sees other samples than those that are kept."""
        linear = self.kind in ("mask", "channel", "selection")
        return linear and not self.image.application.precise

    def describe(self):
        """As GIMP's own errors name it."""
        return "Item '{}' ({})".format(self.name.decode("utf-8"), self.id)


class Picture(object):
    """An image."""

    def __init__(self, application, width, height, base_type, precision):
        self.application = application
        self.width, self.height = width, height
        self.base_type, self.precision = base_type, precision
        self.id = application.next_image()
        self.name = b"[Untitled]"
        self.layers, self.channels = [], []
        self.active = None
        self.colormap = b"" if base_type == INDEXED else None
        self._tattoo = 0
        self._groups, self._in_group = 0, False
        self.steps = 0
        self.gone = False
        application.images[self.id] = self
        self.selection = Item(self, "selection", b"Selection Mask", width, height, GRAY_IMAGE)
        self.selection.attached = True
        self.selected = False

    def next_tattoo(self):
        self._tattoo += 1
        return self._tattoo

    def is_deep(self):
        return self.precision > PRECISION_U8_GAMMA

    def start_group(self):
        """Make one undo step of all that changes until `end_group`."""
        self._groups += 1
        self._in_group = False

    def end_group(self):
        """Whether there was a group to end."""
        if not self._groups:
            return False
        self._groups -= 1
        return True

    def changed(self, what):
        """Keep an undo step."""
        self.application.note("change", what)
        if not self._groups or not self._in_group:
            self.steps += 1
        self._in_group = self._groups > 0

    def fits(self, item):
        """Whether a layer of that type can be in this image."""
        return {RGB: item.type < 2, GRAY: item.type in (2, 3), INDEXED: item.type > 3}[
            self.base_type
        ]

    def siblings(self, item):
        """The stack that `item` is in."""
        if item.kind == "channel":
            return self.channels
        return item.parent.children if item.parent else self.layers

    def unique(self, name):
        """`name`, with a number where another layer has it."""
        taken = {item.name for item in self.application.items.values() if item.image is self}
        number, found = 0, name
        while found in taken:
            number += 1
            found = name + " #{}".format(number).encode("ascii")
        return found

    def select(self, plane):
        """Make `plane`, one byte for each pixel of the image, the selection."""
        self.selection.pixels[:] = plane
        self.selected = any(plane)

    def bounds(self):
        """The selection's bounds (left, top, right, bottom), the last two outside."""
        return selecting.bounds(self.selection.pixels, self.width, self.height)


class Application(object):
    """A GIMP. `diary` has what plug-ins did to it, in order, as lists of a word and its objects."""

    def __init__(self):
        self.images, self.items = {}, {}
        self._images = self._items = 0
        self.procedures = {}
        self.data = {}
        self.diary = []
        # Of the process that runs now.
        self.precise = False
        self.callbacks = None
        self._main = threading.current_thread()

    def next_item(self):
        self._items += 1
        return self._items

    def next_image(self):
        self._images += 1
        return self._images

    def note(self, what, *objects):
        """Write into the diary."""
        self.on_main_thread()
        self.diary.append([what] + list(objects))

    def complain(self, text):
        """An error message of GIMP's own, which the artist would see beside the plug-in's."""
        self.note("error", text)
        sys.stderr.write("GIMP-Error: " + text + "\n")

    def on_main_thread(self):
        """GIMP's wire knows one thread."""
        if threading.current_thread() is not self._main:
            raise Crash("GIMP was called on another thread than the main one")

    def valid(self, number):
        """The item of that number, None where there is none any more."""
        item = self.items.get(number)
        return None if item is None or item.gone or item.image.gone else item

    def open_image(self, number):
        """The image of that number, None where there is none any more."""
        image = self.images.get(number)
        return None if image is None or image.gone else image

    def read(self, item, x, y, width, height):
        """Bytes of a rectangle, as the running process sees them."""
        self.on_main_thread()
        row = item.width * item.channels
        rows = [
            bytes(item.pixels[at + x * item.channels : at + (x + width) * item.channels])
            for at in range(y * row, (y + height) * row, row)
        ]
        data = b"".join(rows)
        if item.is_encoded():
            return data.translate(_SHOWN)
        if item.sample_bytes() == 2:
            return array(str("H"), (sample * 257 for sample in bytearray(data))).tostring()
        return data

    def write(self, item, x, y, width, height, data):
        """Set them."""
        self.on_main_thread()
        if item.is_encoded():
            data = data.translate(_KEPT)
        if item.sample_bytes() == 2:
            samples = array(str("H"))
            samples.fromstring(data)
            data = bytes(bytearray(sample >> 8 for sample in samples))
        row, part = item.width * item.channels, width * item.channels
        for number in range(height):
            at = (y + number) * row + x * item.channels
            item.pixels[at : at + part] = data[number * part : (number + 1) * part]


application = Application()
