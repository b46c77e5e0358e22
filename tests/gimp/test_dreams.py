"""Dreams on layers of every kind, made by a script in a real GIMP."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.gimp.conftest import Installed
from tests.gimp.states import differences

# Equal samples may differ by as much: GIMP has several ways to make floats.
ROUNDING = 1e-6
# Name -> the most that a sample may be off where nothing is dreamed.
KINDS = {
    "rgb-u8": ROUNDING,
    "rgba-u8": ROUNDING,
    "rgba-u16": 1e-5,
    "rgba-float-linear": 1e-5,
    "grey-u8": ROUNDING,
    "greya-u16-linear": 2e-3,
    "rgba-u8-adobe": 1e-5,
}
# Of the image, as inside/pictures.py makes it.
LEFT, TOP, WIDTH, HEIGHT = 31, 17, 97, 71
SELECTED = [*KINDS, *(f"{kind} still" for kind in KINDS)]


@pytest.fixture(scope="module")
def seen(installed: Installed) -> dict[str, Any]:
    """What inside/dreams.py saw."""
    return installed.gimp.run_batch(installed.profile, "dreams", kinds=list(KINDS))


def samples(facts: dict[str, Any], channels: int = 4) -> NDArray[np.float32]:
    """A layer's pixels (height, width, channels), or a mask's (height, width)."""
    width, height = facts["size"]
    data = np.frombuffer(base64.b64decode(facts["samples"]), np.float32)
    return data.reshape(height, width, channels) if channels > 1 else data.reshape(height, width)


def shown(facts: dict[str, Any]) -> NDArray[np.float32]:
    """What the layer Photo showed before, without its mask."""
    data = np.frombuffer(base64.b64decode(facts["shown"]), np.float32)
    return data.reshape(HEIGHT, WIDTH, 4)


def selection(facts: dict[str, Any]) -> NDArray[np.float32]:
    """The image's selection (height, width)."""
    return samples(facts["before"]["selection"], 1)


