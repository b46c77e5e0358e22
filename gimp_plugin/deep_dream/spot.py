"""A spot of the picture at 100 %: its own pixels, and what the preview so far changes in them.

A preview is smaller than the picture. As in the dream itself, what it changes is scaled up and
added to the picture, which keeps its own sharpness.
"""

from operator import add, sub

import gi

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf  # noqa: E402

import pixels  # noqa: E402
import reduced  # noqa: E402
import surfaces  # noqa: E402

# Index: a sum of a byte and a difference of bytes, from -255, which counts from the end, to 510.
_CLAMP = [*range(256), *[255] * 255, *[0] * 255]


class Spot:
    """Where the artist looks; at first in the middle of what is dreamed."""

    def __init__(self):
        self._centre = None

    def move(self, dx, dy):
        """Look so many pixels of the picture to the right, and further down."""
        if self._centre is not None:
            self._centre = (self._centre[0] + dx, self._centre[1] + dy)

    def draw(self, stage, wish, small, dream):
        """Put the spot on `stage`.

        `small` is the reduced.Small of `wish`; `dream` an RGB pixbuf of what is
        dreamed so far, or None.
        """
        place = self._place(stage, wish)
        if wish.layer is None:
            picture = pixels.even_grey(wish.image, place, "u8")
        else:
            picture = pixels.read_reduced(wish.layer, place, 1.0)
        channels = picture.format.channels
        before = surfaces.on_checks(
            surfaces.from_bytes(picture.data, place.width, place.height, channels)
        )
        after = None if dream is None else _after(before, place, wish, small, dream)
        stage.set_pictures(before, after, False)

    def _place(self, stage, wish):
        """The part of the layer that is to be seen."""
        around = pixels.with_context(wish.target, wish.layer)
        across, down = stage.pixels()
        width, height = min(across, around.width), min(down, around.height)
        if self._centre is None:
            target = wish.target
            self._centre = (target.x + target.width / 2, target.y + target.height / 2)
        left, top = (
            min(max(round(centre - length / 2), start), start + whole - length)
            for centre, length, start, whole in (
                (self._centre[0], width, around.x, around.width),
                (self._centre[1], height, around.y, around.height),
            )
        )
        self._centre = (left + width / 2, top + height / 2)
        return pixels.Rectangle(left, top, width, height)


def _after(before, place, wish, small, dream):
    around = pixels.with_context(wish.target, wish.layer)
    seen = place.moved(-around.x, -around.y)
    dreamed = _enlarged(dream, around, seen)
    source = surfaces.scaled(small.shown, dream.get_width(), dream.get_height())
    differences = map(sub, dreamed, _enlarged(source, around, seen))
    data = bytes(map(_CLAMP.__getitem__, map(add, surfaces.samples(before), differences)))
    cover = reduced.cover_at(
        small,
        [x * small.width // around.width for x in range(seen.x, seen.x + seen.width)],
        [y * small.height // around.height for y in range(seen.y, seen.y + seen.height)],
    )
    return surfaces.covered(surfaces.from_bytes(data, seen.width, seen.height, 3), cover)


def _enlarged(pixbuf, around, seen):
    """The bytes of what `pixbuf`, of all of `around`, holds of `seen`, at the full size."""
    large = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, seen.width, seen.height)
    across, down = around.width / pixbuf.get_width(), around.height / pixbuf.get_height()
    pixbuf.scale(
        large, 0, 0, seen.width, seen.height, -seen.x, -seen.y, across, down,
        GdkPixbuf.InterpType.BILINEAR,
    )  # fmt: skip
    return surfaces.samples(large)
