"""Random views: what they show, and the gradient back from them."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from core.priors.transforms import View, random_view


def smooth_canvas(seed: int, height: int = 60, width: int = 80) -> Tensor:
    coarse = torch.rand(1, 3, 6, 8, generator=torch.Generator().manual_seed(seed))
    return F.interpolate(coarse, size=(height, width), mode="bicubic")


def test_a_quarter_turn_is_a_quarter_turn_there_and_back() -> None:
    canvas = torch.rand(1, 3, 9, 9, generator=torch.Generator().manual_seed(1))
    view = View(1.0, math.pi / 2)
    turned = torch.rot90(canvas, -1, (-2, -1))
    torch.testing.assert_close(view.of(canvas), turned, atol=1e-5, rtol=0)
    torch.testing.assert_close(view.back(turned), canvas, atol=1e-5, rtol=0)


def test_twice_as_large_shows_the_middle_half() -> None:
    canvas = torch.rand(1, 3, 16, 24, generator=torch.Generator().manual_seed(1))
    enlarged = F.interpolate(canvas, scale_factor=2, mode="bilinear", align_corners=False)
    torch.testing.assert_close(
        View(2.0, 0.0).of(canvas), enlarged[..., 8:24, 12:36], atol=1e-5, rtol=0
    )


@pytest.mark.parametrize(("scale", "degrees"), [(1.1, 10), (0.9, -10), (1.3, 140)])
def test_a_point_is_seen_where_it_is_said_to_be(scale: float, degrees: float) -> None:
    height, width = 60, 90
    canvas = torch.zeros(1, 1, height, width)
    canvas[..., 22:25, 50:53] = 1
    view = View(scale, math.radians(degrees))
    seen = view.of(canvas)[0, 0]
    across, down = view.where(height, width)(51.5 / width, 23.5 / height)
    rows = (torch.arange(height) + 0.5) / height
    columns = (torch.arange(width) + 0.5) / width
    assert across == pytest.approx(float((seen.sum(0) * columns).sum() / seen.sum()), abs=0.005)
    assert down == pytest.approx(float((seen.sum(1) * rows).sum() / seen.sum()), abs=0.005)


@pytest.mark.parametrize(("scale", "degrees"), [(1.1, 10), (0.9, -10), (1.3, 140)])
def test_the_gradient_comes_back_as_by_the_chain_rule(scale: float, degrees: float) -> None:
    view = View(scale, math.radians(degrees))
    slope = smooth_canvas(2) - 0.5
    canvas = smooth_canvas(3).requires_grad_(True)
    (exact,) = torch.autograd.grad((view.of(canvas) * slope).sum(), canvas)
    ours = view.back(slope)
    # Where mirrored edges are in sight the exact gradient counts them too; elsewhere it has the
    # ripples of interpolation, which ours has not.
    inside = (..., slice(15, -15), slice(20, -20))
    error = (ours - exact)[inside].square().mean().sqrt() / exact[inside].square().mean().sqrt()
    assert float(error) < 0.05


def test_random_views_fill_their_limits_and_no_more() -> None:
    generator = torch.Generator().manual_seed(3)
    views = [random_view(0.2, 30, generator) for _ in range(200)]
    scales = [view.scale for view in views]
    turns = [math.degrees(view.turn) for view in views]
    assert 0.8 <= min(scales) < 0.83
    assert 1.17 < max(scales) <= 1.2
    assert -30 <= min(turns) < -27
    assert 27 < max(turns) <= 30
    assert abs(sum(turns)) / 200 < 3
