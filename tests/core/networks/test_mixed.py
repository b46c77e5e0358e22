"""Networks that look exactly and go back rounded: what they give, and what that is in memory."""

from __future__ import annotations

import itertools

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn

from core.networks import graphs
from core.networks.catalogue import build, derived_record
from core.networks.mixed import mix
from core.networks.torchvision_networks import TorchvisionNetwork

CPU = torch.device("cpu")
SHORT = torch.bfloat16
pytestmark = pytest.mark.usefixtures("three_threads")
CANVAS = torch.rand(1, 3, 75, 91, generator=torch.Generator().manual_seed(1))


class _Everything(nn.Module):
    """Every operation that pairs have, and others that they have not."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 7, 2, 3)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.norm = nn.BatchNorm2d(8)
        self.left = nn.Conv2d(8, 8, 3, padding=1, groups=2)
        self.right = nn.Conv2d(8, 6, 1)
        self.mirrored = nn.Conv2d(8, 4, 3, padding=1, padding_mode="reflect")
        self.mean = nn.AvgPool2d(3, 1, 1)
        self.last = nn.Conv2d(24, 6, 3, dilation=2)
        self.again = nn.Conv2d(6, 6, 1)
        self.end = nn.Conv2d(6, 5, 1)

    def forward(self, picture: Tensor) -> Tensor:
        values = F.relu(self.pool(self.stem(picture)))
        left = F.relu(self.left(values))
        means = F.relu(self.right(F.avg_pool2d(values, 3, stride=1, padding=1)))
        others = self.mirrored(self.norm(values)).mul(0.5)
        values = torch.cat([left + values, means, self.mean(others), F.silu(others), others], 1)
        values = F.relu(self.last(torch.cat(values.chunk(2, 1), 1)[:, :24]))
        return self.end(self.again(self.again(values)) + values.shape[-1] / 50)


def extractor(dtype: torch.dtype | None, exact: tuple[str, ...]) -> fx.GraphModule:
    """The above, in float32 where `dtype` is None."""
    with torch.random.fork_rng():
        torch.manual_seed(5)
        module = _Everything().eval().requires_grad_(False)
        module.norm.bias.uniform_(-0.5, 0.5)
    graphs.refrain_from_overwriting(module)
    with torch.device("meta"):
        architecture = graphs.read(_Everything().eval())
    made = graphs.cut(module, architecture, ["end"], {})
    if dtype is not None:
        mix(made, exact, dtype, {})
    return made


def names() -> tuple[str, ...]:
    parts = _Everything().named_modules()
    return tuple(name for name, part in parts if isinstance(part, nn.Conv2d))


def outcome(part: fx.GraphModule) -> tuple[Tensor, Tensor]:
    """What it makes of the canvas, and the gradient of that, weighted."""
    leaf = CANVAS.clone().requires_grad_(True)
    (values,) = part(leaf).values()
    weights = torch.linspace(-1, 2, values.numel()).view(values.shape)
    return values, torch.autograd.grad((values.float() * weights).sum(), leaf)[0]


def cosine(one: Tensor, other: Tensor) -> float:
    return float(F.cosine_similarity(one.flatten().double(), other.flatten().double(), dim=0))


@pytest.mark.parametrize("count", range(len(names()) + 1))
def test_pairs_do_what_tensors_do(count: int) -> None:
    """In a format that rounds nothing, whatever is in pairs: values and gradients are the same."""
    values, gradient = outcome(extractor(torch.float32, names()[:count]))
    wanted, wanted_gradient = outcome(extractor(None, ()))
    torch.testing.assert_close(values, wanted)
    torch.testing.assert_close(gradient, wanted_gradient)


def test_what_is_exact_is_exact_forward_and_rounded_on_the_way_back() -> None:
    exact, exact_gradient = outcome(extractor(None, ()))
    values, gradient = outcome(extractor(SHORT, names()))
    assert values.dtype == torch.float32
    torch.testing.assert_close(values, exact)
    assert not torch.allclose(gradient, exact_gradient, rtol=1e-4)
    assert cosine(gradient, exact_gradient) > 0.999
    rounded, rounded_gradient = outcome(extractor(SHORT, ()))
    assert rounded.dtype == SHORT
    assert cosine(rounded_gradient, exact_gradient) < cosine(gradient, exact_gradient)


def test_values_without_a_gradient_are_the_same() -> None:
    part = extractor(SHORT, names()[:3])
    with torch.no_grad():
        (values,) = part(CANVAS).values()
    assert torch.equal(values, outcome(part)[0])
    assert not values.requires_grad


@pytest.fixture(scope="module")
def googlenet() -> TorchvisionNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(4)
        module = build("googlenet")
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.momentum = None
        module.train()(torch.rand(4, 3, 128, 128))
    return TorchvisionNetwork(derived_record("googlenet"), module)


def gradient_at(network: TorchvisionNetwork, layer: str) -> Tensor:
    leaf = CANVAS.clone().requires_grad_(True)
    (values,) = network.features(leaf, [layer]).values()
    return torch.autograd.grad(values.float().square().mean(), leaf)[0]


def test_the_more_is_exact_the_nearer_is_the_gradient(googlenet: TorchvisionNetwork) -> None:
    wanted = gradient_at(googlenet.to(CPU, torch.float32), "inception4a")
    counts = (0, 3, 15, googlenet.most_exact)
    found = [
        cosine(gradient_at(googlenet.to(CPU, SHORT, count), "inception4a"), wanted)
        for count in counts
    ]
    assert all(more > less + 1e-3 for less, more in itertools.pairwise(found[:3]))
    assert found[-1] > max(found[2], 0.999)


def test_layers_are_exact_up_to_where_the_network_is(googlenet: TorchvisionNetwork) -> None:
    layers = ["conv3", "conv3/pre", "inception3a.branch1", "inception3a", "inception4a"]
    exact = googlenet.to(CPU, torch.float32).features(CANVAS, layers)
    got = googlenet.to(CPU, SHORT, 4).features(CANVAS, layers)
    assert [values.dtype for values in got.values()] == 3 * [torch.float32] + 2 * [SHORT]
    for layer in layers[:3]:
        torch.testing.assert_close(got[layer], exact[layer], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("count", [0, 6, 9, 100])
def test_all_is_channels_last_in_memory(googlenet: TorchvisionNetwork, count: int) -> None:
    """As processors convolve it fastest; pooling is a hundred times slower in another."""
    googlenet.to(CPU, SHORT, count).features(CANVAS, ["inception4a"])
    (part,) = googlenet._extractors.values()
    found: dict[str, bool] = {}

    class Looking(fx.Interpreter):
        def run_node(self, n: fx.Node) -> object:
            made = super().run_node(n)
            values = getattr(made, "value", made)
            if isinstance(values, Tensor) and values.shape[1] > 3:
                found[n.name] = values.is_contiguous(memory_format=torch.channels_last)
            return made

    Looking(part).run(CANVAS.clone().requires_grad_(True))
    assert len(found) > 40
    assert [name for name, is_so in found.items() if not is_so] == []


def test_weights_are_rounded_once(googlenet: TorchvisionNetwork) -> None:
    """Batch normalisation is folded into weights as they were, not as they are when rounded."""
    exact = googlenet.to(CPU, torch.float32)
    exact.features(CANVAS, ["conv2"])
    folded = next(iter(exact._extractors.values())).get_submodule("conv2.conv").weight
    rounded = googlenet.to(CPU, SHORT)
    rounded.features(CANVAS, ["conv2"])
    used = next(iter(rounded._extractors.values())).get_submodule("conv2.conv").weight
    assert isinstance(folded, Tensor)
    assert isinstance(used, Tensor)
    assert torch.equal(used, folded.to(SHORT))
