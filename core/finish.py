"""What a dream has changed is laid on the picture that it was dreamed over.

At full size, in strips of rows, so that a large picture takes little more memory than it has; and
small, for a look at a dream that is not done yet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.colour import brightness_lost, changes_colour, recolour
from core.resize import resize
from core.samples import add_samples, as_float, strips
from core.settings import Settings

# Rec. 709 luma, the usual weights for grey out of encoded RGB.
_LUMA = (0.2126, 0.7152, 0.0722)


class Ground(NamedTuple):
    """What a change is laid on, at one size. Often the first three are the very same tensor.

    Attributes:
        source: (1, 1 or 3, H, W), the picture as it was: float32 or 8 bits, as all but the weight.
        own: the picture whose colours and brightness can be kept.
        base: what was dreamed on.
        weight: how much of the dream the result takes, (1, 1, H, W) or (1, 1, 1, 1) in [0, 1]; None
            for all of it.
    """

    source: Tensor
    own: Tensor
    base: Tensor
    weight: Tensor | None

    def at(self, size: tuple[int, int], wrap: bool) -> Ground:
        """The same at size (h, w), colours in [0, 1]."""
        done: dict[int, Tensor] = {}
        for picture in (self.source, self.own, self.base):
            if id(picture) not in done:
                done[id(picture)] = resize(as_float(picture), size, True, wrap).clamp(0, 1)
        source, own, base = (done[id(picture)] for picture in (self.source, self.own, self.base))
        weight = None if self.weight is None else resize(self.weight, size, True).clamp(0, 1)
        return Ground(source, own, base, weight)


class Preview:
    """Shows what the finished picture would look like from an octave on, at the octave's size."""

    def __init__(self, ground: Ground, settings: Settings) -> None:
        self._ground = ground
        self._settings = settings
        # The octave's own, made when its first preview is asked for.
        self._small: Ground | None = None

    def of(self, dreamed: NDArray[np.float32]) -> NDArray[np.float32]:
        """The look, (h, w, 3), of a canvas (h, w, 3)."""
        size = (dreamed.shape[0], dreamed.shape[1])
        small = self._small
        if small is None or small.base.shape[-2:] != size:
            small = self._small = self._ground.at(size, self._settings.tileable)
        change = torch.from_numpy(dreamed).permute(2, 0, 1)[None] - small.base
        rows_of = finished(small, small, change, self._settings)
        shown = rows_of(slice(0, size[0])).expand(-1, 3, -1, -1)
        return shown[0].permute(1, 2, 0).contiguous().numpy()


def finished(
    ground: Ground, small: Ground, change: Tensor, settings: Settings
) -> Callable[[slice], Tensor]:
    """Gives rows of the picture, (1, 1 or 3, h, W), that `change` makes of `ground`.

    `change` (1, 3, h, w) was made on `small`, the same ground at another size. Scaling up can
    overshoot a little, which must not take a picture out of a range that it kept: what was inside
    [0, 1] stays inside, what was outside keeps its excess.
    """
    source, own, base, weight = ground
    channels, height, width = source.shape[-3:]
    if channels == 1:
        change = (change * torch.tensor(_LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)
    wrap, lost = settings.tileable, None
    if settings.hold_brightness:
        dreamed = add_samples(change.clone(), small.base).clamp_(0, 1)
        lost = brightness_lost(small.own, dreamed, wrap)
        lost = resize(lost, (height, width), True, wrap)
        del dreamed
    change = resize(change, (height, width), True, wrap)
    inside = is_inside(source)

    def rows_of(rows: slice) -> Tensor:
        whole = as_float(source[..., rows, :])
        clipped = whole if inside else whole.clamp(0, 1)
        dreamed_on = clipped if base is source else as_float(base[..., rows, :])
        dreamed = (change[..., rows, :] + dreamed_on).clamp_(0, 1)
        if changes_colour(settings, channels):
            colours = clipped if own is source else as_float(own[..., rows, :])
            recolour(dreamed, colours, settings, None if lost is None else lost[..., rows, :], wrap)
        mine = weight if weight is None or weight.shape[-2] == 1 else weight[..., rows, :]
        if mine is not None:
            dreamed = torch.lerp(clipped, dreamed, mine.expand_as(dreamed))
        if inside:
            return dreamed
        excess = whole - clipped
        if settings.start != "picture":
            # It is the picture's, of which such a dream shows what the mask leaves of it.
            excess = excess * (0 if mine is None else 1 - mine)
        return dreamed.add_(excess)

    return rows_of


def is_inside(picture: Tensor) -> bool:
    """Whether all samples of `picture` are in [0, 1]; those of 8 bits are."""
    if picture.dtype == torch.uint8:
        return True
    return all(
        float(rows.min()) >= 0 and float(rows.max()) <= 1
        for rows in (picture[..., strip, :] for strip in strips(picture))
    )


def like(
    rows_of: Callable[[slice], Tensor], pixels: NDArray[Any], mask: NDArray[Any] | None
) -> NDArray[Any]:
    """The finished picture, shaped and typed like `pixels`; alpha and masked pixels bit for bit."""
    done = pixels.copy()
    shape = torch.empty(pixels.shape[:2], device="meta")
    for rows in strips(shape):
        colour = rows_of(rows)[0].permute(1, 2, 0).numpy()
        if pixels.dtype == np.uint8:
            colour = np.rint(colour * 255)
        done[rows, :, : colour.shape[2]] = colour.astype(pixels.dtype)
    if mask is not None:
        done[mask == 0] = pixels[mask == 0]
    return done
