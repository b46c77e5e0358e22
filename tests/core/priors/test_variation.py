"""Total variation against the gradient of its formula."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from core.priors.variation import lessen_variation


def canvas() -> Tensor:
    return torch.rand(1, 3, 9, 12, generator=torch.Generator().manual_seed(6))


def variation(picture: Tensor, floor: float, wrap: bool) -> Tensor:
    """The sum over places of the root of the squared differences to the right and below."""
    total = torch.zeros((), dtype=picture.dtype)
    height, width = picture.shape[-2:]
    for y in range(height):
        for x in range(width):
            here = picture[..., y, x]
            right = below = torch.zeros_like(here)
            if wrap or x + 1 < width:
                right = picture[..., y, (x + 1) % width] - here
            if wrap or y + 1 < height:
                below = picture[..., (y + 1) % height, x] - here
            total = total + (right**2 + below**2 + floor**2).sqrt().sum()
    return total


@pytest.mark.parametrize("wrap", [False, True])
def test_a_step_down_the_slope_of_the_formula(wrap: bool) -> None:
    amount = 0.003
    exact = canvas().double().requires_grad_(True)
    (slope,) = torch.autograd.grad(variation(exact, 8 * amount, wrap), exact)
    lessened = canvas()
    lessen_variation(lessened, amount, wrap)
    torch.testing.assert_close(lessened, (exact - amount * slope).detach().float())


@pytest.mark.parametrize("amount", [1e-4, 0.01, 1.0])
def test_it_never_overshoots(amount: float) -> None:
    board = (torch.arange(10)[:, None] + torch.arange(8)).remainder(2).float().expand(1, 3, 10, 8)
    board = board.clone()
    before = variation(board, 0, False)
    for _ in range(30):
        lessen_variation(board, amount)
        assert float(board.min()) >= -1e-6
        assert float(board.max()) <= 1 + 1e-6
        after = variation(board, 0, False)
        assert float(after) <= float(before) + 1e-4
        before = after


def test_noise_goes_and_edges_stay() -> None:
    step = (torch.arange(32) >= 16).float().expand(1, 3, 32, 32) * 0.6 + 0.2
    noise = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(6)) * 0.03
    picture = step + noise
    for _ in range(40):
        lessen_variation(picture, 0.002)
    flat = picture[..., :, 2:12]
    assert float(flat.std()) < 0.01
    edge = picture[..., 16].mean() - picture[..., 15].mean()
    assert float(edge) > 0.5
