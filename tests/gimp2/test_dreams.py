"""Dreams on layers of every kind by Python-Fu: GIMP 3's fixtures with eight bits a channel."""

from __future__ import annotations

import base64
import json
import sys
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gimp_plugin.common import record
from gimp_plugin.common.worker_client import WorkerClient
from tests.gimp2.conftest import Facts, Installed, report

pytestmark = pytest.mark.slow

# Kind -> channels of its layers.
KINDS = {"rgb": 3, "rgba": 4, "grey": 1, "greya": 2, "rgba-u16": 4}
# Of the image, as inside/pictures.py makes it.
LEFT, TOP, WIDTH, HEIGHT = 31, 17, 97, 71
SELECTED = [*KINDS, *(f"{kind} still" for kind in KINDS)]
NORMAL = 28


@pytest.fixture(scope="module")
def seen(installed: Installed) -> dict[str, Facts]:
    """What inside/dreams.py saw."""
    path = report(installed, "dreams")
    installed.run("dreams", report=path)
    return json.loads(path.read_text())


def samples(facts: Facts, channels: int = 1) -> NDArray[np.int16]:
    """A drawable's pixels (height, width, channels), or (height, width) for one channel."""
    width, height = facts["size"]
    data = np.frombuffer(base64.b64decode(facts["samples"]), np.uint8).astype(np.int16)
    return data.reshape((height, width, channels) if channels > 1 else (height, width))


def channels_of(name: str) -> int:
    return KINDS.get(name.removesuffix(" still"), 4)


def photo(facts: Facts) -> Facts:
    return next(layer for layer in facts["before"]["layers"] if layer["name"] == "Photo")


def new_layer(facts: Facts) -> Facts:
    """The one layer that came with the dream."""
    assert facts["status"] == "success", facts["status"]
    known = [layer["name"] for layer in facts["before"]["layers"]]
    new = [layer for layer in facts["after"]["layers"] if layer["name"] not in known]
    assert len(new) == 1
    return new[0]


def bounds(facts: Facts) -> tuple[slice, slice]:
    """Rows and columns of the image that are selected and have the layer on them, as GIMP says."""
    x, y, width, height = facts["selected"]
    return slice(TOP + y, TOP + y + height), slice(LEFT + x, LEFT + x + width)


def source_part(facts: Facts, channels: int) -> NDArray[np.int16]:
    """What the source showed where the new layer is."""
    rows, columns = bounds(facts)
    whole = samples(photo(facts), channels)
    return whole[
        rows.start - TOP : rows.stop - TOP, columns.start - LEFT : columns.stop - LEFT, ...
    ]


@pytest.mark.parametrize("name", SELECTED)
def test_the_layer_lies_exactly_over_the_selection(seen: dict[str, Facts], name: str) -> None:
    layer = new_layer(seen[name])
    rows, columns = bounds(seen[name])
    assert layer["offset"] == [columns.start, rows.start]
    assert layer["size"] == [columns.stop - columns.start, rows.stop - rows.start]
    # The fixture's selection ends inside the layer at the right, and not at the left.
    assert columns.start == LEFT
    assert columns.stop < LEFT + WIDTH


@pytest.mark.parametrize("name", SELECTED)
def test_the_layer_is_directly_above_the_source_in_its_group(
    seen: dict[str, Facts], name: str
) -> None:
    layer, after = new_layer(seen[name]), seen[name]["after"]
    names = [item["name"] for item in after["layers"]]
    assert names == ["Group", "Above", layer["name"], "Photo", "Below", "Background"]
    assert layer["parent"] == "Group"
    assert after["active"] == layer["name"]
    assert (layer["mode"], layer["opacity"], layer["visible"]) == (NORMAL, 100.0, True)
    assert layer["type"] == photo(seen[name])["type"]


@pytest.mark.parametrize("name", SELECTED)
def test_the_mask_is_the_selection(seen: dict[str, Facts], name: str) -> None:
    layer = new_layer(seen[name])
    expected = samples(seen[name]["before"]["selection"])[bounds(seen[name])]
    assert len(np.unique(expected)) > 20, "the fixture's selection has a soft edge"
    # GIMP 2.10 shows plug-ins masks in another encoding, with 256 levels as well.
    assert np.abs(samples(layer["mask"]) - expected).max() <= (2 if "u16" in name else 1)
    assert layer["shows mask"]
    assert not layer["paints on mask"]