def bounds(facts: dict[str, Any]) -> tuple[slice, slice]:
    """Rows and columns of the image that are selected and have the layer on them."""
    chosen = np.zeros((120, 160), bool)
    chosen[TOP : TOP + HEIGHT, LEFT : LEFT + WIDTH] = True
    chosen &= selection(facts) > 0
    rows, columns = np.flatnonzero(chosen.any(1)), np.flatnonzero(chosen.any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def layers(facts: dict[str, Any], when: str = "after") -> list[str]:
    return [layer["name"] for layer in facts[when]["layers"]]


def new_layer(facts: dict[str, Any]) -> dict[str, Any]:
    """The one layer that came with the dream."""
    assert facts["status"] == "success", facts["message"]
    known = layers(facts, "before")
    new = [layer for layer in facts["after"]["layers"] if layer["name"] not in known]
    assert len(new) == 1
    return new[0]


def source_part(facts: dict[str, Any]) -> NDArray[np.float32]:
    """What the source showed where the new layer is."""
    rows, columns = bounds(facts)
    part = (
        slice(rows.start - TOP, rows.stop - TOP),
        slice(columns.start - LEFT, columns.stop - LEFT),
    )
    return shown(facts)[part]


@pytest.mark.parametrize("name", SELECTED)
def test_the_layer_lies_exactly_over_the_selection(seen: dict[str, Any], name: str) -> None:
    layer = new_layer(seen[name])
    rows, columns = bounds(seen[name])
    assert layer["offset"] == [columns.start, rows.start]
    assert layer["size"] == [columns.stop - columns.start, rows.stop - rows.start]
    # The fixture's selection ends inside the layer at the right, and not at the left.
    assert columns.start == LEFT
    assert columns.stop < LEFT + WIDTH


@pytest.mark.parametrize("name", SELECTED)
def test_the_layer_is_directly_above_the_source_in_its_group(
    seen: dict[str, Any], name: str
) -> None:
    layer = new_layer(seen[name])
    assert layers(seen[name]) == ["Group", "Above", layer["name"], "Photo", "Below", "Background"]
    assert layer["parent"] == "Group"
    assert seen[name]["after"]["selected"] == [layer["name"]]
    assert (layer["mode"], layer["opacity"], layer["visible"]) == ("normal", 100.0, True)


@pytest.mark.parametrize("name", SELECTED)
def test_the_mask_is_the_selection(seen: dict[str, Any], name: str) -> None:
    mask = new_layer(seen[name])["mask"]
    expected = selection(seen[name])[bounds(seen[name])]
    assert len(np.unique(expected)) > 20, "the fixture's selection has a soft edge"
    assert np.abs(samples(mask, 1) - expected).max() <= ROUNDING
    assert new_layer(seen[name])["shows mask"]


@pytest.mark.parametrize("name", SELECTED)
def test_all_else_stays_as_it_was(seen: dict[str, Any], name: str) -> None:
    before, after = seen[name]["before"], seen[name]["after"]
    known = layers(seen[name], "before")
    others = [layer for layer in after["layers"] if layer["name"] in known]
    assert differences(before["layers"], others) == []
    for key in ("selection", "channels", "images"):
        assert differences(before[key], after[key]) == []


@pytest.mark.parametrize("name", KINDS)
def test_the_dream_fills_its_rectangle_at_full_strength(seen: dict[str, Any], name: str) -> None:
    layer = new_layer(seen[name])
    assert layer["format"] == _photo(seen[name])["format"]
    change = np.abs(samples(layer) - source_part(seen[name]))
    changed = change[..., :3].max(2) > 1e-3
    assert changed.mean() > 0.8
    outside = selection(seen[name])[bounds(seen[name])] < 0.01
    assert outside.sum() > 100
    assert changed[outside].mean() > 0.8, "the mask limits the dream, the pixels do not"
    assert change[..., :3].mean() < 0.2, "still a picture of the same thing"
    assert change[..., 3].max() <= ROUNDING


@pytest.mark.parametrize(("kind", "tolerance"), KINDS.items())
def test_a_step_of_no_size_gives_the_picture_back(
    seen: dict[str, Any], kind: str, tolerance: float
) -> None:
    facts = seen[f"{kind} still"]
    assert np.abs(samples(new_layer(facts)) - source_part(facts)).max() <= tolerance


def test_without_a_selection_the_whole_layer_is_dreamed(seen: dict[str, Any]) -> None:
    layer = new_layer(seen["whole layer"])
    assert (layer["offset"], layer["size"]) == ([LEFT, TOP], [WIDTH, HEIGHT])
    assert layer["mask"] is None


def test_the_name_says_what_was_dreamed_of_and_where(seen: dict[str, Any]) -> None:
    assert new_layer(seen["whole layer"])["name"] == "Dream of eye (Photo)"
    assert new_layer(seen["rgb-u8"])["name"] == "Deep Dream (Photo)"


def test_the_layers_own_mask_is_taken_over(seen: dict[str, Any]) -> None:
    layer = new_layer(seen["own mask"])
    own = samples(_photo(seen["own mask"])["mask"], 1)
    assert np.abs(samples(layer["mask"], 1) - own).max() <= ROUNDING
    change = np.abs(samples(layer) - shown(seen["own mask"]))
    assert change.max() <= ROUNDING, "the pixels know no mask"


def test_the_layers_own_mask_is_multiplied_into_the_selections(seen: dict[str, Any]) -> None:
    facts = seen["own mask and selection"]
    rows, columns = bounds(facts)
    own = np.zeros((120, 160), np.float32)
    own[TOP : TOP + HEIGHT, LEFT : LEFT + WIDTH] = samples(_photo(facts)["mask"], 1)
    expected = (own * selection(facts))[rows, columns]
    # Masks of 8-bit images have 256 levels.
    assert np.abs(samples(new_layer(facts)["mask"], 1) - expected).max() <= 0.5 / 255 + 1e-6


def test_a_mask_that_is_switched_off_counts_for_nothing(seen: dict[str, Any]) -> None:
    assert new_layer(seen["unused mask, blended"])["mask"] is None


def test_filters_are_part_of_what_is_dreamed(seen: dict[str, Any]) -> None:
    layer = new_layer(seen["filters"])
    # A visible filter makes the negative; the other one is hidden.
    assert np.abs(samples(layer) - source_part(seen["filters"])).max() <= 1.01 / 255
    assert layer["filters"] == []


def test_a_filter_that_grows_the_layer_shifts_nothing(seen: dict[str, Any]) -> None:
    layer = samples(new_layer(seen["filter that grows"]))
    source = source_part(seen["filter that grows"])
    opaque = source[..., 3] == 1
    assert opaque.sum() > 100, "where no shadow shines through"
    assert np.abs(layer - source)[opaque].max() <= 1.01 / 255


def test_the_sources_mode_and_opacity_are_not_taken_over(seen: dict[str, Any]) -> None:
    layer = new_layer(seen["unused mask, blended"])
    assert (layer["mode"], layer["opacity"]) == ("normal", 100.0)


def test_a_preset_is_followed(seen: dict[str, Any]) -> None:
    plain, classic = samples(new_layer(seen["rgba-u8"])), samples(new_layer(seen["classic"]))
    assert not np.array_equal(plain, classic)


def _photo(facts: dict[str, Any]) -> dict[str, Any]:
    return next(layer for layer in facts["before"]["layers"] if layer["name"] == "Photo")
