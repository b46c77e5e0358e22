"""Names of layers and concepts: what is taken, and what a mistake is answered with."""

from __future__ import annotations

import pytest

from core.errors import ConceptUnknown, LayerUnknown
from core.networks.base import matching_concepts, split_pre
from tests.core.tiny_network import TinyNetwork


class Knowing(TinyNetwork):
    """Knows cats, and more dogs than a sentence can hold."""

    def __init__(self) -> None:
        super().__init__()
        self.concepts = ("tabby", "tiger cat", "Egyptian cat", *(f"dog {i}" for i in range(25)))


def hint_for(name: str) -> str:
    with pytest.raises(ConceptUnknown, match="Tiny knows no concept named") as caught:
        Knowing().concept_index(name)
    return caught.value.hint


def test_a_concept_is_found_by_its_whole_name_whatever_its_capitals() -> None:
    assert Knowing().concept_index(" egyptian CAT ") == 2


def test_a_part_of_a_name_is_answered_with_the_names_it_is_in() -> None:
    assert hint_for("Cat") == "It knows: tiger cat, Egyptian cat."
    assert hint_for("dog").endswith("dog 19, and 5 more.")
    assert hint_for("tabbi") == "Did you mean tabby?"
    assert hint_for("").startswith("It knows, for example: tabby, tiger cat,")


def test_matching_concepts_keep_their_channels() -> None:
    assert matching_concepts(("tabby", "tiger cat", "Egyptian cat"), "CAT") == {
        1: "tiger cat",
        2: "Egyptian cat",
    }


def test_every_layer_can_be_asked_for_before_its_relu() -> None:
    assert TinyNetwork().require_layer("low/pre") == "low/pre"
    assert split_pre("layer3.5/pre") == ("layer3.5", True)
    assert split_pre("layer3.5") == ("layer3.5", False)
    for name in ("middle", "middle/pre", "/pre", "low/pre/pre"):
        with pytest.raises(LayerUnknown, match="Tiny has no layer named") as caught:
            TinyNetwork().require_layer(name)
        assert "networks list tiny" in caught.value.hint
