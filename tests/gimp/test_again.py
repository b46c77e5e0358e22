"""Deep Dream Again, and guided dreams, by a script in a real GIMP."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from core.networks.registry import weights_sha256
from core.settings import parse, values_of
from core.version import VERSION
from tests.gimp.conftest import Installed
from tests.gimp.states import differences
from tests.gimp.test_dreams import samples

# GIMP converts linear light to what the core takes as it feels at the moment: the last bit of its
# floats changes from one run to the next, and with it, a little, the dream.
LINEAR = "rgba-float-linear"
KINDS = ("rgba-u16", LINEAR, "grey-u8", "rgba-u8-adobe")
AGAINS = ["thrice", *(f"again {kind}" for kind in KINDS)]
REPEATED = ("guide part", "guide masked", "guide beside", "guide kept by GIMP 2.10")
GUIDED = [
    "guide whole",
    "guide part",
    "guide part, the rest changed",
    "guide other part",
    "guide masked",
    "guide beside",
    "guide in a sum",
]
SETTINGS = {"octaves": 2, "iterations": 2, "working-size": 128, "seed": 3}
SAME = ("size", "format", "digest", "shows mask", "mode", "opacity", "visible")


@pytest.fixture(scope="module")
def seen(installed: Installed) -> dict[str, Any]:
    """What inside/agains.py saw."""
    return installed.gimp.run_batch(installed.profile, "agains", kinds=list(KINDS))


def made(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The dreams, the first one first."""
    return facts["made"]


def unlike(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Where two dreams differ in what makes them a dream: neither name nor place."""
    return differences(essence(one), essence(other))


def essence(facts: dict[str, Any]) -> dict[str, Any]:
    record = {name: value for name, value in facts["record"].items() if name != "layer"}
    seen = record | {"place": facts["record"]["layer"]["source"]["place"]}
    mask = facts["mask"] and facts["mask"]["digest"]
    return {**{key: facts[key] for key in SAME}, "mask": mask, "record": seen}


@pytest.mark.parametrize("name", AGAINS)
def test_a_dream_is_kept_with_all_that_made_it(seen: dict[str, Any], name: str) -> None:
    record = made(seen[name])[0]["record"]
    assert record["settings"] == values_of(parse(SETTINGS))
    assert record["weights"] == weights_sha256("built-in")
    assert record["version"] == VERSION
    assert re.fullmatch(r"\d+\.\d+.*", record["pytorch"])
    assert record["device"], record["precision"]
    assert record["layer"]["source"]["name"] == "Photo"
    assert record["layer"]["guide"] is None


@pytest.mark.parametrize("name", AGAINS)
def test_again_is_the_same_to_the_byte_without_its_selection(
    seen: dict[str, Any], name: str
) -> None:
    first, *others = made(seen[name])
    for other in others:
        if name == f"again {LINEAR}":
            apart = np.abs(samples(first) - samples(other))
            assert np.quantile(apart, 0.99) < 1e-3
            other = {**other, "digest": first["digest"]}
        assert unlike(first, other) == []
        assert (other["offset"], other["parent"]) == (first["offset"], "Group")


def test_the_new_layer_comes_above_the_dream_and_is_selected(seen: dict[str, Any]) -> None:
    first, second, third = (layer["name"] for layer in made(seen["thrice"]))
    among = made(seen["thrice"])[2]["among"]
    assert among == ["Group", "Above", third, second, first, "Photo", "Below", "Background"]
    assert seen["thrice"]["selected"] == [third]


def test_it_survives_a_file_and_a_copy_of_the_image_and_so_does_again(
    seen: dict[str, Any],
) -> None:
    first, *others = made(seen["from_a_file"])
    assert len(others) == 4
    for other in others:
        assert unlike(first, other) == []


def test_renamed_and_moved_sources_are_found_and_a_painted_mask_is_kept(
    seen: dict[str, Any],
) -> None:
    first, painted, again = made(seen["changed"])
    assert first["mask"]["digest"] != painted["mask"]["digest"]
    assert unlike(painted, again) == []
    assert again["digest"] == first["digest"]
    assert samples(again["mask"], 1)[3, 40] == pytest.approx(40 / 255, abs=1e-3)
    assert (first["name"], again["name"]) == ("Deep Dream (Photo)", "Deep Dream (Portrait)")
    left, top = first["offset"]
    # From where inside/pictures.py has put it to (11, 40).
    assert again["offset"] == [left + 11 - 31, top + 40 - 17]
    assert again["parent"] is None
    assert again["among"][:2] == [again["name"], first["name"]]


def test_with_another_layer_selected_that_one_gets_the_settings(seen: dict[str, Any]) -> None:
    again, direct = made(seen["on_another"])
    assert unlike(again, direct) == []
    assert (again["offset"], again["size"]) == ([20, 30], [70, 50])
    assert again["name"] == "Dream of owl (Background)"
    assert again["parent"] is None


@pytest.mark.parametrize("name", GUIDED)
def test_a_guided_dream_keeps_what_was_looked_at(seen: dict[str, Any], name: str) -> None:
    record = made(seen[name])[0]["record"]
    assert re.fullmatch("[0-9a-f]{64}", record["guide"])
    assert record["layer"]["guide"]["place"][2] > 0


@pytest.mark.parametrize("name", REPEATED)
def test_a_guided_dream_again_is_the_same_without_the_guides_selection(
    seen: dict[str, Any], name: str
) -> None:
    assert unlike(*made(seen[name])) == []


def test_the_guide_decides_what_grows(seen: dict[str, Any]) -> None:
    beside, alone, mixed = (
        samples(made(seen[name])[0]) for name in ("guide beside", "no guide", "guide in a sum")
    )
    assert np.abs(beside - alone)[..., :3].mean() > 0.01
    assert np.abs(mixed - alone)[..., :3].mean() > 0.001
    assert made(seen["no guide"])[0]["record"]["guide"] == ""
    assert made(seen["guide beside"])[0]["name"] == "Guided dream (Photo)"


def test_a_file_guides_as_a_layer_that_shows_the_same(seen: dict[str, Any]) -> None:
    by_file, by_layer = made(seen["guide file and layer"])
    assert by_file["digest"] == by_layer["digest"]
    assert by_file["record"]["guide"] == by_layer["record"]["guide"]
    # Its folder is nobody's business whom the image is given to.
    assert by_file["record"]["layer"]["guide"] == {"file": "petals.png"}
    assert seen["images left open"] == 0


@pytest.mark.parametrize("name", ["guide file", "guide file beside"])
def test_a_dream_guided_by_a_file_again_is_the_same(seen: dict[str, Any], name: str) -> None:
    assert unlike(*made(seen[name])) == []


def test_a_selection_in_its_image_and_its_mask_limit_the_guide(seen: dict[str, Any]) -> None:
    digests = {name: made(seen[name])[0]["digest"] for name in GUIDED[:5]}
    part = digests.pop("guide part, the rest changed")
    assert part == digests["guide part"]
    assert len(set(digests.values())) == len(digests)
