"""Pictures in rows and columns, each with its name under it."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

_GAP = 6
_PAPER, _INK = "white", "black"


def captioned_grid(
    pictures: Sequence[Image.Image], captions: Sequence[str], columns: int
) -> Image.Image:
    """`pictures` of one size in rows of at most `columns`, on white; at least one is needed.

    A caption that is wider than its picture is cut short.
    """
    width, height = pictures[0].size
    columns = min(columns, len(pictures))
    letters = max(8, width // 9)
    font = ImageFont.load_default(letters)
    cell = (width + _GAP, height + round(1.5 * letters) + _GAP)
    rows = -(-len(pictures) // columns)
    grid = Image.new("RGB", (columns * cell[0] + _GAP, rows * cell[1] + _GAP), _PAPER)
    draw = ImageDraw.Draw(grid)
    for index, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        left, top = _GAP + index % columns * cell[0], _GAP + index // columns * cell[1]
        grid.paste(picture, (left, top))
        text = caption
        while text and draw.textlength(text, font) > width:
            text = text.rstrip("…")[:-1] + "…" if len(text) > 1 else ""
        middle = left + (width - draw.textlength(text, font)) / 2
        draw.text((middle, top + height + 1), text, _INK, font)
    return grid
