"""From a picture as artists have it to a canvas, and back.

A picture is an array (H, W, C) of 8-bit or float samples with one channel (grey), two (grey and
alpha), three (RGB) or four (RGB and alpha), in perceptual sRGB encoding, alpha not multiplied in.
The dream is made at the working size; only what *changed* is scaled up and added to the source,
which so keeps its own sharpness, its values beyond [0, 1] and its alpha. Lightness and colours are
settled there, at full size; strength and mask come last.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.colour import brightness_lost, changes_colour, recolour
from core.dream import dream
from core.errors import GradientError, OutOfMemory, PictureError
from core.networks.base import Network
from core.progress import OnProgress, Progress, ignore
from core.resize import pad_by_reflection, resize
from core.settings import Settings
from core.start import ground as started
from core.tileable import step_between_edges

# The longer side at which a guide is looked at, in pixels: as networks in training see photographs.
# If it were larger, its things would outgrow what a cell of a layer sees, and be matched in parts.
GUIDE_SIZE = 224
# Rec. 709 luma, the usual weights for grey out of encoded RGB.
_LUMA = (0.2126, 0.7152, 0.0722)


@dataclass(frozen=True)
class Dream:
    """A dreamed picture: `pixels` like the source's, whether it was ended early, and remarks.

    `notes` are sentences for the artist, empty when all went as asked.
    """

    pixels: NDArray[Any]
    partial: bool
    notes: tuple[str, ...]


def dream_picture(
    pixels: NDArray[Any],
    settings: Settings,
    network: Network,
    on_progress: OnProgress = ignore,
    mask: NDArray[Any] | None = None,
    guide: NDArray[Any] | None = None,
) -> Dream:
    """Dream over a picture.

    Args:
        pixels: (H, W, C), C from 1 to 4, uint8 or float32. Floats may leave [0, 1]: the dream runs
            on the clipped picture and its difference is added to the picture as it was.
        settings: checked settings.
        network: the network, on the device and in the precision to be used.
        on_progress: told after every step; see `core.progress`.
        mask: (H, W) like `pixels`, 0 = leave as it is, full scale = dream at full strength.
        guide: for the objective `guide`, a picture (h, w, c) of any size and kind that `pixels`
            can be of; looked at with `GUIDE_SIZE` as its longer side at most.

    Returns:
        A picture of the same shape and type. Alpha is the source's, bit for bit; so is every pixel
        where the mask or the strength is 0.

    Raises:
        PictureError: a shape or type that is no picture, or samples that are not finite numbers.
        SettingError: a layer or concept that the network does not have, or no guide where one is
            needed.
        GradientError: no step moved the picture because the network's gradient was not finite or 0.
        OutOfMemory: the device has too little memory.
    """
    _check(pixels, mask)
    source, alpha = _split(_to_float(pixels))
    full = (source.shape[-2], source.shape[-1])
    size = working_size(full, settings.working_size)
    with _memory_watched():
        own = _own(source, alpha, settings)
        seen = _seen(own, alpha, size, settings.tileable)
        plain = seen if own is source else _seen(source, alpha, size, settings.tileable)
        weight = _weight(mask, settings)
        small = _Ground(plain, seen, started(seen, settings), weight)
        preview = _Preview(small, settings)

        def look(progress: Progress) -> bool:
            return on_progress(replace(progress, picture=lambda: preview.of(progress.picture())))

        working = seen.to(network.device).expand(-1, 3, -1, -1).contiguous()
        dreamed = dream(working, settings, network, look, _guide(guide, network))
        base = _base(own, alpha, settings, max(full) / max(size))
        change = dreamed.canvas.cpu() - small.base
        result = _finished(_Ground(source, own, base, weight), small, change, settings)

    if dreamed.still == dreamed.steps and settings.step_size > 0 and not dreamed.partial:
        raise GradientError(
            "The network saw nothing in this picture that it could strengthen.",
            "Choose another layer or concept, or a picture that is not one flat colour.",
        )
    notes = ()
    if dreamed.still:
        notes = (f"{dreamed.still} of {dreamed.steps} steps found nothing to strengthen.",)
    finished = pixels.copy() if settings.strength == 0 else _like(result, pixels, mask)
    return Dream(finished, dreamed.partial, notes)


def working_size(full: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size (h, w) in pixels at which to dream: `full`, or smaller with `longest` as long side.

    `longest` 0 means full size; pictures are never enlarged.
    """
    if longest == 0 or max(full) <= longest:
        return full
    shrink = longest / max(full)
    return max(1, round(full[0] * shrink)), max(1, round(full[1] * shrink))


