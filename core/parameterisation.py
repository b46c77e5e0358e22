"""What a step changes: the pixels, or coordinates in which photographs are simpler.

A basis is a linear map from values to changes of a canvas. The canvas itself stays the only state:
a step takes the gradient to the basis, moves there, and adds what that means in pixels. So every
octave begins with the spectrum, and the colours, of the canvas that it begins with. Both ideas are
lucid's (Olah et al., "Feature Visualization", 2017).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

# Light and dark, orange and blue, green and purple: the directions in which the colours of pictures
# vary (Buchsbaum and Gottschalk 1983), and how much they do, as measured on our photographs.
_OPPONENTS = ((1, 1, 1), (1, 0, -1), (1, -2, 1))
_SPREADS = (1.0, 0.32, 0.11)


class Basis(NamedTuple):
    """Directions of equal standing, in colour and in space.

    Attributes:
        size: (h, w) of the canvas.
        weights: by how much each spatial frequency (h, w // 2 + 1) counts; None for pixels.
        colours: (3, 3), one column for each direction of colour; None for red, green and blue.

    Both are scaled such that white noise in the values is noise of the same strength on a canvas.
    """

    size: tuple[int, int]
    weights: Tensor | None
    colours: Tensor | None

    def to_values(self, gradient: Tensor) -> Tensor:
        """The gradient by the values, from that by the canvas (1, 3, h, w); any real shape."""
        if self.colours is not None:
            gradient = torch.einsum("rc,nrhw->nchw", self.colours, gradient)
        if self.weights is None:
            return gradient
        spectrum = torch.fft.rfft2(gradient, norm="ortho") * self.weights
        return torch.view_as_real(spectrum)

    def to_canvas(self, values: Tensor) -> Tensor:
        """The change of the canvas (1, 3, h, w) that a change of the values makes."""
        if self.weights is not None:
            spectrum = torch.view_as_complex(values.contiguous()) * self.weights
            values = torch.fft.irfft2(spectrum, s=self.size, norm="ortho")
        if self.colours is not None:
            values = torch.einsum("rc,nchw->nrhw", self.colours, values)
        return values


def make_basis(
    parameterisation: str, decorrelate: bool, size: tuple[int, int], device: torch.device
) -> Basis | None:
    """The basis that the settings of these names mean for a canvas of `size`; None for pixels."""
    if parameterisation == "pixels" and not decorrelate:
        return None
    weights = spectrum_weights(size).to(device) if parameterisation == "fourier" else None
    return Basis(size, weights, colour_directions().to(device) if decorrelate else None)


def spectrum_weights(size: tuple[int, int]) -> Tensor:
    """One over the frequency, as the spectra of photographs fall, for `torch.fft.rfft2`.

    The lowest frequency counts as one period over the longer side. (h, w // 2 + 1), float32; the
    mean of their squares over the whole spectrum is a half, for each value is one of two parts.
    """
    height, width = size
    down = torch.fft.fftfreq(height, dtype=torch.float64)[:, None]
    across = torch.fft.fftfreq(width, dtype=torch.float64)[None]
    weights = 1 / torch.hypot(down, across).clamp_min(1 / max(height, width))
    weights = weights / (2 * weights.square().mean()).sqrt()
    return weights[:, : width // 2 + 1].float()


def colour_directions() -> Tensor:
    """(3, 3): its columns are the opponent colours, each as long as they vary in photographs."""
    directions = torch.tensor(_OPPONENTS, dtype=torch.float64)
    spreads = torch.tensor(_SPREADS, dtype=torch.float64)
    scale = spreads / directions.norm(dim=1) * math.sqrt(3 / float(spreads.square().sum()))
    return (directions * scale[:, None]).T.float().contiguous()
