"""First convolutions over blocks of 2x2 pixels are those over pixels."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from core.networks.catalogue import build, derived_record
from core.networks.stems import BlockConv, pays
from core.networks.torchvision_networks import TorchvisionNetwork
from core.networks.vision import models


@pytest.mark.parametrize(("kernel", "padding"), [(7, 3), (5, 2), (7, 2), (6, 1), (5, 0)])
@pytest.mark.parametrize("size", [(32, 48), (33, 47), (31, 32)])
def test_the_same_numbers_forward_and_backward(
    kernel: int, padding: int, size: tuple[int, int]
) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        conv = nn.Conv2d(3, 8, kernel, 2, padding).double().requires_grad_(False)
        picture = torch.rand(1, 3, *size, dtype=torch.float64, requires_grad=True)
    assert pays(conv)
    wanted, got = conv(picture), BlockConv(conv)(picture)
    torch.testing.assert_close(got, wanted, rtol=1e-12, atol=1e-12)
    weights = torch.linspace(-1, 1, wanted.numel(), dtype=torch.float64).view(wanted.shape)
    gradients = [
        torch.autograd.grad((values * weights).sum(), picture)[0] for values in (got, wanted)
    ]
    torch.testing.assert_close(*gradients, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv2d(3, 8, 3, 2),
        nn.Conv2d(64, 8, 7, 2),
        nn.Conv2d(3, 8, 7, 1),
        nn.Conv2d(3, 9, 7, 2, groups=3),
        nn.Conv2d(3, 8, 7, 2, dilation=2),
        nn.Conv2d(3, 8, 7, 2, padding="valid"),
        nn.Conv2d(3, 8, 7, 2, padding=3, padding_mode="reflect"),
        nn.ReLU(),
    ],
    ids=str,
)
def test_others_are_left_alone(conv: nn.Module) -> None:
    assert not pays(conv)


def test_networks_use_it() -> None:
    """GoogLeNet's first layer is the published one, through a convolution over blocks."""
    with torch.random.fork_rng():
        torch.manual_seed(2)
        plain = build("googlenet").eval().requires_grad_(False)
    canvas = torch.rand(1, 3, 50, 67, generator=torch.Generator().manual_seed(3))
    record = derived_record("googlenet")
    mean = torch.tensor(record.mean).view(1, 3, 1, 1)
    deviation = torch.tensor(record.deviation).view(1, 3, 1, 1)
    assert isinstance(plain, models.GoogLeNet)
    wanted = plain.conv1((canvas - mean) / deviation)
    network = TorchvisionNetwork(record, plain)
    got = network.features(canvas, ["conv1"])["conv1"]
    torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-5)
    (extractor,) = network._extractors.values()
    assert [part for part in extractor.modules() if isinstance(part, BlockConv)]
    assert not [part for part in extractor.modules() if isinstance(part, nn.Conv2d)]