def as_seen(pixels: NDArray[Any], longest: int) -> NDArray[np.float32]:
    """What would be dreamed on of a picture, (h, w, 1 or 3) in [0, 1].

    Args:
        pixels: as for `dream_picture`.
        longest: the working size.

    Raises:
        PictureError: as `dream_picture`.
    """
    _check(pixels, None)
    source, alpha = _split(_to_float(pixels))
    seen = _seen(source, alpha, working_size((source.shape[-2], source.shape[-1]), longest), False)
    return seen[0].permute(1, 2, 0).contiguous().numpy()


def _guide(guide: NDArray[Any] | None, network: Network) -> Tensor | None:
    """The guide as a canvas, no smaller than the network takes."""
    if guide is None:
        return None
    seen = torch.from_numpy(as_seen(guide, GUIDE_SIZE)).permute(2, 0, 1)[None]
    canvas = seen.expand(-1, 3, -1, -1).contiguous().to(network.device)
    return pad_by_reflection(canvas, network.record.minimum_side)


def _check(pixels: NDArray[Any], mask: NDArray[Any] | None) -> None:
    if pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4:
        raise PictureError(f"A picture has 1 to 4 channels; this one has shape {pixels.shape}.")
    if pixels.size == 0:
        raise PictureError("The picture has no pixels.")
    if pixels.dtype not in (np.uint8, np.float32):
        raise PictureError(f"A picture has 8-bit or float samples, not {pixels.dtype}.")
    if mask is not None and (mask.shape != pixels.shape[:2] or mask.dtype != pixels.dtype):
        raise PictureError(
            f"The mask is {mask.shape} {mask.dtype}, the picture {pixels.shape} {pixels.dtype}.",
            "The mask must be as large as the picture and of its kind.",
        )
    for array in (pixels, mask):
        if array is not None and array.dtype == np.float32 and not np.isfinite(array).all():
            raise PictureError(
                "The picture holds pixels that are not numbers (NaN or infinite).",
                "Clip the picture to ordinary colours, or flatten it to 16 bits, then try again.",
            )


def _to_float(samples: NDArray[Any]) -> NDArray[np.float32]:
    """A copy, in [0, 1] where the samples have 8 bits."""
    if samples.dtype == np.uint8:
        return np.divide(samples, 255, dtype=np.float32)
    return samples.astype(np.float32)


def _split(samples: NDArray[np.float32]) -> tuple[Tensor, Tensor | None]:
    """Colour (1, 1 or 3, H, W), and alpha (1, 1, H, W) in [0, 1] where there is one."""
    planes = torch.from_numpy(samples).permute(2, 0, 1)[None].contiguous()
    if planes.shape[1] in (1, 3):
        return planes, None
    return planes[:, :-1], planes[:, -1:].clamp(0, 1)


class _Ground(NamedTuple):
    """What a change is laid on, at one size. Often the first three are the very same tensor.

    Attributes:
        source: (1, 1 or 3, H, W), the picture as it was.
        own: the picture whose colours and brightness can be kept.
        base: what was dreamed on.
        weight: how much of the dream the result takes, (1, 1, H, W) or (1, 1, 1, 1) in [0, 1]; None
            for all of it.
    """

    source: Tensor
    own: Tensor
    base: Tensor
    weight: Tensor | None

    def at(self, size: tuple[int, int], wrap: bool) -> _Ground:
        """The same at size (h, w), colours in [0, 1]."""
        done: dict[int, Tensor] = {}
        for picture in (self.source, self.own, self.base):
            if id(picture) not in done:
                done[id(picture)] = resize(picture, size, True, wrap).clamp(0, 1)
        source, own, base = (done[id(picture)] for picture in (self.source, self.own, self.base))
        weight = None if self.weight is None else resize(self.weight, size, True).clamp(0, 1)
        return _Ground(source, own, base, weight)


def _own(source: Tensor, alpha: Tensor | None, settings: Settings) -> Tensor:
    """`source` itself, or where it shall be tileable, in [0, 1] and with edges that meet."""
    if not settings.tileable:
        return source
    step = step_between_edges(_seen(source, alpha, (source.shape[-2], source.shape[-1]), True))
    return source if step is None else (source.clamp(0, 1) - step).clamp_(0, 1)


