"""Which layers a slider of depth stops at, for networks as they are."""

from __future__ import annotations

import pytest

from core.networks.registry import describe, find_record
from gimp_plugin.deep_dream.layer_stops import place_of, stops

NETWORKS = ["built-in", "googlenet", "vgg16", "resnet50", "squeezenet1_1", "alexnet", "densenet121"]


@pytest.mark.parametrize("network", NETWORKS)
def test_stops_go_from_low_to_high_and_skip_what_sees_no_places(network: str) -> None:
    layers = list(describe(network).layers)
    found = stops(network, layers)
    assert 5 <= len(found) <= 10
    assert found == sorted(found, key=layers.index)
    assert not any(word in name for name in found for word in ("fc", "classifier", "pool"))


@pytest.mark.parametrize("network", ["built-in", "googlenet", "vgg16"])
def test_what_is_recommended_is_among_them(network: str) -> None:
    record = find_record(network)
    found = stops(network, list(describe(network).layers))
    assert {*record.layers.split(","), *record.also.split(",")} - {"relu3_3"} <= set(found)


def test_a_layer_within_a_block_has_the_place_of_that_block() -> None:
    layers = list(describe("googlenet").layers)
    found = stops("googlenet", layers)
    assert place_of("inception4c.branch2.1", found, layers) == found.index("inception4c")
    assert place_of("fc", found, layers) == len(found) - 1
    assert place_of("m4c", found, layers) is None
