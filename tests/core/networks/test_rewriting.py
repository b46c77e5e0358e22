"""What a graph becomes; that it still gives the same is tests/core/networks/test_graphs.py's."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import fx

from core.networks.catalogue import build, derived_record
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
