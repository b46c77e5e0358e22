"""The menu entry, the dialog, and what the artist is told, in the stand-in."""

from __future__ import annotations

import json

import pytest

from gimp_plugin.common import plugin_settings, record
from tests.gimp2.conftest import Facts, Installed, report

pytestmark = pytest.mark.slow

PDB_INT32, PDB_FLOAT, PDB_STRING, PDB_IMAGE, PDB_DRAWABLE = 0, 3, 4, 13, 16
DREAM = "Deep Dream (Photo)"


@pytest.fixture(scope="module")
def seen(standing_in: Installed) -> dict[str, Facts]:
    """What inside/asking.py saw."""
    path = report(standing_in, "asking")
    standing_in.run("asking", report=path)
    return json.loads(path.read_text())


def told(facts: Facts) -> list[str]:
    """All messages and GIMP's own errors that came before the artist."""
    return [entry[1] for entry in facts["diary"] if entry[0] in ("message", "error")]


def test_the_menu_entry(seen: dict[str, Facts]) -> None:
    registered = seen["registered"]
    assert registered["menus"] == ["<Image>/Filters/Artistic"]
    assert registered["label"] == "_Deep Dream..."
    assert registered["image types"] == "RGB*, GRAY*"


def test_the_arguments_are_the_settings(seen: dict[str, Facts]) -> None:
    kinds = {"integer": PDB_INT32, "number": PDB_FLOAT, "string": PDB_STRING, "boolean": PDB_INT32}
    expected = [[PDB_INT32, "run-mode"], [PDB_IMAGE, "image"], [PDB_DRAWABLE, "drawable"]]
    for setting in plugin_settings.settings():
        choice = PDB_STRING if setting["open"] else PDB_INT32
        expected.append([kinds.get(setting["kind"], choice), setting["name"]])
    assert seen["registered"]["params"] == [*expected, [PDB_DRAWABLE, "guide"]]


def test_the_help_tells_numbers_of_choices(seen: dict[str, Facts]) -> None:
    assert "0 = layer, 1 = norm, 2 = relative, 3 = concept" in seen["registered"]["help"]


def test_what_is_entered_in_the_dialog_is_dreamed(seen: dict[str, Facts]) -> None:
    facts = seen["dialog"]
    assert facts["status"] is True
    values = record.values_of(facts["record"])
    assert (values["objective"], values["concept"]) == ("concept", "feather")
    assert (values["octaves"], values["antialias"], values["pull"]) == (1, False, 0.125)
    assert values["jitter"] == plugin_settings.defaults()["jitter"]
    assert facts["layers"][2] == "Dream of feather (Photo)"


def test_the_dialog_is_gone_before_the_dream_begins(seen: dict[str, Facts]) -> None:
    """GIMP's own progress bar has a Cancel button, gimpfu's dialog has none."""
    assert all(facts["on the screen"] == 0 for name, facts in seen.items() if name != "registered")


def test_the_image_changes_in_one_undo_step_when_the_result_is_there(
    seen: dict[str, Facts],
) -> None:
    facts = seen["dialog"]
    words = [entry[0] for entry in facts["diary"]]
    assert facts["steps"] == 1
    begin, end = words.index("undo group"), words.index("end of undo group")
    assert [at for at, word in enumerate(words) if word == "change" and not begin < at < end] == []
    assert words.index("end of progress") < begin
    assert "change" in words[begin:end]
    assert words[-1] == "displays flushed"


def test_progress_is_shown_in_words(seen: dict[str, Facts]) -> None:
    diary = seen["dialog"]["diary"]
    texts = [entry[1] for entry in diary if entry[0] == "progress text"]
    assert texts
    assert all(text.startswith("Dreaming: ") for text in texts)
    fractions = [entry[1] for entry in diary if entry[0] == "progress update"]
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] <= fractions[-1] <= 1


def test_last_values_are_those_of_the_dialog(seen: dict[str, Facts]) -> None:
    one, other = (seen[name]["record"]["settings"] for name in ("dialog", "last values"))
    assert one == other
    none = seen["last values, none kept"]["record"]["settings"]
    assert none == {**plugin_settings.defaults()}


def test_cancel_in_the_dialog_does_nothing(seen: dict[str, Facts]) -> None:
    facts = seen["cancelled"]
    assert (facts["status"], facts["steps"], told(facts)) == (True, 0, [])
    assert DREAM not in facts["layers"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wrong in the dialog", "m9z"),
        ("by a script, as if by hand", "m9z"),
        ("wrong before the dialog", "does not touch the layer"),
        ("closed meanwhile", "layer does not exist any more"),
    ],
)
def test_an_error_is_one_message(seen: dict[str, Facts], name: str, words: str) -> None:
    facts = seen[name]
    assert facts["status"] in (False, "execution error")
    assert len(told(facts)) == 1
    assert words in told(facts)[0]
    assert facts.get("steps", 0) == 0


def test_a_script_is_not_shown_a_message(seen: dict[str, Facts]) -> None:
    assert seen["by a script"]["status"] == "execution error"
    assert told(seen["by a script"]) == []


def test_an_image_of_more_bits_is_told_of(seen: dict[str, Facts]) -> None:
    facts = seen["deep"]
    assert facts["status"] is True
    assert len(told(facts)) == 1
    assert "eight bits" in told(facts)[0]
    assert "GIMP 3" in told(facts)[0]
    assert facts["record"] is not None
