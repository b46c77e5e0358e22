"""Strength maps in a real GIMP: where a dream is, and how strong."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.gimp.conftest import Installed
from tests.gimp.states import differences
from tests.gimp.test_dreams import HEIGHT, LEFT, TOP, WIDTH, new_layer, samples, shown

# Name -> where Photo's corner is on the map, and the map's size; see inside/strengths.py.
IMAGE = (LEFT, TOP, 160, 120)
PHOTO = (0, 0, WIDTH, HEIGHT)
MAPS = {
    "rgba-u16": IMAGE,
    "rgba-float-linear": IMAGE,
    "grey layer": IMAGE,
    "layer with alpha": IMAGE,
    "channel": IMAGE,
    "own mask": PHOTO,
    "layer elsewhere": (LEFT - 43, TOP - 12, 60, 90),
    "channel of another image": PHOTO,
    "other image": PHOTO,
}
HALF = 128 / 255


@pytest.fixture(scope="module")
def seen(installed: Installed) -> dict[str, Any]:
    """What inside/strengths.py saw."""
    plugin = str(installed.plugin)
    return installed.gimp.run_batch(installed.profile, "strengths", plugin=plugin)


def expected(name: str) -> NDArray[np.float32]:
    """The map over Photo, (height, width); not a number near the borders of its parts."""
    left, top, width, height = MAPS[name]
    y, x = np.mgrid[top : top + HEIGHT, left : left + WIDTH].astype(np.float32)
    along = (x + y / 4) / (width + height / 4)
    strength = np.select([along < 0.35, along < 0.7], [0, HALF], 1).astype(np.float32)
    for border in (0.35, 0.7):
        strength[np.abs(along - border) < 0.03] = np.nan
    strength[(x < 0) | (y < 0) | (x >= width) | (y >= height)] = 0
    if name == "other image":
        strength[y < height / 4 - 1] = 0
        strength[np.abs(y - height / 4) <= 1] = np.nan
    return strength


@pytest.mark.parametrize("name", MAPS)
def test_the_dream_is_as_strong_as_the_map_is_bright(seen: dict[str, Any], name: str) -> None:
    facts = seen[name]
    unlimited = seen.get(f"none, {name}", seen["none"])
    source, whole = shown(facts)[..., :3], samples(new_layer(unlimited))[..., :3]
    change = samples(new_layer(facts))[..., :3] - source
    strength = expected(name)
    for part in (0, HALF, 1):
        there = strength == np.float32(part)
        assert there.sum() > 100, "every part of the map lies on the layer"
        wanted = np.float32(part) * (whole - source)[there]
        assert np.abs(change[there] - wanted).max() <= (2.01 / 255 if part else 1e-5)
    assert np.abs(whole - source).mean() > 0.01


@pytest.mark.parametrize("name", ["again mask", "again channel", "again image"])
def test_again_follows_the_map(seen: dict[str, Any], name: str) -> None:
    facts = seen[name]
    assert facts["outcome"] == ["success", ""]
    first, again = facts["made"]
    assert again["digest"] == first["digest"]
    one, other = (record["layer"].pop("tattoo") and record for record in facts["records"])
    one["layer"]["strength"]["name"] = other["layer"]["strength"]["name"]
    assert differences(one, other) == []


def test_again_without_the_map_is_refused(seen: dict[str, Any]) -> None:
    status, message = seen["again, the map gone"]
    assert status == "calling-error"
    assert "“Renamed”, is not in the image any more" in message


def test_the_dialog_offers_no_map_of_another_image_nor_an_idle_guide(seen: dict[str, Any]) -> None:
    offered = seen["offered"][:4]
    assert offered == [["Photo", "Map"], ["Photo", None], ["Photo", "Map"], [None, "Map"]]


def test_a_guide_that_is_gone_is_not_waited_for(seen: dict[str, Any]) -> None:
    assert seen["offered"][4:] == [["guide", True], ["layer", False]]


def test_looks_are_reduced_and_show_the_place_asked_for(seen: dict[str, Any]) -> None:
    looks = seen["reduced"]
    colour = {
        name: _plane(looks[f"colour of {name}"], WIDTH, HEIGHT, 3)[6:51, 9:69]
        for name in ("photo", "grey")
    }
    averaged = {name: part.reshape(15, 3, 20, 3, 3).mean((1, 3)) for name, part in colour.items()}
    strength = np.nan_to_num(expected("grey layer"), nan=HALF)[6:51, 9:69]
    wanted = {
        # What is shown is the negative.
        "photo": 255 - averaged["photo"],
        "guide": np.dstack([255 - averaged["photo"], np.full((15, 20), 255)]),
        "grey": averaged["grey"],
        "grey as grey": averaged["grey"][..., :1],
        "map": strength.reshape(15, 3, 20, 3).mean((1, 3))[..., None] * 255,
    }
    for name, picture in wanted.items():
        width, height, channels = looks[name]["size"]
        assert (width, height, channels) == (20, 15, picture.shape[2])
        look = _plane(looks[name]["data"], width, height, channels)
        # GEGL averages light, not its encoding, and by powers of two.
        assert np.abs(look - picture).mean() < 16, name
        if name != "map":
            assert np.corrcoef(look.ravel(), picture.ravel())[0, 1] > 0.9, name


def _plane(text: str, width: int, height: int, channels: int) -> NDArray[np.float32]:
    data = np.frombuffer(base64.b64decode(text), np.uint8)
    return data.reshape(height, width, channels).astype(np.float32)
