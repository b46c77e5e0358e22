"""torchvision's classifiers without a record of our own: what is derived, and who is refused."""

from __future__ import annotations

import pytest
import torch
from torchvision import models

from core.errors import SettingError
from core.networks import catalogue, graphs
from core.networks.catalogue import architecture, derived_record, skeleton
from core.networks.records import RECORDS, TORCHVISION_LICENCE

# One of each family, with what is recommended: the last block of cells 16 pixels apart.
FAMILIES = {
    "convnext_tiny": "features.5",
    "densenet121": "features.denseblock3",
    "efficientnet_b0": "features.5",
    "mnasnet0_5": "layers.11",
    "mobilenet_v2": "features.13",
    "mobilenet_v3_small": "features.8",
    "regnet_y_400mf": "trunk_output.block3",
    "resnet18": "layer3",
    "shufflenet_v2_x0_5": "stage3",
    "squeezenet1_0": "features",
    "vgg13_bn": "relu5_2",
}


@pytest.mark.parametrize("name", FAMILIES)
def test_any_convolutional_classifier_dreams_at_its_smallest_side(name: str) -> None:
    record = derived_record(name)
    assert record.layers == FAMILIES[name]
    side = record.minimum_side
    assert 17 <= side <= 33
    layers = [record.layers, f"{record.layers}/pre", record.concept_layer]
    part = graphs.cut(skeleton(name), architecture(name), layers, {})
    for height, width in ((side, side), (64, 91)):
        got = part(torch.empty(1, 3, height, width, device="meta"))
        assert got[record.layers].dim() == 4
        assert got[record.layers].shape == got[f"{record.layers}/pre"].shape
        assert got[record.concept_layer].shape[1] == len(catalogue.concepts(name)) == 1000


@pytest.mark.slow
def test_a_record_says_what_torchvision_publishes() -> None:
    record = derived_record("efficientnet_v2_l")
    published = models.EfficientNet_V2_L_Weights.IMAGENET1K_V1
    assert (record.name, record.title) == ("efficientnet_v2_l", "EfficientNet_V2_L")
    assert record.url == published.url
    assert record.sha256 == "59c71312"
    assert round(record.size / 2**20, 3) == published.meta["_file_size"]
    assert (record.mean, record.deviation) == ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
    assert record.licence == TORCHVISION_LICENCE
    assert record.minimum_side == 33


def test_weights_of_other_terms_say_so() -> None:
    assert "SWAG" in derived_record("regnet_y_128gf").licence


def test_the_hash_is_read_from_names_with_dots() -> None:
    assert derived_record("mnasnet0_5").sha256 == "3ffadce67e"


def test_records_of_our_own_differ_in_what_was_chosen_alone() -> None:
    for name in RECORDS:
        if name != "built-in":
            record, derived = RECORDS[name], derived_record(name)
            assert (record.url, record.sha256) == (derived.url, derived.sha256)
            assert 0 <= record.size - derived.size <= 1100


@pytest.mark.parametrize(
    ("name", "sentence", "hint"),
    [
        ("vit_b_16", "“vit_b_16” takes pictures of one size only", "resnet101"),
        ("maxvit_t", "“maxvit_t” takes pictures of one size only", "resnet101"),
        ("swin_t", "“swin_t” sees by attention, not by convolution", "resnet101"),
        ("swin_v2_t", "“swin_v2_t” sees by attention, not by convolution", "resnet101"),
        ("fcn_resnet50", "“fcn_resnet50” is no plain classifier of pictures", "resnet101"),
        ("resnet_50", "There is no network named “resnet_50”", "Did you mean resnet50?"),
        ("../secret", "There is no network named “../secret”", "built-in"),
    ],
)
def test_what_cannot_dream_is_refused_with_a_sentence(name: str, sentence: str, hint: str) -> None:
    with pytest.raises(SettingError) as caught:
        derived_record(name)
    assert sentence in caught.value.message
    assert hint in caught.value.hint


def test_vggs_layers_have_the_names_of_its_paper() -> None:
    for name, pairs in (
        ("vgg16", {"conv1_1": 0, "relu4_3": 22, "pool5": 30}),
        ("vgg19_bn", {"conv1_1": 0, "relu5_4": 51, "pool5": 52}),
    ):
        layers = architecture(name).layers
        order = list(layers)
        for paper, number in pairs.items():
            assert layers[paper] is layers[f"features.{number}"]
            assert order.index(paper) == order.index(f"features.{number}") + 1


def test_a_skeleton_costs_no_memory_and_draws_no_numbers() -> None:
    state = torch.get_rng_state()
    tensors = skeleton("regnet_y_400mf").state_dict().values()
    assert {tensor.device.type for tensor in tensors} == {"meta"}
    assert torch.equal(torch.get_rng_state(), state)
