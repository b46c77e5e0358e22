"""What a graph becomes; that it still gives the same is tests/core/networks/test_graphs.py's."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, fx, nn
from torchvision.transforms.functional import normalize

from core.networks.catalogue import build, derived_record
from core.networks.rewriting import rewrite
from core.networks.torchvision_networks import TorchvisionNetwork

CANVAS = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(3))


@pytest.fixture(scope="module")
def googlenet() -> TorchvisionNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(4)
        return TorchvisionNetwork(derived_record("googlenet"), build("googlenet"))


def graph(network: TorchvisionNetwork, *layers: str) -> list[fx.Node]:
    network.features(CANVAS, layers)
    return list(network._extractors[frozenset(layers)].graph.nodes)


def relus_before_pools(nodes: list[fx.Node]) -> int:
    """How many values go through a ReLU only for the most of them to be thrown away."""
    pools = [node for node in nodes if node.name.startswith("maxpool")]
    sources = [node for pool in pools for node in pool.all_input_nodes]
    sources += [node for cat in sources for node in cat.all_input_nodes if cat.target is torch.cat]
    return sum(node.target is F.relu for node in sources)


def test_the_maximum_is_taken_before_the_relu(googlenet: TorchvisionNetwork) -> None:
    whole = graph(googlenet, "inception4a")
    assert relus_before_pools(whole) == 0
    # The stem's two pools, and that behind two blocks of four branches, whose ReLUs are one now.
    assert sum(node.target is F.relu for node in whole) == 3 + 2 * 6 + 6 - 3


def test_the_relu_stays_before_the_maximum_where_it_is_asked_for(
    googlenet: TorchvisionNetwork,
) -> None:
    wanted = googlenet.features(CANVAS, ["conv3"])["conv3"]
    both = googlenet.features(CANVAS, ["conv3", "maxpool2"])
    assert torch.equal(both["conv3"], wanted)
    assert torch.equal(both["maxpool2"], F.max_pool2d(wanted, 3, 2, ceil_mode=True))
    assert relus_before_pools(graph(googlenet, "conv3", "maxpool2")) == 1


def test_means_are_taken_behind_convolutions_that_leave_fewer_channels() -> None:
    """At the picture's border too, where means count zeros and biases must not."""
    with torch.random.fork_rng():
        torch.manual_seed(5)
        module = build("inception_v3").eval().requires_grad_(False).double()
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.bias.uniform_(-0.5, 0.5)
        canvas = torch.rand(1, 3, 80, 96, dtype=torch.float64)
    kept: list[Tensor] = []
    hook = module.get_submodule("Mixed_5b.branch_pool").register_forward_hook(
        lambda _module, _given, output: kept.append(output.clone())
    )
    record = derived_record("inception_v3")
    module(normalize(canvas, list(record.mean), list(record.deviation)))
    hook.remove()
    network = TorchvisionNetwork(record, module).to(canvas.device, torch.float64)
    got = network.features(canvas, ["Mixed_5b"])["Mixed_5b"][:, -kept[0].shape[1] :]
    torch.testing.assert_close(got, kept[0])
    nodes = network._extractors[frozenset(["Mixed_5b"])].graph.nodes
    means = [node for node in nodes if node.target is F.avg_pool2d]
    assert [node.all_input_nodes[0].target for node in means] == ["Mixed_5b.branch_pool.conv"]


class _TwicePooled(nn.Module):
    """One convolution behind a mean, and the same one without."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(3, 1, 1)
        self.conv = nn.Conv2d(8, 2, 1)

    def forward(self, values: Tensor) -> Tensor:
        return self.conv(self.pool(values)) + self.conv(values)


def test_a_convolution_that_is_called_at_two_places_keeps_its_bias() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(6)
        module = _TwicePooled().eval().requires_grad_(False)
        values = torch.rand(1, 8, 9, 7)
    wanted = module(values)
    rewritten = fx.symbolic_trace(module)
    rewrite(rewritten, {})
    rewritten.recompile()
    torch.testing.assert_close(rewritten(values), wanted)
