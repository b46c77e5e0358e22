"""The plug-in used through GIMP's interface, on a virtual screen.

Pictures of the screen are kept in the folder that DEEP_DREAM_SCREENSHOTS names, if it does.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.gimp import gimps
from tests.gimp.conftest import Installed, made_ready
from tests.gimp.states import differences

NAMES_BEFORE = ["Group", "Above", "Photo", "Below", "Background"]


@pytest.fixture(scope="module")
def seen(installed: Installed, request: pytest.FixtureRequest) -> dict[str, Any]:
    """What inside/interface.py saw, and GIMP's log."""
    if installed.gimp.lacks():
        pytest.skip(f"NOT RUN: the interface. This needs {', '.join(installed.gimp.lacks())}.")
    return request.getfixturevalue("driven")[installed.gimp.version].result()


@pytest.fixture(scope="module")
def driven(place: Path) -> dict[str, Future[dict[str, Any]]]:
    """By version, what is seen in each GIMP, all at once: an artist mostly waits."""
    ready = [made_ready(version, place) for version in gimps.versions()]
    with ThreadPoolExecutor() as pool:
        return {each.gimp.version: pool.submit(drive, each) for each in ready}


def drive(installed: Installed) -> dict[str, Any]:
    place, version = installed.home.parent, installed.gimp.version
    report, shots = place / f"interface {version}.json", place / f"screenshots {version}"
    try:
        installed.gimp.run_interface(installed.profile, "interface", str(report), str(shots))
    finally:
        if "DEEP_DREAM_SCREENSHOTS" in os.environ:
            kept = Path(os.environ["DEEP_DREAM_SCREENSHOTS"])
            shutil.copytree(shots, kept / f"gimp-{version}", dirs_exist_ok=True)
    seen = json.loads(report.read_text())
    for step, reason in seen["tried again"].items():
        warnings.warn(f"GIMP {version}, step {step}, needed a second try: {reason}", stacklevel=1)
    return seen


def names(state: dict[str, Any]) -> list[str]:
    return [layer["name"] for layer in state["layers"]]


def found(state: dict[str, Any], name: str) -> dict[str, Any]:
    return next(layer for layer in state["layers"] if layer["name"] == name)


def test_the_menu_opens_the_dialog_and_ok_makes_the_layer(seen: dict[str, Any]) -> None:
    steps = seen["concept"]
    assert names(steps["before"]) == NAMES_BEFORE
    assert names(steps["dreamed"]) == ["Group", "Above", "Dream of owl (Photo)", *NAMES_BEFORE[2:]]
    assert steps["dreamed"]["selected"] == ["Dream of owl (Photo)"]


def test_one_undo_removes_it(seen: dict[str, Any]) -> None:
    steps = seen["concept"]
    assert differences(steps["before"], steps["undone"]) == []


@pytest.mark.parametrize("kind", ["rgb-u8", "rgba-u16", "rgba-float-linear", "grey-u8"])
def test_one_undo_removes_it_from_every_kind(seen: dict[str, Any], kind: str) -> None:
    steps = seen["undo_all_kinds"][kind]
    assert steps["dreamed"]["status"] == "success"
    assert len(names(steps["dreamed"])) == len(NAMES_BEFORE) + 1
    assert differences(steps["before"], steps["undone"]) == []


def test_repeat_last_dreams_the_same_again(seen: dict[str, Any]) -> None:
    steps = seen["concept"]
    assert differences(steps["dreamed"]["layers"], steps["repeated"]["layers"]) == []


def test_again_repeats_the_selected_dream_or_changes_it(seen: dict[str, Any]) -> None:
    dream = found(seen["again"]["dreamed"], "Dream of owl (Photo)")
    again = found(seen["again"]["again"], "Dream of owl (Photo) #1")
    changed = found(seen["again"]["changed"], "Dream of owl (Photo) #2")
    assert again["digest"] == dream["digest"]
    assert changed["digest"] != dream["digest"]
    assert names(seen["again"]["changed"])[2:5] == [changed["name"], again["name"], dream["name"]]


def test_a_guide_is_chosen_from_the_open_images(seen: dict[str, Any]) -> None:
    steps = seen["guide"]
    assert names(steps["dreamed"])[2] == "Guided dream (Photo)"
    assert len(names(steps["undone"])) == 5
    assert differences(steps["dreamed"]["layers"], steps["repeated"]["layers"]) == []


def test_a_guide_is_chosen_from_files(seen: dict[str, Any]) -> None:
    steps = seen["guide_file"]
    assert names(steps["dreamed"])[2] == "Guided dream (Photo)"
    layers = seen["guide"]["dreamed"]["layers"]
    assert differences(steps["dreamed"]["layers"], layers) != []
    assert differences(steps["dreamed"]["layers"], steps["repeated"]["layers"]) == []


