"""What a dream starts from: the picture, the picture out of focus, or noise.

Whatever it is takes the picture's place: octaves begin with it, details are measured against it and
`pull` draws towards it. Noise has no picture behind it. Its place is taken by even grey, and the
smallest octave alone begins with noise; larger ones add none of their own, and all rules for
details are the same then.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.parameterisation import Basis
from core.priors.decay import GREY
from core.priors.gaussian import blur
from core.samples import as_float
from core.settings import Settings


def ground(picture: Tensor, settings: Settings, enlarged: float = 1.0) -> Tensor:
    """What takes the place of `picture` (1, C, H, W); the very same where that is the picture.

    It may be of 8 bits, and anything else than itself is of floats.

    `enlarged` says how many times larger `picture` is than the canvas that is dreamed on, whose
    pixels the setting `start-blur` counts.
    """
    if settings.start == "noise":
        kind = picture.dtype if picture.is_floating_point() else torch.float32
        return torch.full_like(picture, GREY, dtype=kind)
    if settings.start == "blurred" and settings.start_blur > 0:
        return blur(as_float(picture), settings.start_blur * enlarged, settings.tileable)
    return picture


def noisy(
    grey: Tensor, deviation: float, basis: Basis | None, generator: torch.Generator
) -> Tensor:
    """`grey` (1, 3, h, w) plus Gaussian noise of standard deviation `deviation`, within [0, 1].

    The noise is white in the basis: in one of spectra it has the spectrum of photographs, in one of
    colours theirs.
    """
    shape = grey.shape if basis is None else basis.to_values(grey).shape
    noise = torch.randn(shape, generator=generator).to(grey.device)
    if basis is not None:
        noise = basis.to_canvas(noise)
    return grey.add(noise, alpha=deviation).clamp_(0, 1)
