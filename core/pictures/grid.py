"""Pictures in rows and columns, each with its name under it."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_GAP = 6
_LINES = 2
_PAPER, _INK = "white", "black"


def captioned_grid(
    pictures: Sequence[Image.Image], captions: Sequence[str], columns: int
) -> Image.Image:
    """`pictures` of one size in rows of at most `columns`, on white; at least one is needed.

    A caption that is wider than its picture goes on in a second line, and is cut short there.
    """
    width, height = pictures[0].size
    columns = min(columns, len(pictures))
    letters = max(8, width // 9)
    font = ImageFont.load_default(letters)
    texts = [_broken(caption, width, font) for caption in captions]
    deep = round(1.3 * letters)
    cell = (width + _GAP, height + max(map(len, texts)) * deep + _GAP)
    rows = -(-len(pictures) // columns)
    grid = Image.new("RGB", (columns * cell[0] + _GAP, rows * cell[1] + _GAP), _PAPER)
    draw = ImageDraw.Draw(grid)
    for index, (picture, lines) in enumerate(zip(pictures, texts, strict=True)):
        left, top = _GAP + index % columns * cell[0], _GAP + index // columns * cell[1]
        grid.paste(picture, (left, top))
        for number, line in enumerate(lines):
            middle = left + (width - font.getlength(line)) / 2
            draw.text((middle, top + height + number * deep), line, _INK, font)
    return grid


def _broken(caption: str, width: int, font: Font) -> list[str]:
    """`caption` in lines of at most `width` pixels, at its spaces; the last one is cut short."""
    lines = [""]
    for word in caption.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1] or len(lines) == _LINES:
            lines[-1] = longer
        else:
            lines.append(word)
    return [_cut(line, width, font) for line in lines]


def _cut(text: str, width: int, font: Font) -> str:
    """`text`, cut short where it is wider than `width`."""
    while text and font.getlength(text) > width:
        text = text.rstrip("…")[:-1] + "…" if len(text) > 1 else ""
    return text