def test_every_page_fits_on_a_small_laptops_screen(seen: dict[str, Any]) -> None:
    width, height = seen["pages"]["screen"]
    assert (width, height) == (1366, 768)
    assert len(seen["pages"]["places"]) == 5
    for page, place in seen["pages"]["places"].items():
        left, top, across, down = place
        assert left >= 0, page
        assert top >= 0, page
        assert left + across <= width, page
        assert top + down <= height, page


def test_the_layers_mask_is_the_strength_map_at_a_click(seen: dict[str, Any]) -> None:
    width, height = seen["masked"]["size"]
    layers = seen["masked"]["dreamed"]["layers"]
    source = next(at for at, layer in enumerate(layers) if layer["name"] == "Photo")
    photo, dream = (samples(layers[at], width, height) for at in (source, source - 1))
    apart = np.abs(photo - dream)[..., :3].mean(axis=(0, 2))
    assert apart[: width // 2 - 1].mean() > 0.02
    assert apart[width // 2 + 1 :].max() < 0.01


def samples(layer: dict[str, Any], width: int, height: int) -> NDArray[np.float32]:
    """The layer's pixels, (height, width, 4)."""
    data = base64.b64decode(layer["samples"])
    return np.frombuffer(data, np.float32).reshape(height, width, 4)


def test_a_preset_and_saved_settings_are_what_they_were(seen: dict[str, Any]) -> None:
    by_hand, by_script = seen["preset"]["by hand"], seen["preset"]["by script"]
    assert by_script["status"] == "success"
    assert differences(by_hand["layers"], by_script["layers"]) == []


def test_gimp_shows_a_refusal_once(seen: dict[str, Any]) -> None:
    assert seen["refusal"]["messages"] == 1
    assert differences(seen["refusal"]["before"], seen["refusal"]["after"]) == []


def test_the_preview_becomes_the_dream_octave_by_octave(seen: dict[str, Any]) -> None:
    apart = seen["preview"]["apart"]
    first = next(value for value in apart if value > 0)
    assert apart[0] == 0
    assert apart[-1] > 4
    assert apart[-1] > first
    assert len(set(apart)) > 3


def test_another_seed_is_another_preview(seen: dict[str, Any]) -> None:
    assert seen["preview"]["other"]


def test_the_line_divides_the_picture_from_the_dream(seen: dict[str, Any]) -> None:
    assert seen["preview"]["covered"] < 0.1 * seen["preview"]["uncovered"]
    assert seen["preview"]["uncovered"] > 4


def test_a_texture_comes_from_nothing(seen: dict[str, Any]) -> None:
    made = [name for name in names(seen["texture"]) if name not in NAMES_BEFORE]
    assert made == ["Dream of flower"]


def test_a_dream_that_is_stopped_can_be_kept(seen: dict[str, Any]) -> None:
    made = names(seen["keep"])[2]
    assert made.endswith(", unfinished")
    assert len(names(seen["keep"])) == len(NAMES_BEFORE) + 1


def test_giving_up_leaves_neither_processes_nor_traces(seen: dict[str, Any]) -> None:
    steps = seen["give_up"]
    assert differences(steps["before"], steps["after"]) == []
    assert len(steps["seconds"]) == 4


def test_cancel_leaves_the_image_as_it_was(seen: dict[str, Any]) -> None:
    assert differences(seen["cancel"]["before"], seen["cancel"]["after"]) == []


def test_what_was_chosen_for_a_dream_given_up_is_offered_again(seen: dict[str, Any]) -> None:
    made = [name for name in names(seen["cancel"]["resumed"]) if name not in NAMES_BEFORE]
    assert made == ["Stained glass (Photo)"]


def test_after_a_dream_that_fails_the_dialog_goes_on(seen: dict[str, Any]) -> None:
    assert seen["failing"]["stays"]
    assert len(names(seen["failing"]["dreamed"])) == len(NAMES_BEFORE) + 1


def test_a_damaged_engine_is_repaired_at_a_click(seen: dict[str, Any]) -> None:
    steps = seen["repair"]
    assert (steps["broken"], steps["repaired"]) == (True, True)
    assert len(names(steps["dreamed"])) == len(NAMES_BEFORE) + 1


def test_gimp_finds_no_fault_in_the_dialog(seen: dict[str, Any]) -> None:
    ours = re.compile(r"duplicate mnemonic|deep_dream\.py:\d+\): .*(WARNING|CRITICAL|ERROR)")
    # GIMP 3.0 may stop listening once it has what a plug-in returns; its own say the same then.
    farewell = "gimp_flush(): error: Broken pipe"
    found = [line for line in seen["log"].splitlines() if ours.search(line)]
    assert [line for line in found if farewell not in line] == []
    assert "Traceback" not in seen["log"]
