"""`--guide FILE --guide-region X,Y,W,H`: the picture that the objective `guide` follows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from core.errors import PictureError, SettingError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Region(NamedTuple):
    """A rectangle of a picture, in pixels from its top left corner."""

    left: int
    top: int
    width: int
    height: int


def parse_region(text: str) -> Region:
    """Read ``X,Y,W,H``: four whole numbers, the last two above 0.

    Raises:
        SettingError: it is something else.
    """
    numbers = [part.strip() for part in text.split(",")]
    if len(numbers) == 4 and all(part.isascii() and part.isdecimal() for part in numbers):
        # Python refuses to read thousands of digits, and no picture is that large.
        region = Region(*(int((part.lstrip("0") or "0")[:18]) for part in numbers))
        if region.width and region.height:
            return region
    raise SettingError(
        f"“{text:.60}” is no region of a picture.",
        "Write left, top, width and height in pixels, such as 0,40,200,120.",
    )


def read_guide(path: Path | None, region: Region | None) -> NDArray[Any] | None:
    """The guide's pixels, (h, w, c): all of them, or those of `region`; None for no path.

    Raises:
        PictureFileError: the file cannot be read.
        PictureError: the region does not lie in the picture.
    """
    if path is None:
        return None
    # Not at the top: libvips takes its time, and what is written is checked before.
    from core.pictures.files import read

    picture = read(path)
    if region is None:
        return picture.pixels
    left, top, width, height = region
    if left + width > picture.width or top + height > picture.height:
        raise PictureError(
            f"The region {left},{top},{width},{height} does not lie in {path.name}.",
            f"That picture is {picture.width}×{picture.height} pixels.",
        )
    return picture.pixels[top : top + height, left : left + width]
