"""What a dream starts from."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from core.canvas import dream_picture
from core.dream import dream
from core.parameterisation import make_basis
from core.priors.gaussian import blur
from core.progress import Progress
from core.settings import Settings, parse
from core.start import ground, noisy
from tests.core.tiny_network import TinyNetwork


def picture(seed: int = 2) -> Tensor:
    return torch.rand(1, 3, 48, 40, generator=torch.Generator().manual_seed(seed))


def settings(**changes: object) -> Settings:
    values = {"octaves": 3, "iterations": 2, **changes}
    return parse({name.replace("_", "-"): value for name, value in values.items()})


def test_a_dream_from_noise_knows_the_picture_s_size_alone() -> None:
    first, other = (dream(picture(seed), settings(start="noise"), TinyNetwork()) for seed in (2, 3))
    assert torch.equal(first.canvas, other.canvas)
    reseeded = dream(picture(), settings(start="noise", seed=1), TinyNetwork())
    assert not torch.equal(first.canvas, reseeded.canvas)


def test_the_smallest_octave_begins_with_noise() -> None:
    shown: list[Tensor] = []

    def look(progress: Progress) -> bool:
        shown.append(torch.from_numpy(progress.picture()))
        return True

    dream(picture(), settings(start="noise", noise=0.07, iterations=1), TinyNetwork(), look)
    assert float(shown[0].std()) == pytest.approx(0.07, rel=0.1)
    assert float(shown[0].mean()) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("rule", ["dream", "source", "high-band", "none"])
def test_larger_octaves_add_no_noise_of_their_own(rule: str) -> None:
    still = settings(start="noise", step_size=0, pull=0, details=rule, antialias=False)
    canvas = dream(picture(), still, TinyNetwork()).canvas
    rough = (canvas[..., 1:] - canvas[..., :-1]).abs().mean()
    assert 0 < float(rough) < 0.8 * 0.1 * 2 / torch.pi**0.5, "less than between pixels of noise"


def test_a_dream_from_noise_is_drawn_towards_grey() -> None:
    pulled = dream(picture(), settings(start="noise", pull=1), TinyNetwork()).canvas
    torch.testing.assert_close(pulled, torch.full_like(pulled, 0.5))


def test_noise_has_the_basis_s_spectrum_and_colours() -> None:
    grey = torch.full((1, 3, 64, 64), 0.5)

    def fine(basis: str, decorrelate: bool) -> tuple[float, float]:
        """Shares of differences between pixels, and of colour, in the noise's power."""
        made = make_basis(basis, decorrelate, (64, 64), grey.device)
        noise = noisy(grey, 0.02, made, torch.Generator().manual_seed(1)) - 0.5
        noise = noise - noise.mean((-2, -1), keepdim=True)
        rough = (noise[..., 1:] - noise[..., :-1]).var() / noise.var()
        return float(rough), float((noise - noise.mean(1, keepdim=True)).var() / noise.var())

    white, pink, grey_ish = fine("pixels", False), fine("fourier", False), fine("pixels", True)
    assert white == pytest.approx((2, 2 / 3), rel=0.1)
    assert pink[0] < 0.7
    assert grey_ish[1] < 0.2


def test_a_dream_from_the_blurred_picture_begins_and_stays_out_of_focus() -> None:
    blurred = blur(picture(), 3)
    kept = dream(picture(), settings(start="blurred", start_blur=3, step_size=0), TinyNetwork())
    torch.testing.assert_close(kept.canvas, blurred, atol=1e-5, rtol=0)
    dreamed = dream(picture(), settings(start="blurred", start_blur=3), TinyNetwork()).canvas
    expected = dream(blurred, settings(), TinyNetwork()).canvas
    assert torch.equal(dreamed, expected)


def test_the_picture_itself_is_no_copy() -> None:
    source = picture()
    assert ground(source, settings()) is source
    assert ground(source, settings(start="blurred", start_blur=0)) is source


@pytest.mark.parametrize("start", ["noise", "blurred"])
def test_highlights_beyond_white_belong_to_the_picture(start: str) -> None:
    """They do not shine through where the dream takes its place, and do where a mask keeps it."""
    bright = picture()[0].permute(1, 2, 0).numpy().copy()
    bright[20:24, 10:30] = 4.0
    mask = np.ones(bright.shape[:2], np.float32)
    mask[:, :20] = 0.5
    changes = settings(start=start, working_size=0)
    whole = dream_picture(bright, changes, TinyNetwork()).pixels
    assert whole.max() <= 1
    masked = dream_picture(bright, changes, TinyNetwork(), mask=mask).pixels
    expected = 0.5 * whole[20:24, 10:20] + 0.5 * 4.0
    np.testing.assert_allclose(masked[20:24, 10:20], expected, atol=1e-5)
    assert masked[:, 20:].max() <= 1
