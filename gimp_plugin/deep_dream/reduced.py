"""A small picture of what a dream is made of, for its preview."""

from dataclasses import dataclass

import pixels
import surfaces
from dreaming import look
from strength_map import read_reduced_map

_OPAQUE = b"\xff"


@dataclass(frozen=True)
class Small:
    """What a wish would dream on, reduced.

    Attributes:
        width, height, channels: of `data`, one byte a sample, with as many channels as the layer
            has: grey stays grey.
        data: what the layer shows, with the surroundings that the network sees.
        strength: how strong the dream is to be, one byte a pixel; empty for full strength.
        shown: the pixbuf of it, on checks where it is transparent.
        cover: how much of the dream shows, in bytes, one a pixel.
        solid: how much of what the dream covers is not transparent, from 0 to 1.
        longest: the longer side of what is to be dreamed, in the layer's pixels.
        whole_width, whole_height: of what has been reduced, in the layer's pixels.
    """

    width: int
    height: int
    channels: int
    data: bytes
    strength: bytes
    shown: object
    cover: bytes
    solid: float
    longest: int
    whole_width: int
    whole_height: int

    def samples(self):
        """All of it that a preview is made from, to be compared."""
        return self.width, self.height, self.data, self.strength, self.cover


def reduce(wish, side):
    """`wish` as a Small whose longer side is `side` pixels, at most."""
    around = pixels.with_context(wish.target, wish.layer)
    scale = min(1.0, side / max(around.width, around.height))
    picture = look(wish, around, side)
    width, height, channels = picture.width, picture.height, picture.format.channels
    shown = surfaces.on_checks(surfaces.from_bytes(picture.data, width, height, channels))
    target = wish.target.moved(-around.x, -around.y)
    wanted = _cover(wish.mask, target, around, width, height)
    cover, solid = wanted, 1.0
    if channels in (2, 4):
        cover = _product(wanted, picture.data[channels - 1 :: channels])
        solid = sum(cover) / max(1, sum(wanted))
    strength = b""
    if wish.strength is not None:
        strength = read_reduced_map(wish.strength, wish.layer, around, scale).data
    return Small(
        width=width,
        height=height,
        channels=channels,
        data=picture.data,
        strength=strength,
        shown=shown,
        cover=cover,
        solid=solid,
        longest=max(target.width, target.height),
        whole_width=around.width,
        whole_height=around.height,
    )


def cover_of_size(small, width, height):
    """`small.cover` for a picture of another size."""
    if (width, height) == (small.width, small.height):
        return small.cover
    return cover_at(
        small,
        [x * small.width // width for x in range(width)],
        [y * small.height // height for y in range(height)],
    )


def cover_at(small, columns, rows):
    """`small.cover` at these columns of these rows, both numbers of pixels of `small`."""
    lines = {}
    for y in set(rows):
        line = small.cover[y * small.width : (y + 1) * small.width]
        lines[y] = bytes([line[x] for x in columns])
    return b"".join([lines[y] for y in rows])


def _cover(mask, target, around, width, height):
    """How much of a dream of `around` shows, one byte a pixel of width x height.

    That is `mask` within `target`, which is seen from the corner of `around`; nothing outside.
    """
    values = None
    if mask is not None:
        values = memoryview(mask.data).cast("d" if mask.format.pixel_bytes == 8 else "f")
    columns = [int((x + 0.5) * around.width / width) - target.x for x in range(width)]
    empty = bytes(width)
    inside = bytes(255 if 0 <= x < target.width else 0 for x in columns)
    rows = []
    for number in range(height):
        y = int((number + 0.5) * around.height / height) - target.y
        if not 0 <= y < target.height:
            rows.append(empty)
        elif values is None:
            rows.append(inside)
        else:
            line = values[y * target.width : (y + 1) * target.width]
            rows.append(
                bytes(
                    min(max(int(line[x] * 255 + 0.5), 0), 255) if 0 <= x < target.width else 0
                    for x in columns
                )
            )
    return b"".join(rows)


def _product(one, other):
    if other.count(_OPAQUE) == len(other):
        return one
    return bytes(a * b // 255 for a, b in zip(one, other, strict=True))