@pytest.mark.parametrize("name", SELECTED)
def test_all_else_stays_as_it_was(seen: dict[str, Facts], name: str) -> None:
    before, after = seen[name]["before"], seen[name]["after"]
    known = [layer["name"] for layer in before["layers"]]
    others = [layer for layer in after["layers"] if layer["name"] in known]
    # A group grows with what is in it, and says so late.
    same = [layer for layer in before["layers"] if layer["name"] != "Group"]
    assert [layer for layer in others if layer["name"] != "Group"] == same
    assert (after["selection"], after["images"]) == (before["selection"], before["images"])


@pytest.mark.parametrize("name", KINDS)
def test_the_dream_fills_its_rectangle_at_full_strength(seen: dict[str, Facts], name: str) -> None:
    facts, count = seen[name], KINDS[name]
    change = np.abs(samples(new_layer(facts), count) - source_part(facts, count))
    change = change.reshape(*change.shape[:2], -1)
    colours = change[..., : 1 if count < 3 else 3]
    changed = colours.max(2) > 0
    assert changed.mean() > 0.8
    outside = samples(facts["before"]["selection"])[bounds(facts)] < 3
    assert outside.sum() > 100
    assert changed[outside].mean() > 0.8, "the mask limits the dream, the pixels do not"
    assert colours.mean() < 50, "still a picture of the same thing"
    if count in (2, 4):
        assert change[..., -1].max() == 0, "alpha is the source's"


@pytest.mark.parametrize("name", KINDS)
def test_a_step_of_no_size_gives_the_picture_back(seen: dict[str, Facts], name: str) -> None:
    facts = seen[f"{name} still"]
    assert np.array_equal(samples(new_layer(facts), KINDS[name]), source_part(facts, KINDS[name]))


@pytest.mark.parametrize("name", ["rgb", "rgba", "grey", "greya"])
def test_the_pixels_are_those_that_the_core_dreams(
    seen: dict[str, Facts], installed: Installed, name: str
) -> None:
    """Of the rectangle and what is around it, as the GIMP 3 plug-in sends them too."""
    facts, count = seen[name], KINDS[name]
    rows, columns = bounds(facts)
    # 64 pixels around reach beyond this layer on all sides but one.
    right = min(WIDTH, columns.stop - LEFT + 64)
    assert right == WIDTH
    whole = samples(photo(facts), count).astype(np.uint8)
    settings: dict[str, object] = {"octaves": 2, "iterations": 2, "working-size": 128}
    with WorkerClient() as client:
        client.start(sys.executable, str(installed.home / "program"))
        request = client.dream(WIDTH, HEIGHT, count, settings, whole.tobytes(), sample_format="u8")
        result = client.wait(request).payload
    dreamed = np.frombuffer(result, np.uint8).reshape(HEIGHT, WIDTH, count).astype(np.int16)
    part = dreamed[rows.start - TOP : rows.stop - TOP, columns.start - LEFT : columns.stop - LEFT]
    got = samples(new_layer(facts), count).reshape(part.shape)
    assert np.abs(got - part).max() <= 1


def test_without_a_selection_the_whole_layer_is_dreamed(seen: dict[str, Facts]) -> None:
    layer = new_layer(seen["whole layer"])
    assert (layer["offset"], layer["size"]) == ([LEFT, TOP], [WIDTH, HEIGHT])
    assert layer["mask"] is None


def test_the_name_says_what_was_dreamed_of_and_where(seen: dict[str, Facts]) -> None:
    assert new_layer(seen["whole layer"])["name"] == "Dream of eye (Photo)"
    assert new_layer(seen["rgb"])["name"] == "Deep Dream (Photo)"


def test_names_in_any_script(seen: dict[str, Facts]) -> None:
    layer = new_layer(seen["name in letters"])
    assert layer["name"] == "Deep Dream (Fötö 夢)"
    assert kept(layer)["layer"]["source"]["name"] == "Fötö 夢"


def test_the_layers_own_mask_is_taken_over(seen: dict[str, Facts]) -> None:
    facts = seen["own mask"]
    layer = new_layer(facts)
    assert np.abs(samples(layer["mask"]) - samples(photo(facts)["mask"])).max() <= 1
    assert layer["samples"] == photo(facts)["samples"], "the pixels know no mask"


def test_the_layers_own_mask_is_multiplied_into_the_selections(seen: dict[str, Facts]) -> None:
    facts = seen["own mask and selection"]
    own = np.zeros((120, 160))
    own[TOP : TOP + HEIGHT, LEFT : LEFT + WIDTH] = samples(photo(facts)["mask"])
    expected = (own * samples(facts["before"]["selection"]) / 255)[bounds(facts)]
    assert np.abs(samples(new_layer(facts)["mask"]) - expected).max() <= 3.5


