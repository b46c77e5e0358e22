"""From a picture as artists have it to a canvas, and back.

A picture is an array (H, W, C) of 8-bit or float samples with one channel (grey), two (grey and
alpha), three (RGB) or four (RGB and alpha), in perceptual sRGB encoding, alpha not multiplied in.
The dream is made at the working size; only what *changed* is scaled up and added to the source,
which so keeps its own sharpness, its values beyond [0, 1] and its alpha.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.dream import dream
from core.errors import GradientError, OutOfMemory, PictureError
from core.networks.base import Network
from core.progress import OnProgress, Progress, ignore
from core.resize import resize
from core.settings import Settings

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
) -> Dream:
    """Dream over a picture.

    Args:
        pixels: (H, W, C), C from 1 to 4, uint8 or float32. Floats may leave [0, 1]: the dream runs
            on the clipped picture and its difference is added to the picture as it was.
        settings: checked settings.
        network: the network, on the device and in the precision to be used.
        on_progress: told after every step; see `core.progress`.
        mask: (H, W) like `pixels`, 0 = leave as it is, full scale = dream at full strength.

    Returns:
        A picture of the same shape and type. Alpha is the source's, bit for bit; so is every pixel
        where the mask is 0.

    Raises:
        PictureError: a shape or type that is no picture, or samples that are not finite numbers.
        SettingError: a layer or concept that the network does not have.
        GradientError: no step moved the picture because the network's gradient was not finite or 0.
        OutOfMemory: the device has too little memory.
    """
    _check(pixels, mask)
    source, alpha = _split(_to_float(pixels))
    strength = None if mask is None else torch.from_numpy(_to_float(mask))[None, None]
    full = (source.shape[-2], source.shape[-1])
    with _memory_watched():
        seen = _seen(source, alpha, working_size(full, settings.working_size))
        preview = _Preview(seen, strength)

        def look(progress: Progress) -> bool:
            return on_progress(replace(progress, picture=lambda: preview.of(progress.picture())))

        working = seen.to(network.device).expand(-1, 3, -1, -1).contiguous()
        dreamed = dream(working, settings, network, look)
        result = _add_change(source, (dreamed.canvas - working).cpu(), strength)

    if dreamed.still == dreamed.steps and settings.step_size > 0 and not dreamed.partial:
        raise GradientError(
            "The network saw nothing in this picture that it could strengthen.",
            "Choose another layer or concept, or a picture that is not one flat colour.",
        )
    notes = ()
    if dreamed.still:
        notes = (f"{dreamed.still} of {dreamed.steps} steps found nothing to strengthen.",)
    return Dream(_like(result, pixels, mask), dreamed.partial, notes)


def working_size(full: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size (h, w) in pixels at which to dream: `full`, or smaller with `longest` as long side.

    `longest` 0 means full size; pictures are never enlarged.
    """
    if longest == 0 or max(full) <= longest:
        return full
    shrink = longest / max(full)
    return max(1, round(full[0] * shrink)), max(1, round(full[1] * shrink))


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


def _seen(source: Tensor, alpha: Tensor | None, size: tuple[int, int]) -> Tensor:
    """What is dreamed on: `source` in [0, 1] at the working size `size`.

    Where it is transparent its mean visible colour shows through: hidden pixels hold whatever a
    program left there, mostly black, and would draw hard edges.
    """
    clipped = source.clamp(0, 1)
    weight = 0.0 if alpha is None else float(alpha.sum(dtype=torch.float64))
    if alpha is None or weight in (0.0, alpha.numel()):
        return resize(clipped, size, True).clamp(0, 1)
    # Scaling is linear, so the cover can wait until the picture is small.
    weighted = clipped.mul_(alpha)
    mean = weighted.sum((-2, -1), keepdim=True, dtype=torch.float64) / weight
    cover = mean.float() * (1 - resize(alpha, size, True))
    return resize(weighted, size, True).add_(cover).clamp_(0, 1)


class _Preview:
    """Shows what the finished picture would look like from an octave on, at the octave's size."""

    def __init__(self, seen: Tensor, strength: Tensor | None) -> None:
        self._seen = seen
        self._strength = strength
        # The octave's own, made when its first preview is asked for.
        self._small, self._weight = seen[..., :0, :0], None

    def of(self, dreamed: NDArray[np.float32]) -> NDArray[np.float32]:
        """The look, (h, w, 3), of a canvas (h, w, 3)."""
        size = (dreamed.shape[0], dreamed.shape[1])
        if self._small.shape[-2:] != size:
            self._small = resize(self._seen, size, True).clamp(0, 1)
            if self._strength is not None:
                self._weight = resize(self._strength, size, True).clamp(0, 1)
        change = torch.from_numpy(dreamed).permute(2, 0, 1)[None] - self._small
        shown = _add_change(self._small, change, self._weight).expand(-1, 3, -1, -1)
        return shown[0].permute(1, 2, 0).contiguous().numpy()


def _add_change(source: Tensor, change: Tensor, strength: Tensor | None) -> Tensor:
    """`source` (1, 1 or 3, H, W) plus `change` (1, 3, h, w), scaled up and weighed by `strength`.

    Scaling up can overshoot a little, which must not take a picture out of a range that it kept:
    what was inside [0, 1] stays inside, what was outside keeps its excess.
    """
    if source.shape[1] == 1:
        change = (change * torch.tensor(_LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)
    change = resize(change, (source.shape[-2], source.shape[-1]), True)
    low, high = (float(bound) for bound in source.aminmax())
    inside = low >= 0 and high <= 1
    clipped = source if inside else source.clamp(0, 1)
    dreamed = (change + clipped).clamp_(0, 1)
    if strength is not None:
        dreamed = torch.lerp(clipped, dreamed, strength.expand_as(dreamed))
    return dreamed if inside else dreamed.add_(source - clipped)


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
