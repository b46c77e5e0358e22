"""Selections: ellipses, soft edges, bounds. Planes have a byte for each pixel of the image."""

from __future__ import absolute_import, division, print_function, unicode_literals

_FINE = 4
# GIMP's feathering is a Gaussian of this share of its radius; three boxes make one.
_DEVIATION = 1 / 3.5


def ellipse(size, x, y, width, height):
    """The plane of an ellipse with a smooth outline."""
    steps = [(step + 0.5) / _FINE for step in range(_FINE)]

    def inside(column, row):
        across = [((column + step - x) / width * 2 - 1) ** 2 for step in steps]
        down = [((row + step - y) / height * 2 - 1) ** 2 for step in steps]
        hits = sum(u + v <= 1 for u in across for v in down)
        return (255 * hits + _FINE * _FINE // 2) // (_FINE * _FINE)

    return bytearray(inside(column, row) for row in range(size[1]) for column in range(size[0]))


def rectangle(size, x, y, width, height):
    """The plane of a rectangle of whole pixels."""
    return bytearray(
        255 * (x <= column < x + width and y <= row < y + height)
        for row in range(size[1])
        for column in range(size[0])
    )


def feathered(plane, size, radius):
    """`plane` with its edges softened."""
    width, height = size
    reach = max(1, int(radius * _DEVIATION + 0.5))
    rows = [[float(v) for v in plane[y * width : (y + 1) * width]] for y in range(height)]
    for _ in range(3):
        rows = [_box(row, reach) for row in rows]
        rows = [list(row) for row in zip(*[_box(column, reach) for column in zip(*rows)])]
    return bytearray(int(value + 0.5) for row in rows for value in row)


def bounds(plane, width, height):
    """(left, top, right, bottom) of what is not 0, all of it where nothing is."""
    rows = [y for y in range(height) if any(plane[y * width : (y + 1) * width])]
    if not rows:
        return 0, 0, width, height
    columns = [x for x in range(width) if any(plane[x::width])]
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def _box(line, reach):
    padded = [0.0] * reach + list(line) + [0.0] * reach
    count = 2 * reach + 1
    total, result = sum(padded[:count]), []
    for at in range(len(line)):
        result.append(max(0.0, total / count))
        if at + count < len(padded):
            total += padded[at + count] - padded[at]
    return result
