"""pygimp's regions of pixels, read and written in rectangles."""

from __future__ import absolute_import, division, print_function, unicode_literals

from application import Crash, application
from parsing import INTEGERS


class PixelRgn(object):
    """gimp.PixelRgn: made by get_pixel_rgn alone."""

    __slots__ = ("_dirty", "_drawable", "_place", "bpp")

    def __getitem__(self, key):
        x, y, width, height = self._cut(key)
        return application.read(application.valid(self._drawable.ID), x, y, width, height)

    def __setitem__(self, key, value):
        if not isinstance(value, bytes):
            raise TypeError("must assign string to subscript")
        x, y, width, height = self._cut(key)
        if len(value) != width * height * self.bpp:
            raise TypeError("string is wrong length")
        if not self._dirty:
            raise Crash("a region that is for reading was written to")
        waiting = getattr(self._drawable, "_unflushed", [])
        self._drawable._unflushed = waiting + [(x, y, width, height, value)]

    def _cut(self, key):
        if not isinstance(key, tuple) or len(key) != 2:
            raise TypeError("subscript must be a 2-tuple")
        x, y, width, height = self._place
        left, right = _slice(key[0], x, width, "x")
        top, bottom = _slice(key[1], y, height, "y")
        return left, top, right - left, bottom - top


def _slice(part, start, length, name):
    if not isinstance(part, slice):
        raise NotImplementedError("single pixels are hopelessly slow")
    low, high = part.start or 0, part.stop
    whole = all(isinstance(end, INTEGERS) for end in (low, high))
    if not whole or part.step not in (None, 1) or (low and low < start) or not low <= high:
        raise IndexError("invalid {} slice".format(name))
    if not start <= high <= start + length:
        raise IndexError("invalid {} slice".format(name))
    return low or start, high


def region(drawable, values):
    """What get_pixel_rgn gives for these arguments."""
    item = application.valid(drawable.ID)
    x, y, width, height = values[:4]
    if item is None or x < 0 or y < 0 or x + width > item.width or y + height > item.height:
        raise Crash("a region outside its drawable")
    region = PixelRgn.__new__(PixelRgn)
    region._drawable, region._place = drawable, (x, y, width, height)
    region._dirty = values[4] is None or bool(values[4])
    region.bpp = item.channels * item.sample_bytes()
    return region
