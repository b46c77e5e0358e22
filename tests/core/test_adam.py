"""Adam against PyTorch's own."""

from __future__ import annotations

import pytest
import torch

from core.adam import Adam


def gradients() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(8)
    return [torch.randn(3, 7, generator=generator) for _ in range(6)]


def test_the_steps_of_adam() -> None:
    values = torch.zeros(3, 7, requires_grad=True)
    theirs = torch.optim.Adam([values], lr=0.03, maximize=True)
    adam, ours = Adam(), torch.zeros(3, 7)
    for number, gradient in enumerate(gradients(), start=1):
        values.grad = gradient / number
        theirs.step()
        ours += 0.03 * adam.direction(gradient, 1 / number)
        torch.testing.assert_close(ours, values.detach())


@pytest.mark.parametrize("factor", [1e-35, 1e35])
def test_the_scale_of_the_objective_does_not_matter(factor: float) -> None:
    plain, scaled = Adam(), Adam()
    for gradient in gradients():
        peak = float(gradient.abs().max())
        direction = plain.direction(gradient / peak, peak)
        assert torch.equal(scaled.direction(gradient / peak, peak * factor), direction)
