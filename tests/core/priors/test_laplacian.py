"""Laplacian normalisation against plain convolutions, as TensorFlow's notebook has it."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from core.priors.laplacian import normalise_bands


def filter_of(channels: int) -> Tensor:
    line = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0])
    return (torch.outer(line, line) / 256).expand(channels, 1, 5, 5)


def same_padding(length: int) -> tuple[int, int]:
    """TensorFlow's SAME with a kernel of 5 and a stride of 2: the odd zero comes last."""
    total = ((length + 1) // 2 - 1) * 2 + 5 - length
    return total // 2, total - total // 2


def reference(gradient: Tensor, levels: int) -> Tensor:
    bands = []
    for _ in range(levels):
        top, bottom = same_padding(gradient.shape[-2])
        left, right = same_padding(gradient.shape[-1])
        padded = F.pad(gradient, (left, right, top, bottom))
        small = F.conv2d(padded, filter_of(3), stride=2, groups=3)
        bands.append((gradient, enlarged(small, gradient)))
        gradient = small
    gradient = gradient / gradient.square().mean().sqrt()
    for whole, coarse in reversed(bands):
        band = whole - coarse
        gradient = enlarged(gradient, whole) + band / band.square().mean().sqrt()
    return gradient


def enlarged(small: Tensor, like: Tensor) -> Tensor:
    wide = F.conv_transpose2d(small, 4 * filter_of(3), stride=2, groups=3)
    height, width = like.shape[-2:]
    top, left = same_padding(height)[0], same_padding(width)[0]
    return wide[..., top : top + height, left : left + width]


@pytest.mark.parametrize("size", [(32, 48), (33, 47), (28, 31), (5, 1)])
@pytest.mark.parametrize("levels", [1, 4])
def test_bands_are_split_and_merged_as_published(size: tuple[int, int], levels: int) -> None:
    gradient = torch.randn(1, 3, *size, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(
        normalise_bands(gradient, levels), reference(gradient, levels), atol=1e-5, rtol=1e-4
    )


def test_coarse_structure_grows_as_fast_as_fine() -> None:
    across = torch.arange(128.0)
    coarse = 0.01 * torch.sin(across * 2 * torch.pi / 64).expand(1, 3, 128, 128)
    fine = torch.randn(1, 3, 128, 128, generator=torch.Generator().manual_seed(2))

    def strength(gradient: Tensor) -> float:
        unit = coarse / coarse.square().mean().sqrt()
        return float((unit * gradient).mean() / gradient.std())

    assert strength(normalise_bands(coarse + fine, 5)) > 10 * strength(coarse + fine) > 0


@pytest.mark.parametrize("factor", [1e-36, 1e30])
def test_its_scale_does_not_matter(factor: float) -> None:
    gradient = torch.randn(1, 3, 20, 20, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(normalise_bands(gradient * factor, 2), normalise_bands(gradient, 2))


def test_nothing_stays_nothing() -> None:
    assert float(normalise_bands(torch.zeros(1, 3, 20, 20), 3).abs().max()) == 0
