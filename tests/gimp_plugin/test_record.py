"""Records of dreams as the plug-ins keep them."""

from __future__ import annotations

import json

import pytest
import torch

from core import provenance
from core.precision import Precision
from core.settings import parse
from gimp_plugin.common import plugin_settings, record
from gimp_plugin.common.errors import WorkerError

SETTINGS = parse({"preset": "classic", "layers": "m4b:0.5", "step-size": 0.1, "seed": 7})
CORE = provenance.as_fields(
    provenance.record_of(SETTINGS, "ab" * 32, torch.device("cpu"), Precision(torch.float32))
)
LAYER = {"source": {"name": "Phötö", "tattoo": 3}}


def kept(**changes: object) -> str:
    return record.as_text({**CORE, **changes}, LAYER)


def test_it_comes_back_with_what_the_plugin_added() -> None:
    assert record.from_text(kept()) == {**CORE, "layer": LAYER}
    # GIMP keeps bytes below 128 alone.
    assert kept().isascii()


def test_its_values_are_those_that_the_core_dreamed_with() -> None:
    values = record.values_of(record.from_text(kept()))
    assert list(values) == [setting["name"] for setting in plugin_settings.settings()]
    assert parse(plugin_settings.beside_preset(values)) == SETTINGS


def test_settings_that_came_later_and_presets_that_went() -> None:
    settings = dict(parse_values(), preset="baroque")
    del settings["strength"]
    values = record.values_of(record.from_text(kept(settings=settings)))
    assert values["preset"] == "default"
    assert values["strength"] == plugin_settings.defaults()["strength"]
    assert values["jitter"] == SETTINGS.jitter


def test_a_network_that_is_not_listed_can_be_there() -> None:
    settings = dict(parse_values(), network="resnet101")
    values = record.values_of(record.from_text(kept(settings=settings)))
    assert values["network"] == "resnet101"


def parse_values() -> dict[str, object]:
    values = CORE["settings"]
    assert isinstance(values, dict)
    return values


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "damaged"),
        ("[]", "damaged"),
        (json.dumps(CORE), "damaged"),
        (kept(settings=[]), "damaged"),
        (kept(format="recipe"), "damaged"),
        (kept(number=2, version="7.0"), "version 7.0 of Deep Dream and cannot be repeated"),
    ],
)
def test_what_is_no_record_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(WorkerError) as caught:
        record.from_text(text)
    assert caught.value.code == "bad-record"
    assert sentence in caught.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vividness", 2),
        ("octaves", 99),
        ("octaves", 2.5),
        ("octaves", True),
        ("step-size", float("nan")),
        ("antialias", 1),
        ("network", 5),
        ("objective", "vividness"),
        ("layers", 5),
        ("preset", {"classic": 1}),
    ],
)
def test_a_setting_that_is_not_known_here_is_named(name: str, value: object) -> None:
    text = kept(settings={**parse_values(), name: value}, version="7.0")
    with pytest.raises(WorkerError) as caught:
        record.values_of(record.from_text(text))
    assert f"“{name}”" in caught.value.message
    assert "version 7.0" in caught.value.message
    assert caught.value.hint
