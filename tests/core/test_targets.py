"""How layers, channels, concepts and sums of objectives are written."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.errors import SettingError
from core.targets import (
    MIX_EXAMPLE,
    ChannelWeight,
    ConceptWeight,
    LayerWeight,
    check_targets,
    parse_channels,
    parse_concepts,
    parse_layers,
    parse_mix,
)


def test_layers_with_and_without_weights() -> None:
    assert parse_layers("m4b") == (LayerWeight("m4b", 1.0),)
    assert parse_layers(" m4b : 0.5 ,inception4c.branch1/pre:-2") == (
        LayerWeight("m4b", 0.5),
        LayerWeight("inception4c.branch1/pre", -2.0),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "leaves a name empty"),
        ("m4b,", "leaves a name empty"),
        (":2", "leaves a name empty"),
        ("m4b:", "“” is no weight for m4b"),
        ("m4b:much", "“much” is no weight for m4b"),
        ("m4b:0", "“0” is no weight for m4b"),
        ("m4b:nan", "“nan” is no weight"),
        ("m4b:inf", "“inf” is no weight"),
        ("m4b:1:2", "“1:2” is no weight"),
        ("m4b,m4a,m4b:2", "m4b is named twice"),
    ],
)
def test_layers_that_make_no_sense_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence):
        parse_layers(text)


def test_channels() -> None:
    assert parse_channels("  ") == ()
    assert parse_channels("139") == (ChannelWeight(139),)
    assert parse_channels("007, 00") == (ChannelWeight(7), ChannelWeight(0))
    assert parse_channels("9" * 5000) == (ChannelWeight(10**18 - 1),)
    assert parse_channels("12, 40:0.5,7 : -1") == (
        ChannelWeight(12, 1.0),
        ChannelWeight(40, 0.5),
        ChannelWeight(7, -1.0),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-1", "“-1” is no number of a channel"),
        ("1.5", "“1.5” is no number of a channel"),
        ("²", "“²” is no number of a channel"),
        ("12,,13", "leaves a name empty"),
        ("12,12", "channels: 12 is named twice"),
        ("12:x", "“x” is no weight for 12"),
    ],
)
def test_channels_that_make_no_sense_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence):
        parse_channels(text)


def test_concepts() -> None:
    assert parse_concepts("eye, tabby cat:0.5") == (
        ConceptWeight("eye", 1.0),
        ConceptWeight("tabby cat", 0.5),
    )
    assert parse_concepts('"tabby, tabby cat":-2, “one: two”') == (
        ConceptWeight("tabby, tabby cat", -2.0),
        ConceptWeight("one: two", 1.0),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("eye,", "leaves a name empty"),
        ('""', "leaves a name empty"),
        ('"eye" of newt', "“” is no weight for eye|is no weight"),
        ("eye:x", "“x” is no weight for eye"),
    ],
)
def test_concepts_that_make_no_sense_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence):
        parse_concepts(text)


def mix(text: str) -> list[tuple[float, dict[str, str | float]]]:
    return [(term.weight, term.settings) for term in parse_mix(text)]


def test_the_example_of_a_sum() -> None:
    assert mix(MIX_EXAMPLE) == [
        (1.0, {"objective": "layer", "layers": "m4c"}),
        (0.5, {"objective": "concept", "concept": "eye"}),
        (-0.2, {"objective": "channel", "layers": "m4b", "channels": "12,13"}),
    ]


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("layer", [1]),
        ("- layer", [-1]),
        ("-2 layer", [-2]),
        ("+ 2 layer", [2]),
        ("layer - mean", [1, -1]),
        ("layer −.5 mean", [1, -0.5]),
        ("0.5 * layer -2* mean + 1e-1 × guide", [0.5, -2, 0.1]),
    ],
)
def test_signs_and_weights(text: str, weights: list[float]) -> None:
    assert [weight for weight, _ in mix(text)] == weights


@pytest.mark.parametrize(
    ("term", "settings"),
    [
        ("layer features.3/pre:2, m4_c.x", {"layers": "features.3/pre:2,m4_c.x"}),
        ("channel 12 , 13:-1", {"channels": "12,13:-1"}),
        ("channel m4b", {"layers": "m4b"}),
        ("neuron 3 at .5, 1", {"channels": "3", "neuron_x": 0.5, "neuron_y": 1.0}),
        ("concept jack-o'-lantern:2, tabby cat", {"concept": "jack-o'-lantern:2, tabby cat"}),
        ('concept "cat - dog + 3, eye":2', {"concept": '"cat - dog + 3, eye":2'}),
        ("Relative", {}),
    ],
)
def test_what_a_term_is_about(term: str, settings: dict[str, object]) -> None:
    ((weight, found),) = mix(term)
    assert weight == 1
    assert found.pop("objective") == term.split()[0].lower()
    assert found == settings


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lyer m4c", "“lyer” is no objective"),
        ("m4c", "“m4c” is no objective"),
        ("layer m4c + ", "A term of the weighted sum is empty"),
        ("layer m4c + + mean", "A term of the weighted sum is empty"),
        ("0.5", "A term of the weighted sum is empty"),
        ("0 layer", "“0” is no weight for a term"),
        ("1e999 layer", "“1e999” is no weight for a term"),
        ("layer m4c m4b", "“layer m4c m4b” has too many words"),
        ("layer m4c:x", "“x” is no weight for m4c"),
        ("channel m4b m4c 12", "has too many words"),
        ("neuron 3 at left", "“at left” is no place"),
        ("neuron 3 at 0.5,2", "“at 0.5,2” is no place"),
        ('concept "eye', "A quotation mark in the weighted sum has no partner"),
        ("concept eye, , cat", "leaves a name empty"),
    ],
)
def test_sums_that_make_no_sense_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence) as caught:
        parse_mix(text)
    assert caught.value.hint


def test_a_refused_sum_comes_with_one_that_is_right() -> None:
    with pytest.raises(SettingError) as caught:
        parse_mix("lyer m4c")
    assert "layer, norm, mean, channel" in caught.value.hint
    assert MIX_EXAMPLE in caught.value.hint


def test_everything_written_can_be_checked_at_once() -> None:
    check_targets("", "", "")
    check_targets("m3a; m4b:2,m4c", "12", "layer m4c")
    for wrong in (("m3a;", "", ""), ("m3a;m4b:x", "", ""), ("", "x", ""), ("", "", "x")):
        with pytest.raises(SettingError):
            check_targets(*wrong)


def test_reading_brings_no_pytorch_in() -> None:
    code = "import sys, core.targets; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