def test_a_mask_that_is_switched_off_counts_for_nothing(seen: dict[str, Facts]) -> None:
    layer = new_layer(seen["unused mask, blended"])
    assert layer["mask"] is None
    assert (layer["mode"], layer["opacity"]) == (NORMAL, 100.0)


def test_a_preset_is_followed(seen: dict[str, Facts]) -> None:
    assert new_layer(seen["rgba"])["samples"] != new_layer(seen["classic"])["samples"]
    assert kept(new_layer(seen["classic"]))["settings"]["jitter"] == 32


def kept(layer: Facts) -> dict[str, Any]:
    """The record on a layer, as the GIMP 3 plug-in reads it."""
    data = base64.b64decode(layer["parasites"][record.NAME])
    return record.from_text(data.decode("ascii"))


def test_the_record_is_kept_as_gimp_3_has_it(seen: dict[str, Facts]) -> None:
    rows, columns = bounds(seen["rgba"])
    found = kept(new_layer(seen["rgba"]))
    size = [columns.stop - columns.start, rows.stop - rows.start]
    source = found["layer"]["source"]
    assert source["place"] == [columns.start - LEFT, rows.start - TOP, *size]
    assert source["name"] == "Photo"
    assert isinstance(source["tattoo"], int)
    assert found["layer"]["guide"] is None
    assert found["layer"]["tattoo"] != source["tattoo"]
    values = record.values_of(found)
    assert (values["octaves"], values["working-size"], values["step-size"]) == (2, 128, 2.8)


def test_a_guide_leads_where_it_shows_and_is_selected(
    seen: dict[str, Facts], installed: Installed
) -> None:
    facts = seen["guide"]
    written = kept(new_layer(facts))["layer"]["guide"]
    assert written["name"] == "Photo"
    assert written["tattoo"] == facts["guide tattoo"]
    assert "Untitled" in written["image"]
    guide = samples(facts["guide"], 4).astype(float)
    chosen = np.zeros((HEIGHT, WIDTH))
    chosen[:] = samples(facts["guide selection"])[TOP : TOP + HEIGHT, LEFT : LEFT + WIDTH]
    shown = np.floor(chosen * samples(facts["guide"]["mask"]) / 255 + 0.5)
    guide[..., 3] = np.floor(guide[..., 3] * shown / 255 + 0.5)
    x, y, width, height = written["place"]
    selected = np.frombuffer(zlib.decompress(base64.b64decode(written["selected"])), np.uint8)
    distance = selected.reshape(height, width) - chosen[y : y + height, x : x + width]
    assert np.abs(distance).max() <= 1
    part = guide[y : y + height, x : x + width].astype(np.uint8)
    right = guided(facts, installed, part, 1)
    part[..., 3] = 255
    # A level more or less of transparency, as GIMP rounds it, changes little; the mask and the
    # selection change much.
    assert right <= 16
    assert guided(facts, installed, part, 1) > 2 * right


def test_a_guide_with_a_palette(seen: dict[str, Facts], installed: Installed) -> None:
    facts = seen["indexed guide"]
    palette = np.arange(10, 10 + 3 * 64, dtype=np.uint8).reshape(64, 3)
    colours = palette[samples(facts["guide"])]
    part = np.concatenate([colours, np.full((30, 40, 1), 255, np.uint8)], 2)
    assert guided(facts, installed, part, 3) <= 1


def guided(facts: Facts, installed: Installed, guide: NDArray[np.uint8], count: int) -> int:
    """How far the layer is from what the core makes of that guide."""
    settings: dict[str, object] = {
        "octaves": 2,
        "iterations": 2,
        "working-size": 128,
        "objective": "guide",
    }
    pixels = samples(photo(facts), count).astype(np.uint8).tobytes()
    height, width = guide.shape[:2]
    with WorkerClient() as client:
        client.start(sys.executable, str(installed.home / "program"))
        whole = (width, height, 4, guide.tobytes())
        request = client.dream(
            WIDTH, HEIGHT, count, settings, pixels, sample_format="u8", guide=whole
        )
        result = np.frombuffer(client.wait(request).payload, np.uint8).astype(np.int16)
    got = samples(new_layer(facts), count)
    return int(np.abs(got - result.reshape(got.shape)).max())
