"""Records of dreams: written, read, repeated, compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from core.errors import RecordError, SettingError
from core.precision import Precision
from core.provenance import (
    MAX_BYTES,
    Record,
    as_fields,
    as_text,
    differences,
    from_fields,
    from_text,
    record_of,
    settings_of,
)
from core.settings import Settings, parse, presets
from core.version import VERSION

CPU = torch.device("cpu")
SETTINGS = parse({"preset": "classic", "layers": "m4b:0.5", "step-size": 0.1, "seed": 7})
RECORD = record_of(SETTINGS, "ab" * 32, CPU, Precision(torch.float32))


def without(record: Record, *names: str) -> dict[str, object]:
    return {name: value for name, value in record.settings.items() if name not in names}


def test_a_record_says_how_the_dream_was_made() -> None:
    assert (RECORD.version, RECORD.pytorch) == (VERSION, torch.__version__)
    assert (RECORD.device, RECORD.precision, RECORD.weights) == ("cpu", "float32", "ab" * 32)
    assert (RECORD.mask, RECORD.guide) == ("", "")
    assert RECORD.settings["jitter"] == presets()["classic"]["jitter"]


def test_it_comes_back_from_text_and_makes_the_same_settings() -> None:
    assert from_text(as_text(RECORD)) == RECORD
    assert settings_of(from_text(as_text(RECORD))) == SETTINGS
    assert as_text(RECORD).isascii()


def test_what_a_keeper_adds_is_left_alone() -> None:
    assert from_fields({**as_fields(RECORD), "layer": {"name": "Photo"}}) == RECORD


def test_settings_alone_are_a_record_too() -> None:
    assert settings_of(from_text('{"octaves": 2}')) == parse({"octaves": 2})


def test_what_is_given_wins() -> None:
    assert settings_of(RECORD, {"seed": 8}) == replace(SETTINGS, seed=8)
    plain = record_of(parse({"jitter": 3, "seed": 5}), "", CPU, Precision(torch.float32))
    assert settings_of(plain, {"preset": "classic", "octaves": 2}) == parse(
        {"preset": "classic", "octaves": 2, "seed": 5}
    )


def test_settings_that_came_later_have_their_defaults() -> None:
    older = replace(RECORD, settings=without(RECORD, "strength", "tileable"))
    assert settings_of(older) == SETTINGS


def test_a_preset_that_is_gone_leaves_its_settings() -> None:
    other = replace(RECORD, settings={**RECORD.settings, "preset": "baroque"})
    assert settings_of(other) == replace(SETTINGS, preset="default")


@pytest.mark.parametrize(
    ("text", "sentence", "hint"),
    [
        ("{", "no JSON", ""),
        ("[" * 50_000, "no JSON", ""),
        ("[1]", "no record", ""),
        ('{"format": "recipe"}', "no record", ""),
        (as_text(RECORD).replace('"number": 1', '"number": 2'), "record is of kind 2", "newer"),
        (as_text(RECORD).replace('"cpu"', "1"), "damaged", ""),
        ('{"format": "deep-dream-record", "number": 1, "settings": 5}', "damaged", ""),
    ],
)
def test_what_is_no_record_is_refused(text: str, sentence: str, hint: str) -> None:
    with pytest.raises(RecordError) as caught:
        from_text(text)
    assert sentence in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("record", "sentence", "hint"),
    [
        (
            replace(RECORD, settings={**RECORD.settings, "vividness": 2}, version="9.1"),
            "version 9.1 of Deep Dream. It has settings that this version does not know (vividness",
            f"This is version {VERSION}",
        ),
        (Record({"vividness": 2}), "no setting named “vividness”", "octaves"),
        (Record({"octaves": 99}), "octaves must be from 1 to 20, not 99.", ""),
        (Record({"octaves": float("nan")}), "whole number", ""),
        (Record({"preset": {"classic": 1}}), "preset must be", ""),
    ],
)
def test_settings_that_are_not_known_here_are_refused(
    record: Record, sentence: str, hint: str
) -> None:
    with pytest.raises(RecordError) as caught:
        settings_of(record)
    assert sentence in caught.value.message
    assert hint in caught.value.hint


def test_a_mistake_beside_the_record_is_not_the_records() -> None:
    with pytest.raises(SettingError):
        settings_of(RECORD, {"octaves": 99})


def test_settings_that_no_record_can_hold_are_refused() -> None:
    with pytest.raises(SettingError) as caught:
        record_of(Settings(mix="eye + " * MAX_BYTES), "", CPU, Precision(torch.float32))
    assert "too long" in caught.value.message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ()),
        ({"weights": "cd" * 32}, ("weights",)),
        ({"device": "cuda"}, ("on cuda", "on cpu")),
        ({"version": "9.1"}, ("version 9.1",)),
        ({"mask": "12"}, ("strength map", "none")),
        ({"guide": "12"}, ("guide", "none")),
        ({"partial": True}, ("ended early",)),
    ],
)
def test_what_keeps_a_dream_from_being_the_same_is_told(
    changes: dict[str, Any], words: tuple[str, ...]
) -> None:
    found = differences(replace(RECORD, **changes), RECORD)
    assert len(found) == bool(words)
    assert all(word in " ".join(found) for word in words)


def test_another_network_has_other_weights_without_remark() -> None:
    other = replace(RECORD, settings={**RECORD.settings, "network": "googlenet"}, weights="cd" * 32)
    assert differences(other, RECORD) == ()


def test_another_guide_is_told() -> None:
    guides = [np.full((2, 2, 3), value, np.float32) for value in (0.0, 1.0)]
    one, other, same = (
        record_of(SETTINGS, "", CPU, Precision(torch.float32), guide=guide)
        for guide in (*guides, guides[0])
    )
    assert "another guide" in differences(one, other)[0]
    assert differences(one, same) == ()
