"""Decay towards grey."""

from __future__ import annotations

import torch

from core.priors.decay import fade


def test_every_pixel_loses_its_share_of_the_distance_from_grey() -> None:
    canvas = torch.tensor([0.0, 0.25, 0.5, 1.0])
    fade(canvas, 0.2)
    torch.testing.assert_close(canvas, torch.tensor([0.1, 0.3, 0.5, 0.9]))
