"""The octaves: their sizes, what passes from each to the next larger one, and what grows in each.

The rules, as the setting `details` names them:

- ``dream`` (Google's Caffe notebook): an octave starts as its base, the picture at its size, plus
  what was dreamed at the octave before (dreamed minus base), scaled up.
- ``source`` (the Deep Dream example of Keras): it starts as the dream before, scaled up; after its
  ascent it gets the detail which the picture lost by having been shrunk to the size before.
- ``high-band`` (TensorFlow's notebook): it starts as the dream before, scaled up, plus the
  picture's own fine structure. Scaling is linear, so that this equals ``dream`` but for sizes and
  for values beyond black and white.
- ``none`` (pytorch-deepdream, neural-dream): it starts as the dream before, scaled up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from core.errors import SettingError
from core.language import _
from core.samples import add_samples, as_float, subtract_samples

Resize = Callable[[Tensor, tuple[int, int]], Tensor]
"""Scales a canvas to a size (h, w): `core.resize.resize` with the dream's own way of scaling."""

# Rules whose octaves are each made from the full size, not from the next larger one.
_FROM_WHOLE = ("source", "none")


def octave_sizes(
    height: int, width: int, octaves: int, scale: float, minimum: int, rule: str = "dream"
) -> list[tuple[int, int]]:
    """Sizes (h, w) in pixels from the smallest octave to the full size.

    Each is the next larger one divided by `scale` and rounded to nearest (`dream`) or down
    (`high-band`), or the full size divided by a power of `scale` and rounded to nearest (`none`) or
    down (`source`); so do the projects of the rules. Octaves with a side below `minimum` are left
    out; the full size always stays.
    """
    sizes = [(height, width)]
    while len(sizes) < octaves:
        whole = rule in _FROM_WHOLE
        larger = (height, width) if whole else sizes[-1]
        shrink = scale ** len(sizes) if whole else scale
        rounded = int if rule in ("source", "high-band") else round
        smaller = tuple(max(1, rounded(side / shrink)) for side in larger)
        if min(smaller) < minimum or smaller == sizes[-1]:
            break
        sizes.append((smaller[0], smaller[1]))
    return sizes[::-1]


def pyramid(
    picture: Tensor, sizes: Sequence[tuple[int, int]], rule: str, resize: Resize
) -> list[Tensor]:
    """`picture` (1, 3, H, W) at each of `sizes`, which rise to its own: the octaves' bases.

    The last is the picture itself, which may be of 8 bits.

    Each is made from the next larger one: for the published recipe because it says so, with
    antialiasing because filtering in small steps costs less and loses nothing. The projects of
    `source` and `none` make each from the picture itself.
    """
    bases = [picture]
    for size in sizes[-2::-1]:
        bases.append(resize(as_float(picture if rule in _FROM_WHOLE else bases[-1]), size))
    return bases[::-1]


def first(rule: str, dreamed: Tensor, smaller: Tensor, base: Tensor, resize: Resize) -> Tensor:
    """What an octave starts as: a new canvas of the size of its `base`, not clipped.

    Args:
        rule: value of the setting `details`.
        dreamed: canvas of the octave before, when it was done; may be overwritten.
        smaller: base of the octave before.
        base: base of this octave.
        resize: the dream's way of scaling.
    """
    if rule == "dream":
        return add_samples(resize(dreamed.sub_(smaller), _size(base)), base)
    canvas = resize(dreamed, _size(base))
    if rule == "high-band":
        canvas = canvas + lost_detail(smaller, base, resize)
    return canvas


def lost_detail(smaller: Tensor, base: Tensor, resize: Resize) -> Tensor:
    """What of `base` does not survive being shrunk to `smaller` and scaled up again."""
    return add_samples(resize(smaller, _size(base)).neg_(), base)


def at_full_size(
    rule: str, dreamed: Tensor, base: Tensor, picture: Tensor, resize: Resize
) -> Tensor:
    """A dream that ended early, at the octave of `base`, brought to the size of `picture`.

    `dreamed` may be overwritten.
    """
    if rule == "none":
        return resize(dreamed, _size(picture)).clamp_(0, 1)
    change = resize(subtract_samples(dreamed, base), _size(picture))
    return add_samples(change, picture).clamp_(0, 1)


def layer_schedule(layers: str, octaves: int) -> list[str]:
    """The setting `layers` for each of `octaves` octaves, the smallest first.

    Semicolons separate octaves; the last entry counts for all that are left, and entries beyond the
    last octave for none.

    Raises:
        SettingError: nothing stands between two semicolons.
    """
    entries = [entry.strip() for entry in layers.split(";")]
    if len(entries) > 1 and not all(entries):
        raise SettingError(
            _("layers: “{layers:.80}” names nothing for one of its octaves.").format(layers=layers),
            _("Write layers on both sides of each semicolon, such as m3a; m4c."),
        )
    return [entries[min(octave, len(entries) - 1)] for octave in range(octaves)]


def _size(canvas: Tensor) -> tuple[int, int]:
    return canvas.shape[-2], canvas.shape[-1]
