"""The settings as the plug-ins read them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from core import settings as core_settings
from gimp_plugin.common import plugin_settings

# Of GIMP's dialog: Help, Load Saved Settings, Save Settings, Reset, Cancel, OK, Advanced.
TAKEN = "hlsrcoa"


def test_the_plugins_know_what_the_core_knows() -> None:
    names = [setting["name"] for setting in plugin_settings.settings()]
    assert names == list(core_settings.declarations())
    assert plugin_settings.defaults() == {
        name: declared.default for name, declared in core_settings.declarations().items()
    }
    assert plugin_settings.presets() == core_settings.presets()


def test_every_setting_has_all_keys() -> None:
    for setting in plugin_settings.settings():
        assert {
            "minimum",
            "maximum",
            "digits",
            "unit",
            "choices",
            "open",
            "only-with",
        } <= setting.keys()


def test_every_group_has_its_title() -> None:
    assert dict(plugin_settings.groups()) == core_settings.groups()


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("octaves", {}, True),
        ("concept", {}, False),
        ("concept", {"objective": "concept"}, True),
        ("blur-sigma", {}, False),
        ("blur-sigma", {"blur-every": 4}, True),
        ("neuron-x", {"mix": "neuron m4c 12"}, True),
    ],
)
def test_a_setting_matters_with_some_values_alone(
    name: str, changes: dict[str, object], expected: bool
) -> None:
    setting = next(row for row in plugin_settings.settings() if row["name"] == name)
    assert plugin_settings.matters(setting, {**plugin_settings.defaults(), **changes}) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"objective": "guide"}, True),
        ({"mix": "layer m4c + 0.5 guide"}, True),
        ({"mix": "Guide m4c - concept eye"}, True),
        ({"mix": "concept guide"}, False),
        ({"objective": "guide", "mix": "layer m4c"}, False),
    ],
)
def test_a_guide_is_for_the_objective_that_looks_at_one(
    changes: dict[str, str], expected: bool
) -> None:
    assert plugin_settings.uses_guide({**plugin_settings.defaults(), **changes}) is expected


def test_mnemonics_do_not_clash() -> None:
    """A clash makes GIMP complain, and Alt with the letter picks one of the two by chance."""
    labels = [setting["label"] for setting in plugin_settings.settings()]
    letters = [
        found[1].lower() for found in (re.search("_(.)", label) for label in labels) if found
    ]
    clashing = [letter for letter, count in Counter([*letters, *TAKEN]).items() if count > 1]
    assert not clashing


def test_a_unit_is_part_of_the_label() -> None:
    shown = {
        row["name"]: plugin_settings.label_with_unit(row) for row in plugin_settings.settings()
    }
    assert shown["working-size"] == "Working size (pixels)"
    assert shown["seed"] == "See_d"


def test_a_presets_values_go_over_the_defaults() -> None:
    values = plugin_settings.preset_values("classic")
    assert (values["preset"], values["step-size"], values["seed"]) == ("classic", 1.5, 0)


def test_defaults_are_not_sent() -> None:
    assert plugin_settings.beside_preset(plugin_settings.defaults()) == {}
    script = plugin_settings.meant_by_script(plugin_settings.defaults())
    assert plugin_settings.beside_preset(script) == {}


def test_a_form_sends_what_differs_from_the_preset_that_it_shows() -> None:
    values = {**plugin_settings.preset_values("classic"), "step-size": 2.8, "seed": 7}
    # 2.8 is the default, and yet the artist's own choice.
    assert plugin_settings.beside_preset(values) == {
        "preset": "classic",
        "step-size": 2.8,
        "seed": 7,
    }


def test_a_script_that_names_a_preset_gets_the_presets_values() -> None:
    values = {**plugin_settings.defaults(), "preset": "classic", "iterations": 3}
    meant = plugin_settings.meant_by_script(values)
    assert meant == {**plugin_settings.preset_values("classic"), "iterations": 3}
    sent = plugin_settings.beside_preset(meant)
    assert sent == {"preset": "classic", "iterations": 3}
    parsed = core_settings.parse(sent)
    assert (parsed.step_size, parsed.iterations) == (1.5, 3)


def test_a_number_that_went_through_text_is_not_taken_for_a_wish() -> None:
    values = {**plugin_settings.defaults(), "octave-scale": 1.4000000000000001332}
    assert plugin_settings.beside_preset({**values, "pull": 0.02 * (1 + 1e-15)}) == {}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "Deep Dream (Photo)"),
        ({"objective": "concept", "concept": "owl"}, "Dream of owl (Photo)"),
        ({"layers": "m4c:0.5,m3a"}, "Dream of m4c:0.5,m3a (Photo)"),
        ({"network": "googlenet"}, "Deep Dream by GoogLeNet (Photo)"),
        ({"network": "resnet101"}, "Deep Dream by resnet101 (Photo)"),
        ({"objective": "guide"}, "Guided dream (Photo)"),
        ({"mix": "layer m4c - concept eye"}, "Dream of layer m4c - concept eye (Photo)"),
        ({"preset": "rings-and-nets", "seed": 3}, "Rings and nets (Photo)"),
        ({"preset": "menagerie", "concept": "owl"}, "Dream of owl (Photo)"),
        ({"preset": "classic", "objective": "guide"}, "Guided dream (Photo)"),
    ],
)
def test_a_layer_is_named_after_what_was_dreamed(changes: dict[str, Any], name: str) -> None:
    values = {**plugin_settings.preset_values(changes.get("preset", "default")), **changes}
    assert plugin_settings.layer_name(values, "Photo") == name


@pytest.mark.parametrize(
    ("dream", "picture"),
    [
        ("Dream of owl (Photo)", "Photo"),
        ("Dream of owl (Photo (2)), unfinished", "Photo (2)"),
        ("Fur (Photo) #1", "Photo"),
        ("My best one", "My best one"),
    ],
)
def test_a_dream_of_a_dream_is_named_after_the_picture(dream: str, picture: str) -> None:
    assert plugin_settings.picture_name(dream) == picture


def test_an_unknown_preset_is_an_error() -> None:
    with pytest.raises(KeyError):
        plugin_settings.preset_values("nightmare")


def test_a_texture_has_the_defaults_of_its_preset_and_nothing_about_pictures() -> None:
    defaults = {row["name"]: row["default"] for row in plugin_settings.settings(texture=True)}
    preset = plugin_settings.presets()["texture"]
    assert defaults["preset"] == "texture"
    assert {name: defaults[name] for name in preset if name != "start"} == {
        name: value for name, value in preset.items() if name != "start"
    }
    assert not defaults.keys() & {"start", "start-blur", "colours", "strength"}


@pytest.mark.parametrize("preset", ["coral-reef", "fur", "class-visualisation", "texture"])
def test_of_a_texture_other_presets_say_what_and_not_how(preset: str) -> None:
    values = plugin_settings.preset_values(preset, texture=True)
    own, how = (plugin_settings.presets()[name] for name in (preset, "texture"))
    assert values["start"] == "noise"
    for name in ("objective", "concept", "window", "octaves", "layers"):
        assert values[name] == own.get(name, plugin_settings.defaults()[name])
    knows_how = own if preset == "class-visualisation" else how
    assert (values["noise"], values["iterations"]) == (knows_how["noise"], knows_how["iterations"])


def test_a_script_that_names_a_preset_gets_a_texture_of_it() -> None:
    plain = plugin_settings.preset_values("texture", texture=True)
    meant = plugin_settings.meant_by_script(
        {**plain, "preset": "fur", "iterations": 3}, texture=True
    )
    assert meant == {**plugin_settings.preset_values("fur", texture=True), "iterations": 3}
    parsed = core_settings.parse(plugin_settings.beside_preset(meant))
    assert core_settings.values_of(parsed) == meant


def test_a_texture_is_named_after_what_was_dreamed_alone() -> None:
    values = {**plugin_settings.preset_values("texture", texture=True), "concept": "owl"}
    assert plugin_settings.layer_name(values, "") == "Dream of owl"
