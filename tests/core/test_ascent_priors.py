"""One step with priors, Adam and bases, each against its formula."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from core.adam import Adam
from core.ascent import Outcome, Step, ascend
from core.parameterisation import make_basis, spectrum_weights
from core.priors.gaussian import blur
from core.priors.laplacian import normalise_bands
from core.priors.smoothing import smooth
from core.priors.transforms import random_view
from core.priors.variation import lessen_variation

SIZE = (14, 18)
PLAIN = Step(0.01, 0, "std", 0.0)


def random(seed: int) -> Tensor:
    return torch.randn(1, 3, *SIZE, generator=torch.Generator().manual_seed(seed))


SLOPE = random(1)
START = (random(2) * 0.05 + 0.5).clamp(0, 1)


def linear(canvas: Tensor) -> Tensor:
    return (canvas * SLOPE).sum()


def after(step: Step, steps: int = 1, seed: int = 0) -> Tensor:
    canvas, generator = START.clone(), torch.Generator().manual_seed(seed)
    for _ in range(steps):
        assert ascend(canvas, START, linear, step, generator) is Outcome.MOVED
    return canvas


def unit(gradient: Tensor) -> Tensor:
    return gradient / gradient.std(correction=0)


def test_the_mean_is_taken_off() -> None:
    slope = SLOPE + 3
    canvas = START.clone()
    step = PLAIN._replace(normalisation="zero-mean")
    ascend(canvas, START, lambda c: (c * slope).sum(), step, torch.Generator())
    expected = START + 0.01 * (slope - slope.mean()) / slope.std()
    torch.testing.assert_close(canvas, expected)


def test_the_gradient_is_smoothed_before_it_is_measured() -> None:
    canvas = after(PLAIN._replace(smoothing=1.1, radius=4))
    torch.testing.assert_close(canvas, START + 0.01 * unit(smooth(SLOPE, 1.1, 4)))


def test_bands_are_measured_one_by_one_and_not_again() -> None:
    canvas = after(PLAIN._replace(levels=2))
    torch.testing.assert_close(canvas, START + 0.01 * normalise_bands(SLOPE, 2))


def test_a_step_in_the_spectrum_lifts_coarse_structure() -> None:
    canvas = after(PLAIN._replace(basis=make_basis("fourier", False, SIZE, START.device)))
    spectrum = torch.fft.rfft2(SLOPE) * spectrum_weights(SIZE).square()
    lifted = torch.fft.irfft2(spectrum, s=SIZE)
    torch.testing.assert_close(canvas, START + 0.01 * unit(lifted), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("jitter", [0, 5])
def test_adam_on_pixels(jitter: int) -> None:
    """With an objective that is the same everywhere, jitter changes nothing: moments stay put."""
    values = START.clone().requires_grad_(True)
    theirs = torch.optim.Adam([values], lr=0.004, maximize=True)
    ours = START.clone()
    step = Step(0.004, jitter, "std", 0.0, adam=Adam())
    generator = torch.Generator().manual_seed(3)
    weights = torch.tensor([1.0, -2.0, 0.5]).view(1, 3, 1, 1)
    for _ in range(4):
        theirs.zero_grad()
        (values.pow(3) * weights).sum().backward()
        theirs.step()
        ascend(ours, START, lambda c: (c.pow(3) * weights).sum(), step, generator)
    torch.testing.assert_close(ours, values.detach())


def test_adam_on_the_spectrum() -> None:
    """As PyTorch's Adam with the spectrum itself as what it optimises."""
    spectrum = torch.zeros(1, 3, SIZE[0], SIZE[1] // 2 + 1, 2, requires_grad=True)
    theirs = torch.optim.Adam([spectrum], lr=0.002, maximize=True)
    weights = spectrum_weights(SIZE)

    def shown() -> Tensor:
        return START + torch.fft.irfft2(
            torch.view_as_complex(spectrum) * weights, s=SIZE, norm="ortho"
        )

    def curved(canvas: Tensor) -> Tensor:
        return (canvas * SLOPE).sum() + 3 * canvas.square().sum()

    basis = make_basis("fourier", False, SIZE, START.device)
    step = Step(0.002, 0, "std", 0.0, basis=basis, adam=Adam())
    ours = START.clone()
    for _ in range(4):
        theirs.zero_grad()
        curved(shown()).backward()
        theirs.step()
        ascend(ours, START, curved, step, torch.Generator())
    # What has no effect on the canvas has no gradient but its rounding, of which Adam makes steps.
    torch.testing.assert_close(ours, shown().detach(), atol=1e-4, rtol=0)
    assert float((ours - START).abs().mean()) > 0.003


def test_decorrelated_steps_are_mostly_light_and_dark() -> None:
    canvas = after(PLAIN._replace(basis=make_basis("pixels", True, SIZE, START.device)))
    change = canvas - START
    grey = change.mean(1, keepdim=True)
    assert float(grey.var() / change.var()) > 0.7
    assert float(SLOPE.mean(1).var() / SLOPE.var()) < 0.5


def test_what_follows_a_step_comes_in_order() -> None:
    base = torch.full_like(START, 0.3)
    canvas = START.clone()
    step = Step(0.01, 0, "std", 0.2, variation=0.5, decay=0.1, blur=0.8)
    ascend(canvas, base, linear, step, torch.Generator())
    expected = START + 0.01 * unit(SLOPE)
    expected += 0.2 * (base - expected)
    lessen_variation(expected, 0.005)
    expected = 0.5 + 0.9 * (expected - 0.5)
    torch.testing.assert_close(canvas, blur(expected, 0.8))


def test_above_its_limit_the_objective_is_left_alone() -> None:
    canvas = START.clone()
    level = float(linear(START))
    for limit, outcome in ((abs(level) + 1, Outcome.MOVED), (1e-9, Outcome.LIMIT)):
        before = canvas.clone()
        step = PLAIN._replace(limit=limit)
        found = ascend(canvas, START, lambda c: linear(c).abs(), step, torch.Generator())
        assert found is outcome
        assert torch.equal(canvas, before) is (outcome is Outcome.LIMIT)


def test_random_views_turn_and_scale_what_the_objective_sees() -> None:
    """With an even slope every step is even, inside the part that is always in sight."""
    seen: list[Tensor] = []

    def objective(canvas: Tensor) -> Tensor:
        seen.append(canvas.detach().clone())
        return canvas.sum() + linear(canvas) * 1e-6

    generator = torch.Generator().manual_seed(0)
    step = Step(0.01, 0, "mean-abs", 0.0, scaling=0.1, turning=10)
    for _ in range(3):
        canvas = START.clone()
        ascend(canvas, START, objective, step, generator)
        middle = (canvas - START)[..., 5:-5, 5:-5]
        assert float(middle.std() / middle.mean()) < 0.01
    assert not torch.equal(seen[0], START)
    assert not torch.equal(seen[0], seen[1])


def test_what_a_random_view_shows_grows_where_it_belongs() -> None:
    step = PLAIN._replace(scaling=0.2, turning=90)
    generator = torch.Generator().manual_seed(4)
    torch.randint(0, 1, (2,), generator=generator)  # The shift is drawn first.
    turned_back = random_view(0.2, 90, generator).back(SLOPE)
    torch.testing.assert_close(after(step, seed=4), START + 0.01 * unit(turned_back))
