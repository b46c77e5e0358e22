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
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.device import device_failure
from core.dream import dream
from core.errors import GradientError, OutOfMemory, PictureError
from core.finish import Ground, Preview, finished, is_inside, like
from core.language import _, ngettext
from core.last_dream import LastDream
from core.memory import is_out_of_memory
from core.networks.base import Network
from core.progress import OnProgress, Progress, ignore
from core.resize import pad_by_reflection, resize
from core.samples import as_float, subtract_samples
from core.settings import Settings
from core.start import ground as started
from core.tileable import step_between_edges

# The longer side at which a guide is looked at, in pixels: as networks in training see photographs.
# If it were larger, its things would outgrow what a cell of a layer sees, and be matched in parts.
GUIDE_SIZE = 224


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
    seen: NDArray[Any] | None = None,
    last: LastDream | None = None,
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
        seen: the same picture in another size or kind, which is dreamed on instead: its change is
            laid on `pixels`. Who has shown a dream of a small picture gets that very dream.
        last: where the canvas of the last dream is looked for, and this one's kept.

    Returns:
        A picture of the same shape and type. Alpha is the source's, bit for bit; so is every pixel
        where the mask or the strength is 0.

    Raises:
        PictureError: a shape or type that is no picture, or samples that are not finite numbers.
        SettingError: a layer or concept that the network does not have, or no guide where one is
            needed.
        GradientError: no step moved the picture because the network's gradient was not finite or 0.
        OutOfMemory: the device has too little memory.
        DeviceError: the device cannot compute it.
    """
    _check(pixels, mask)
    source, alpha = _split(pixels)
    with _machine_watched(network.device):
        own = _own(source, alpha, settings)
        if seen is None:
            plain, canvas = _canvas(source, own, alpha, settings)
        else:
            _check(seen, None)
            little, cover = _split(seen)
            plain, canvas = _canvas(little, _own(little, cover, settings), cover, settings)
        weight = _weight(mask, settings)
        small = Ground(plain, canvas, started(canvas, settings), weight)
        preview = Preview(small, settings)

        def look(progress: Progress) -> bool:
            def shown(longest: int = 0) -> NDArray[np.float32]:
                return preview.of(progress.picture(longest))

            return on_progress(replace(progress, picture=shown))

        working = canvas.to(network.device).expand(-1, 3, -1, -1)
        guiding = _guide(guide, network)
        dreamed = None if last is None else last.recall(working, settings, network, guiding)
        if dreamed is None:
            dreamed = dream(working, settings, network, look, guiding)
            if last is not None:
                last.keep(working, settings, network, guiding, dreamed)
        base = _base(own, alpha, settings, max(_size(source)) / max(_size(canvas)))
        change = subtract_samples(dreamed.canvas.cpu(), small.base.expand(-1, 3, -1, -1))
        result = finished(Ground(source, own, base, weight), small, change, settings)
        if settings.strength == 0:
            made = pixels.copy()
        else:
            made = like(result, pixels, mask)

    if dreamed.still == dreamed.steps and settings.step_size > 0 and not dreamed.partial:
        raise GradientError(
            _("The network saw nothing in this picture that it could strengthen."),
            _("Choose another layer or concept, or a picture that is not one flat colour."),
        )
    notes = ()
    if dreamed.partial and not dreamed.steps:
        notes = (_("The dream was ended before its first step, so that nothing of it is seen."),)
    elif dreamed.still:
        note = ngettext(
            "{still} of {steps} step found nothing to strengthen.",
            "{still} of {steps} steps found nothing to strengthen.",
            dreamed.steps,
        )
        notes = (note.format(still=dreamed.still, steps=dreamed.steps),)
    return Dream(made, dreamed.partial, notes)


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
    source, alpha = _split(pixels)
    seen = _seen(source, alpha, working_size((source.shape[-2], source.shape[-1]), longest), False)
    return as_float(seen)[0].permute(1, 2, 0).contiguous().numpy()


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
        raise PictureError(_("The picture has no pixels."))
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
                _("The picture holds pixels that are not numbers (NaN or infinite)."),
                _(
                    "Clip the picture to ordinary colours, or flatten it to 16 bits, then try"
                    " again."
                ),
            )


def _to_float(samples: NDArray[Any]) -> NDArray[np.float32]:
    """A copy, in [0, 1] where the samples have 8 bits."""
    if samples.dtype == np.uint8:
        return np.divide(samples, 255, dtype=np.float32)
    return samples.astype(np.float32)


def _split(pixels: NDArray[Any]) -> tuple[Tensor, Tensor | None]:
    """Colour (1, 1 or 3, H, W), a view of `pixels`, and alpha (1, 1, H, W) in [0, 1].

    Alpha is None where it hides nothing: where there is none, or all is opaque, or nothing is
    visible at all.
    """
    # PyTorch takes no arrays that are read-only, or run backwards; nobody writes here either.
    planes = torch.from_numpy(np.require(pixels, requirements=("C", "W"))).permute(2, 0, 1)[None]
    if planes.shape[1] in (1, 3):
        return planes, None
    alpha = as_float(planes[:, -1:]).clamp(0, 1)
    visible = float(alpha.sum(dtype=torch.float64))
    return planes[:, :-1], None if visible in (0.0, alpha.numel()) else alpha


def _canvas(
    source: Tensor, own: Tensor, alpha: Tensor | None, settings: Settings
) -> tuple[Tensor, Tensor]:
    """`source`, and its `own` to dream on, at the working size; often the very same."""
    size = working_size(_size(source), settings.working_size)
    canvas = _seen(own, alpha, size, settings.tileable)
    return canvas if own is source else _seen(source, alpha, size, settings.tileable), canvas


def _own(source: Tensor, alpha: Tensor | None, settings: Settings) -> Tensor:
    """`source` itself, or where it shall be tileable, in [0, 1] and with edges that meet."""
    if not settings.tileable:
        return source
    step = step_between_edges(as_float(_seen(source, alpha, _size(source), True)))
    return source if step is None else (as_float(source).clamp(0, 1) - step).clamp_(0, 1)


def _base(own: Tensor, alpha: Tensor | None, settings: Settings, enlarged: float) -> Tensor:
    """What was dreamed on, at the full size, `enlarged` times the working size."""
    if settings.start == "picture":
        return own
    shown = _seen(own, alpha, _size(own), settings.tileable)
    return started(shown, settings, enlarged)


def _size(picture: Tensor) -> tuple[int, int]:
    return picture.shape[-2], picture.shape[-1]


def _weight(mask: NDArray[Any] | None, settings: Settings) -> Tensor | None:
    if mask is not None:
        weight = torch.from_numpy(_to_float(mask))[None, None]
        # Float layers that are painted as a map may be brighter than white.
        return weight.clamp_(0, 1).mul_(settings.strength)
    return None if settings.strength == 1 else torch.full((1, 1, 1, 1), settings.strength)


def _seen(source: Tensor, alpha: Tensor | None, size: tuple[int, int], wrap: bool) -> Tensor:
    """What is dreamed on: `source` in [0, 1] at the working size `size`; float32, or itself.

    Where it is transparent its mean visible colour shows through: hidden pixels hold whatever a
    program left there, mostly black, and would draw hard edges.
    """
    if alpha is None:
        if size == (source.shape[-2], source.shape[-1]) and is_inside(source):
            return source
        return resize(as_float(source).clamp(0, 1), size, True, wrap).clamp_(0, 1)
    weight = alpha.sum(dtype=torch.float64)
    # Scaling is linear, so the cover can wait until the picture is small.
    weighted = as_float(source).clamp(0, 1).mul_(alpha)
    mean = weighted.sum((-2, -1), keepdim=True, dtype=torch.float64) / weight
    cover = mean.float() * (1 - resize(alpha, size, True, wrap))
    return resize(weighted, size, True, wrap).add_(cover).clamp_(0, 1)


@contextmanager
def _machine_watched(device: torch.device) -> Iterator[None]:
    """Turns the several ways in which memory runs out, or a graphics card fails, into one error."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise OutOfMemory() from error
        if failure := device_failure(error, device):
            raise failure from error
        raise
