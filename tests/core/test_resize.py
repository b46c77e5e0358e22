"""Scaling and padding."""

from __future__ import annotations

import pytest
import torch

from core.resize import pad_by_reflection, resize


def test_without_antialiasing_corners_are_aligned() -> None:
    """scipy.ndimage.zoom(order=1): the first and last samples stay where they are."""
    ramp = torch.linspace(0, 1, 9).view(1, 1, 1, 9).expand(1, 1, 9, 9)
    small = resize(ramp, (5, 4), antialias=False)
    torch.testing.assert_close(small[0, 0, 2], torch.linspace(0, 1, 4))


@pytest.mark.parametrize(("have", "want"), [(9, 4), (4, 9)])
def test_without_antialiasing_samples_lie_as_the_alignment_says(have: int, want: int) -> None:
    """A ramp of places: each new sample is its own place among the old ones."""
    ramp = torch.arange(float(have)).expand(1, 1, have, have)
    places = torch.arange(float(want))
    expected = {
        "corners": places * (have - 1) / (want - 1),
        "centres": (places + 0.5) * have / want - 0.5,
        "origin": places * have / want,
    }
    for alignment, across in expected.items():
        for canvas in (ramp, ramp.transpose(-2, -1)):
            scaled = resize(canvas, (want, want), antialias=False, alignment=alignment)
            line = scaled[0, 0, 1] if canvas is ramp else scaled[0, 0, :, 1]
            torch.testing.assert_close(line, across.clamp(0, have - 1))


def test_antialiasing_averages_what_shrinking_would_alias() -> None:
    stripes = (torch.arange(64) % 2).float().expand(1, 1, 64, 64)
    smooth = resize(stripes, (20, 20), antialias=True)[..., 2:-2]
    jagged = resize(stripes, (20, 20), antialias=False)[..., 2:-2]
    assert float(smooth.std()) < 0.1 < float(jagged.std())


def test_padding_mirrors_without_repeating_the_edge() -> None:
    row = torch.tensor([1.0, 2.0, 3.0]).view(1, 1, 1, 3)
    padded = pad_by_reflection(row, 8)
    assert padded.shape == (1, 1, 8, 8)
    assert padded[0, 0, 5].tolist() == [1, 2, 3, 2, 1, 2, 3, 2]


def test_large_enough_is_left_alone() -> None:
    canvas = torch.rand(1, 3, 9, 8)
    assert pad_by_reflection(canvas, 8) is canvas


@pytest.mark.parametrize("antialias", [True, False])
@pytest.mark.parametrize("size", [(40, 50), (84, 105)])
def test_a_ring_knows_no_edge(size: tuple[int, int], antialias: bool) -> None:
    """Rolled by whole samples of either size, it is scaled to the same, rolled."""
    ring = torch.rand(1, 2, 60, 75, generator=torch.Generator().manual_seed(1))
    scaled = resize(ring, size, antialias, wrap=True)
    steps = (size[0] // 4, size[1] // 5 * 3)
    rolled = resize(ring.roll((15, 45), (-2, -1)), size, antialias, wrap=True)
    torch.testing.assert_close(rolled, scaled.roll(steps, (-2, -1)))
    if antialias:
        inside = (..., slice(8, -8), slice(8, -8))
        torch.testing.assert_close(scaled[inside], resize(ring, size, True)[inside])
