"""The dialog's own widgets in each GIMP's Python and GTK, on a virtual screen; without GIMP."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gimp_plugin.common import plugin_settings
from tests.core.weights.file_server import serving
from tests.gimp import gimps
from tests.gimp_plugin.programs import make_program

WEIGHTS = b"as if they were weights" * 1000
# The worker as it is, but that AlexNet is published by the test.
PUBLISHED_HERE = """
import dataclasses, sys
sys.path.insert(0, {project!r})
from core.networks.registry import RECORDS
facts = {{"url": {url!r}, "sha256": {sha256!r}, "size": {size}}}
RECORDS["alexnet"] = dataclasses.replace(RECORDS["alexnet"], **facts)
from core.worker.serve import main
main()
"""


@contextlib.contextmanager
def published(place: Path) -> Iterator[Path]:
    """A program whose AlexNet can be had from a server that refuses, dawdles, then serves."""
    sha256 = hashlib.sha256(WEIGHTS).hexdigest()[:8]
    with serving(WEIGHTS) as server:
        server.plan = ["404", "stall 5000"]
        url = f"{server.address}/alexnet-{sha256}.pth"
        facts = {"project": str(gimps.PROJECT), "url": url, "sha256": sha256, "size": len(WEIGHTS)}
        yield make_program(place / "program", PUBLISHED_HERE.format(**facts))


@pytest.fixture(scope="module", params=gimps.versions())
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What inside/widgets.py saw, and what was printed meanwhile."""
    if request.param == gimps.NONE:
        pytest.skip("NOT RUN: the widgets. This needs a GIMP.")
    gimp = gimps.get(request.param)
    if gimp.lacks():
        pytest.skip(f"NOT RUN: the widgets. This needs {', '.join(gimp.lacks())}.")
    place = tmp_path_factory.mktemp("widgets")
    report = place / "widgets.json"
    with published(place) as program:
        environment = {"DEEP_DREAM_CACHE": str(place / "cache"), "no_proxy": "127.0.0.1"}
        arguments = [str(report), sys.executable, str(program)]
        printed = gimp.run_interface(place / "profile", "widgets", *arguments, **environment)
    return {**json.loads(report.read_text()), "printed": printed}


def test_a_search_finds_titles_and_other_words_in_any_case(seen: dict[str, Any]) -> None:
    found = seen["choosing"]
    assert all(found["pictures"])
    assert found["GLASS"] == ["stained glass"]
    assert set(found["kráken"]) == {"tentacle", "octopus"}
    assert {"coral", "fish", "waves"} <= set(found["sea"])
    assert found["bird"][0] == "bird"
    assert len(found["bird"]) > 1
    assert (found["no such thing"], found["nothing"]) == ([], "Nothing is called that.")


def test_keys_choose_and_what_is_selected_for_the_artist_is_not_told(seen: dict[str, Any]) -> None:
    assert seen["choosing"]["chosen"] == ["owl", "cat"]
    assert seen["choosing"]["anew"]
    assert seen["choosing"]["selected"] == ["fern"]
    assert seen["choosing"]["told"] == []


def test_the_wheel_turns_the_page_and_no_setting_that_nobody_clicked(seen: dict[str, Any]) -> None:
    assert set(seen["turning"]["values"]) == {50}
    assert seen["turning"]["page"] > 0
    assert seen["turning"]["clicked"] == 0


def test_presets_are_found_by_what_they_dream_of(seen: dict[str, Any]) -> None:
    assert sorted(seen["naming"]["presets"]) == sorted(plugin_settings.presets())
    assert [seen["naming"][key][0] for key in ("presets", "by vgg16")] == [
        "default",
        "pytorch-deepdream",
    ]
    assert seen["naming"]["by vgg16"][1] == "default"
    assert seen["naming"]["reef"] == ["coral-reef", "googlenet-reef"]


def test_concepts_with_commas_are_written_and_read_in_quotation_marks(seen: dict[str, Any]) -> None:
    assert seen["naming"]["written"] == ["eye", '"crane, the bird"', '"ratio: 1"']
    names = ["eye", "crane, the bird", "ratio: 1"]
    assert seen["naming"]["read"] == [*names, "eye", None]


