"""Textures in a real GIMP: dreams from nothing, as new layers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.settings import parse, values_of
from gimp_plugin.common import plugin_settings
from tests.gimp.conftest import Installed
from tests.gimp.states import differences
from tests.gimp.test_dreams import ROUNDING, new_layer, samples, selection

QUICK = {"octaves": 3, "seed": 5}


@pytest.fixture(scope="module")
def seen(installed: Installed) -> dict[str, Any]:
    """What inside/textures.py saw."""
    return installed.gimp.run_batch(installed.profile, "textures")


def test_a_texture_covers_the_image_above_the_selected_layer(seen: dict[str, Any]) -> None:
    layer = new_layer(seen["over_all"])
    assert (layer["offset"], layer["size"], layer["mask"]) == ([0, 0], [160, 120], None)
    assert layer["name"] == "Coral reef"
    among = [item["name"] for item in seen["over_all"]["after"]["layers"]]
    assert among == ["Group", "Above", layer["name"], "Photo", "Below", "Background"]
    # The group has grown with what is in it.
    before, after = (
        [item for item in seen["over_all"][when]["layers"] if item["name"] != "Group"]
        for when in ("before", "after")
    )
    assert differences(before, [item for item in after if item["name"] != layer["name"]]) == []
    assert seen["over_all"]["after"]["selected"] == [layer["name"]]


def test_a_preset_says_what_and_the_texture_how(seen: dict[str, Any]) -> None:
    wanted = plugin_settings.preset_values("coral-reef", texture=True)
    assert wanted["start"] == "noise"
    assert seen["over_all"]["record"]["settings"] == values_of(parse({**wanted, **QUICK}))


def test_it_is_no_grey_noise(seen: dict[str, Any]) -> None:
    colours = samples(new_layer(seen["over_all"]))[..., :3] * 255
    assert np.ptp(colours, axis=2).mean() > 20
    # Neighbours are alike in a picture, and not in noise.
    grey = colours.mean(2)
    assert np.abs(np.diff(grey)).mean() < 0.75 * grey.std()


def test_a_selection_is_its_place_and_its_mask(seen: dict[str, Any]) -> None:
    layer, chosen = new_layer(seen["selection"]), selection(seen["selection"])
    rows, columns = np.flatnonzero(chosen.any(1)), np.flatnonzero(chosen.any(0))
    assert layer["offset"] == [columns[0], rows[0]]
    expected = chosen[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert np.abs(samples(layer["mask"], 1) - expected).max() <= ROUNDING
    assert layer["format"] == "Y u16"


def test_again_makes_the_same_where_it_lies_now(seen: dict[str, Any]) -> None:
    assert seen["selection"]["again"] == ["success", ""]
    first, again = seen["selection"]["pair"]
    assert again["digest"] == first["digest"]
    assert again["mask"]["digest"] == first["mask"]["digest"]
    assert again["offset"] == first["offset"]


def test_it_needs_no_layer(seen: dict[str, Any]) -> None:
    layer = new_layer(seen["empty"])
    assert (layer["size"], layer["format"]) == ([90, 70], "RGB float")
    assert layer["name"] == "Dream of flower"


def test_above_a_group_it_is_outside_of_it(seen: dict[str, Any]) -> None:
    layer = new_layer(seen["beside_a_group"])
    assert layer["parent"] is None
    among = [item["name"] for item in seen["beside_a_group"]["after"]["layers"]]
    assert among[:2] == ["Dream of shell", "Group"]


def test_an_image_with_a_palette_is_refused(seen: dict[str, Any]) -> None:
    facts = seen["palette"]
    assert facts["status"] == "calling-error"
    assert "Image > Mode > RGB" in facts["message"]
    assert differences(facts["before"], facts["after"]) == []
