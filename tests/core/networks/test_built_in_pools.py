"""The built-in network's pooling is what it says, forward and back."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.networks import built_in_pools
from core.networks.built_in_pools import BlurPool, MeanPool

SIZES = [(16, 12), (16, 13), (15, 12), (9, 7), (2, 3), (3, 2)]
# Rounding to 8 bits of what is about 1 large.
ROUNDED = 0.02


@pytest.fixture(params=[1, 1_000_000], ids=["large maps", "small maps"])
def smallest(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of the ways in which means are taken."""
    monkeypatch.setattr(built_in_pools, "_SMALLEST", request.param)


def there_and_back(pool: nn.Module, values: Tensor) -> tuple[Tensor, Tensor]:
    """The outcome, and the gradient of a weighted sum of it."""
    leaf = values.clone(memory_format=torch.channels_last).requires_grad_(True)
    pooled = pool(leaf)
    assert pooled.dtype == values.dtype
    weights = torch.linspace(-1, 1, pooled.numel(), dtype=torch.float64).view(pooled.shape)
    return pooled.detach(), torch.autograd.grad(pooled, leaf, weights.to(values.dtype))[0]


class Blur(nn.Module):
    """A blur of 1, 3, 3, 1 each way, of which every other place is kept."""

    def forward(self, values: Tensor) -> Tensor:
        line = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=values.dtype) / 8
        padded = F.pad(values, (1, 1, 1, 1), mode="replicate")
        return (padded.unfold(2, 4, 2) @ line).unfold(3, 4, 2) @ line


class Mean(nn.Module):
    def forward(self, values: Tensor) -> Tensor:
        return F.avg_pool2d(values, 3, 1, 1, count_include_pad=False)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.usefixtures("smallest")
@pytest.mark.parametrize(("pool", "plain"), [(BlurPool(5), Blur()), (MeanPool(), Mean())])
def test_forward_and_back_as_it_is_defined(
    pool: nn.Module, plain: nn.Module, size: tuple[int, int]
) -> None:
    values = torch.randn(2, 5, *size, generator=torch.Generator().manual_seed(1)).double()
    got, wanted = there_and_back(pool, values), there_and_back(plain, values)
    torch.testing.assert_close(got, wanted, atol=1e-12, rtol=1e-12)
    with torch.no_grad():
        torch.testing.assert_close(pool(values), wanted[0], atol=1e-12, rtol=1e-12)
    rounded = there_and_back(pool, values.bfloat16())
    torch.testing.assert_close(
        [part.double() for part in rounded], list(wanted), atol=ROUNDED, rtol=ROUNDED
    )


@pytest.mark.usefixtures("smallest")
def test_in_16_bits_an_even_surface_stays_as_bright() -> None:
    even = torch.full((1, 5, 12, 10), 0.7265625, dtype=torch.bfloat16)
    for pool in (BlurPool(5), MeanPool()):
        pooled, _ = there_and_back(pool, even)
        assert set(pooled[..., 1:-1, 1:-1].flatten().tolist()) == {0.7265625}