def test_a_thousand_tiles_come_bit_by_bit(seen: dict[str, Any]) -> None:
    thousand = seen["thousand"]
    assert 20 < thousand["at once"] < 100
    assert thousand["accessible"] == "Class 999"
    assert thousand["selected"]
    assert thousand["in view"]
    assert thousand["after"] == 7


def test_depth_sets_layers_and_follows_them(seen: dict[str, Any]) -> None:
    deep = seen["deep"]
    assert deep["untouched"] == ["concept", "", 3]
    assert deep["lowest"] == [["layer", "m3a"]], "never one without the other"
    assert deep["preset"] == ["m4a:0.5,m4b", 2]
    assert deep["recommended"] == ""
    assert deep["other network"] == ""


def test_numbers_of_channels_are_not_taken_to_another_layer(seen: dict[str, Any]) -> None:
    assert seen["deep"]["by number"] == "layer"


def test_a_click_leaves_the_list_where_it_is(seen: dict[str, Any]) -> None:
    assert seen["staying"]["chosen"]
    assert seen["staying"]["place"] == 150


def test_back_to_what_grew_before_the_slider_was_moved(seen: dict[str, Any]) -> None:
    flame, back_again, without_guide = ["concept", "flame", ""], "preset", "preset"
    assert seen["deep"]["backs"][:2] == [flame, back_again]
    assert seen["deep"]["backs"][3] == without_guide


def test_the_die_throws_other_seeds(seen: dict[str, Any]) -> None:
    thrown = seen["throwing"]["thrown"]
    assert len(set(thrown)) == 3
    assert min(thrown) > 0
    assert seen["throwing"]["icon"]


def test_what_stays_from_before_is_told_with_a_way_back(seen: dict[str, Any]) -> None:
    reminding = seen["reminding"]
    noise = "This begins with noise, not with your picture. Begin with the picture"
    stays = "Kept with every preset: Pattern size, Colours, Seed. Set back"
    guide = "What grows comes from the guide on the page Where. Without the guide"
    assert reminding["before"] == [noise, stays, guide]
    assert reminding["after"] == [[stays, guide], [guide], []]
    assert reminding["config"] == ["picture", 1024, "free", 0]


def test_the_log_can_be_opened_where_there_is_no_other_help(seen: dict[str, Any]) -> None:
    logging = seen["logging"]
    assert set(logging["network-missing"]) == {"Get", "Copy Details"}
    assert logging["layer-unknown"] == ["Copy Details"]
    assert set(logging["internal"]) == {"Open the Log", "Copy Details"}
    assert logging["log"] == "log: the last words"


def test_a_network_is_got_in_the_dialog(seen: dict[str, Any]) -> None:
    fetching = seen["fetching"]
    assert fetching["built-in"] == ["Eyes, spirals, flowers, owls and more, drawn for dreaming."]
    missing = " ".join(fetching["missing"])
    assert "AlexNet is not on this computer yet: a download of 23.0" in missing
    assert "BSD-3-Clause" in missing
    assert fetching["first"]["here"] == ["No guide.", "No layer.", "None"]
    assert fetching["first"]["missing"][0].startswith("AlexNet is not on this computer yet")
    assert fetching["first"]["missing"][1:] == ["No layer.", "None"]
    assert "404" in " ".join(fetching["refused"])
    assert "Cancel" in fetching["arriving"]
    assert fetching["cancelled"] == fetching["missing"]
    assert [text[:24] for text in fetching["got"]] == ["A thousand kinds of thin"]
    assert fetching["told"] == ["alexnet", "alexnet"], "chosen, then ready"
    assert fetching["described"] == ["alexnet"]
    assert fetching["heard"]


def test_gtk_finds_no_fault(seen: dict[str, Any]) -> None:
    faults = re.findall(
        r"^.*(?:Gtk|GLib\S*)-(?:WARNING|CRITICAL).*$", seen["printed"], re.MULTILINE
    )
    assert faults == []
    assert "Traceback" not in seen["printed"]
