"""Spectra and opponent colours as bases."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from core.parameterisation import Basis, colour_directions, make_basis, spectrum_weights
from core.resize import resize

PHOTOGRAPHS = Path(__file__).resolve().parent.parent.parent / "docs" / "photographs"
CPU = torch.device("cpu")


def basis(size: tuple[int, int], fourier: bool = True, colours: bool = True) -> Basis:
    made = make_basis("fourier" if fourier else "pixels", colours, size, CPU)
    assert made is not None
    return made


def random(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(9))


def test_pixels_need_no_basis() -> None:
    assert make_basis("pixels", False, (8, 8), CPU) is None


@pytest.mark.parametrize("size", [(24, 32), (15, 21), (1, 9), (8, 1)])
def test_weights_fall_with_the_frequency(size: tuple[int, int]) -> None:
    weights = spectrum_weights(size)
    height, width = size
    assert weights.shape == (height, width // 2 + 1)
    for row in range(height):
        down = min(row, height - row) / height
        for column in range(width // 2 + 1):
            across = column / width
            frequency = max(math.hypot(down, across), 1 / max(size))
            expected = float(weights[0, 0]) / max(size) / frequency
            assert float(weights[row, column]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("size", [(24, 32), (15, 21)])
@pytest.mark.parametrize(("fourier", "colours"), [(True, False), (False, True), (True, True)])
def test_the_gradient_is_that_by_the_values(
    size: tuple[int, int], fourier: bool, colours: bool
) -> None:
    made = basis(size, fourier, colours)
    slope = random(1, 3, *size)
    values = torch.zeros_like(made.to_values(slope)).requires_grad_(True)
    (exact,) = torch.autograd.grad((made.to_canvas(values) * slope).sum(), values)
    ours = made.to_values(slope)
    if fourier:
        # Columns inside the half spectrum stand for their mirror images too. What is imaginary in a
        # coefficient that is its own mirror image has no effect; its gradient is 0 in both.
        own = [0] if size[1] % 2 else [0, size[1] // 2]
        doubled = torch.full((size[1] // 2 + 1, 1), 2.0)
        doubled[own] = 1
        ours = ours * doubled
        exact, ours = (whole.transpose(-3, -2) for whole in (exact, ours))
        inside = [column for column in range(size[1] // 2 + 1) if column not in own]
        exact, ours = exact[..., inside, :, :], ours[..., inside, :, :]
    torch.testing.assert_close(ours, exact, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(("fourier", "colours"), [(True, False), (False, True), (True, True)])
def test_noise_in_the_values_is_as_strong_on_the_canvas(fourier: bool, colours: bool) -> None:
    made = basis((64, 96), fourier, colours)
    strengths = []
    generator = torch.Generator().manual_seed(9)
    for _ in range(60):
        shape = made.to_values(torch.zeros(1, 3, 64, 96)).shape
        noise = torch.randn(shape, generator=generator)
        strengths.append(float(made.to_canvas(noise).square().mean()))
    assert math.sqrt(sum(strengths) / 60) == pytest.approx(1, abs=0.15)


def test_colours_vary_as_those_of_photographs() -> None:
    """The directions' covariance against that of the project's own photographs, brought to size."""
    covariances = []
    for path in sorted(PHOTOGRAPHS.glob("*.jpg")):
        with Image.open(path) as picture:
            samples = np.asarray(picture.convert("RGB").resize((64, 64)), np.float64).reshape(-1, 3)
        covariance = torch.from_numpy(np.cov(samples.T))
        covariances.append(covariance / covariance.trace() * 3)
    assert covariances
    measured = torch.stack(covariances).mean(0).float()
    directions = colour_directions()
    torch.testing.assert_close(directions @ directions.T, measured, atol=0.2, rtol=0)
    opponents = directions.T @ directions
    torch.testing.assert_close(opponents, opponents.diag().diag(), atol=1e-6, rtol=0)


def test_a_spectrum_of_odd_sides_keeps_its_size() -> None:
    canvas = resize(random(1, 3, 5, 7), (15, 21), True)
    made = basis((15, 21), colours=False)
    assert made.to_canvas(made.to_values(canvas)).shape == canvas.shape