def _base(own: Tensor, alpha: Tensor | None, settings: Settings, enlarged: float) -> Tensor:
    """What was dreamed on, at the full size, `enlarged` times the working size."""
    if settings.start == "picture":
        return own
    shown = _seen(own, alpha, (own.shape[-2], own.shape[-1]), settings.tileable)
    return started(shown, settings, enlarged)


def _weight(mask: NDArray[Any] | None, settings: Settings) -> Tensor | None:
    if mask is not None:
        return torch.from_numpy(_to_float(mask))[None, None].mul_(settings.strength)
    return None if settings.strength == 1 else torch.full((1, 1, 1, 1), settings.strength)


def _seen(source: Tensor, alpha: Tensor | None, size: tuple[int, int], wrap: bool) -> Tensor:
    """What is dreamed on: `source` in [0, 1] at the working size `size`.

    Where it is transparent its mean visible colour shows through: hidden pixels hold whatever a
    program left there, mostly black, and would draw hard edges.
    """
    clipped = source.clamp(0, 1)
    weight = 0.0 if alpha is None else float(alpha.sum(dtype=torch.float64))
    if alpha is None or weight in (0.0, alpha.numel()):
        return resize(clipped, size, True, wrap).clamp(0, 1)
    # Scaling is linear, so the cover can wait until the picture is small.
    weighted = clipped.mul_(alpha)
    mean = weighted.sum((-2, -1), keepdim=True, dtype=torch.float64) / weight
    cover = mean.float() * (1 - resize(alpha, size, True, wrap))
    return resize(weighted, size, True, wrap).add_(cover).clamp_(0, 1)


class _Preview:
    """Shows what the finished picture would look like from an octave on, at the octave's size."""

    def __init__(self, ground: _Ground, settings: Settings) -> None:
        self._ground = ground
        self._settings = settings
        # The octave's own, made when its first preview is asked for.
        self._small: _Ground | None = None

    def of(self, dreamed: NDArray[np.float32]) -> NDArray[np.float32]:
        """The look, (h, w, 3), of a canvas (h, w, 3)."""
        size = (dreamed.shape[0], dreamed.shape[1])
        small = self._small
        if small is None or small.base.shape[-2:] != size:
            small = self._small = self._ground.at(size, self._settings.tileable)
        change = torch.from_numpy(dreamed).permute(2, 0, 1)[None] - small.base
        shown = _finished(small, small, change, self._settings).expand(-1, 3, -1, -1)
        return shown[0].permute(1, 2, 0).contiguous().numpy()


def _finished(ground: _Ground, small: _Ground, change: Tensor, settings: Settings) -> Tensor:
    """The picture (1, 1 or 3, H, W) that `change` makes of `ground`.

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
        lost = brightness_lost(small.own, (small.base + change).clamp_(0, 1), wrap)
    change = resize(change, (height, width), True, wrap)
    low, high = (float(bound) for bound in source.aminmax())
    inside = low >= 0 and high <= 1
    clipped = source if inside else source.clamp(0, 1)
    own = clipped if own is source else own
    base = clipped if base is source else base
    dreamed = (change + base).clamp_(0, 1)
    if changes_colour(settings, channels):
        recolour(dreamed, own, settings, lost, wrap)
    if weight is not None:
        dreamed = torch.lerp(clipped, dreamed, weight.expand_as(dreamed))
    if inside:
        return dreamed
    excess = source - clipped
    if settings.start != "picture":
        # It is the picture's, of which such a dream shows what the mask leaves of it.
        excess = excess * (0 if weight is None else 1 - weight)
    return dreamed.add_(excess)


def _like(result: Tensor, pixels: NDArray[Any], mask: NDArray[Any] | None) -> NDArray[Any]:
    """`result` (1, C, H, W) shaped and typed like `pixels`; alpha and masked pixels bit for bit."""
    colour = result[0].permute(1, 2, 0).numpy()
    if pixels.dtype == np.uint8:
        colour = np.rint(colour * 255)
    finished = pixels.copy()
    finished[..., : colour.shape[2]] = colour.astype(pixels.dtype)
    if mask is not None:
        finished[mask == 0] = pixels[mask == 0]
    return finished


@contextmanager
def _memory_watched() -> Iterator[None]:
    """Turns the several ways in which memory runs out into one error."""
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise OutOfMemory() from error
    except RuntimeError as error:
        # PyTorch's CPU allocator raises a plain RuntimeError; its text is all that tells.
        if "not enough memory" in str(error) or "can't allocate memory" in str(error):
            raise OutOfMemory() from error
        raise
