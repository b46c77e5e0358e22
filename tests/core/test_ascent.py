"""One step: direction, size, jitter, range, and what makes no step."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from core.ascent import Step, ascend

SLOPE = torch.linspace(-1, 3, 3 * 12 * 10).view(1, 3, 12, 10)


def linear(canvas: Tensor) -> Tensor:
    return (canvas * SLOPE).sum()


def grey() -> Tensor:
    return torch.full((1, 3, 12, 10), 0.5)


@pytest.mark.parametrize("normalisation", ["mean-abs", "std"])
@pytest.mark.parametrize("factor", [1.0, 1e-30, 1e30])
def test_a_step_is_the_gradient_over_its_own_size(normalisation: str, factor: float) -> None:
    canvas, step = grey(), Step(0.01, 0, normalisation, 0.0)
    assert ascend(canvas, grey(), lambda c: linear(c) * factor, step, torch.Generator())
    scale = SLOPE.abs().mean() if normalisation == "mean-abs" else SLOPE.std(correction=0)
    torch.testing.assert_close(canvas, grey() + 0.01 * SLOPE / scale)


def test_jitter_rolls_there_and_back() -> None:
    """With an objective that is the same everywhere, jitter moves nothing; its draws are seeded."""
    weights = torch.randn(3, generator=torch.Generator().manual_seed(0)).view(1, 3, 1, 1)
    start = torch.rand(1, 3, 12, 10, generator=torch.Generator().manual_seed(3))
    results = []
    for jitter in (0, 32):
        canvas = start.clone()
        step = Step(0.01, jitter, "mean-abs", 0.0)
        generator = torch.Generator().manual_seed(5)
        ascend(canvas, start, lambda c: (c.square() * weights).sum(), step, generator)
        results.append(canvas)
    torch.testing.assert_close(results[0], results[1])


def test_jitter_shifts_what_the_objective_sees() -> None:
    seen: list[Tensor] = []

    def objective(canvas: Tensor) -> Tensor:
        seen.append(canvas.detach().clone())
        return linear(canvas)

    start = torch.rand(1, 3, 12, 10, generator=torch.Generator().manual_seed(3))
    generator = torch.Generator().manual_seed(1)
    for _ in range(20):
        ascend(start.clone(), start, objective, Step(0.01, 3, "std", 0.0), generator)
    shifts = set()
    for canvas in seen:
        for dy in range(-3, 4):
            for dx in range(-3, 4):
                if torch.equal(torch.roll(start, (dy, dx), (-2, -1)), canvas):
                    shifts.add((dy, dx))
    assert len(shifts) > 8, "random shifts within the limit, both axes"


def test_pull_draws_back_towards_the_base() -> None:
    base = torch.full((1, 3, 12, 10), 0.3)
    plain, pulled = grey(), grey()
    ascend(plain, base, linear, Step(0.01, 0, "std", 0.0), torch.Generator())
    ascend(pulled, base, linear, Step(0.01, 0, "std", 0.25), torch.Generator())
    torch.testing.assert_close(pulled, plain + 0.25 * (base - plain))


def test_without_clipping_the_canvas_goes_where_the_steps_go() -> None:
    canvas, step = grey(), Step(1.0, 0, "mean-abs", 0.0, clip=False)
    ascend(canvas, grey(), linear, step, torch.Generator())
    torch.testing.assert_close(canvas, grey() + SLOPE / SLOPE.abs().mean())


def test_the_canvas_stays_in_range() -> None:
    canvas = grey()
    ascend(canvas, grey(), linear, Step(100.0, 0, "std", 0.0), torch.Generator())
    assert float(canvas.min()) == 0
    assert float(canvas.max()) == 1


@pytest.mark.parametrize("factor", [0.0, float("nan"), float("inf")])
def test_no_gradient_no_step(factor: float) -> None:
    canvas = grey()
    step = Step(0.01, 4, "std", 0.5)
    moved = ascend(canvas, grey() * 0, lambda c: linear(c) * factor, step, torch.Generator())
    assert not moved
    assert torch.equal(canvas, grey())
