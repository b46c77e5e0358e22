from __future__ import annotations

import math
import re
from dataclasses import FrozenInstanceError, fields

import pytest

from core.errors import SettingError
from core.settings import (
    Settings,
    declarations,
    from_text,
    groups,
    parse,
    presets,
    values_of,
)
from gimp_plugin.common.plugin_settings import preset_values

KINDS = {"choice": str, "string": str, "integer": int, "number": float, "boolean": bool}


def test_the_dataclass_is_what_the_file_declares() -> None:
    declared = {name.replace("-", "_"): row.default for name, row in declarations().items()}
    assert [field.name for field in fields(Settings)] == list(declared)
    for field in fields(Settings):
        assert field.default == declared[field.name]
        name = field.name.replace("_", "-")
        assert type(field.default) is KINDS[declarations()[name].kind], name


def test_every_declaration_makes_sense() -> None:
    for name, row in declarations().items():
        assert re.fullmatch("[a-z]+(-[a-z]+)*", name)
        assert row.label
        assert row.group in groups()
        assert row.help.endswith((".", "…"))
        if row.kind == "choice":
            assert row.default in [value for value, _ in row.choices]
        if row.kind in ("integer", "number"):
            assert math.isfinite(row.minimum)
            assert math.isfinite(row.maximum)
            assert row.minimum <= float(row.default) <= row.maximum


def test_every_condition_can_be_met() -> None:
    for name, row in declarations().items():
        for other, wanted in row.only_with.items():
            assert other != name
            if wanted:
                assert set(wanted) <= {value for value, _ in declarations()[other].choices}, name
            else:
                # Then any value but the default will do.
                assert declarations()[other].kind != "choice", name


def test_every_preset_is_a_choice_and_parses() -> None:
    assert [value for value, _ in declarations()["preset"].choices] == list(presets())
    for name, values in presets().items():
        assert "preset" not in values
        settings = parse({"preset": name})
        for setting, value in values.items():
            assert getattr(settings, setting.replace("-", "_")) == value


def test_nothing_given_is_the_default() -> None:
    assert parse({}) == Settings()


def test_every_preset_parses_as_a_texture_too() -> None:
    for name in presets():
        parse(preset_values(name, texture=True))
    strokes = parse(preset_values("flowing-strokes", texture=True))
    assert (strokes.objective, strokes.start, strokes.iterations) == ("channel", "noise", 12)


def test_what_is_given_wins_over_the_preset_and_that_over_the_defaults() -> None:
    settings = parse({"preset": "classic", "octaves": 2})
    assert settings.octaves == 2
    assert settings.gradient_normalisation == "mean-abs"
    assert settings.seed == 0


def test_given_defaults_win_over_the_preset_too() -> None:
    default = Settings().jitter
    assert presets()["classic"]["jitter"] != default
    assert parse({"preset": "classic", "jitter": default}).jitter == default


def test_whole_numbers_are_numbers() -> None:
    settings = parse({"step-size": 3})
    assert settings == parse({"step-size": 3.0})
    assert type(settings.step_size) is float


def test_an_open_choice_takes_what_it_does_not_list() -> None:
    assert parse({"network": "resnet101"}).network == "resnet101"


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().octaves = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"octave": 3}, "There is no setting named “octave”."),
        ({"octave_scale": 1.4}, "There is no setting named “octave_scale”."),
        ({"octaves": 0}, "octaves must be from 1 to 20, not 0."),
        ({"octaves": 21}, "octaves must be from 1 to 20, not 21."),
        ({"octaves": 4.0}, "octaves must be a whole number, not 4.0."),
        ({"octaves": "4"}, "octaves must be a whole number, not '4'."),
        ({"octaves": True}, "octaves must be a whole number, not True."),
        ({"octaves": None}, "octaves must be a whole number, not None."),
        ({"seed": 2**31}, "seed must be from 0 to 2147483647, not 2147483648."),
        ({"octaves": 10**400}, "octaves must be from 1 to 20, not 1" + 39 * "0" + "."),
        ({"octave-scale": 1.0}, "octave-scale must be from 1.05 to 3, not 1."),
        ({"octave-scale": math.nan}, "octave-scale must be from 1.05 to 3, not nan."),
        ({"octave-scale": math.inf}, "octave-scale must be from 1.05 to 3, not inf."),
        ({"step-size": "big"}, "step-size must be a number, not 'big'."),
        ({"antialias": 1}, "antialias must be true or false, not 1."),
        ({"concept": 7}, "concept must be text, not 7."),
        ({"device": "gpu"}, "device cannot be “gpu”."),
        ({"network": 7}, "network must be text, not 7."),
        ({"preset": "clasic"}, "preset cannot be “clasic”."),
        ({"preset": ["classic"]}, "preset must be text, not ['classic']."),
    ],
)
def test_a_bad_value_is_refused_with_its_sentence(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse(values)
    assert caught.value.message == sentence


def test_a_refusal_names_what_could_be() -> None:
    with pytest.raises(SettingError) as caught:
        parse({"objective": "layers"})
    assert "layer, norm, relative" in caught.value.hint
    with pytest.raises(SettingError) as caught:
        parse({"octave": 3})
    assert "octaves" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("octaves", "3", 3),
        ("octave-scale", "1.5", 1.5),
        ("antialias", "no", False),
        ("antialias", "True", True),
        ("layers", "m4a,m4b:2", "m4a,m4b:2"),
        ("network", "googlenet", "googlenet"),
    ],
)
def test_text_becomes_a_value(name: str, text: str, value: object) -> None:
    found = from_text(name, text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("octaves", "1.5", "octaves must be a whole number, not “1.5”."),
        ("step-size", "much", "step-size must be a number, not “much”."),
        ("antialias", "perhaps", "antialias must be yes or no, not “perhaps”."),
        ("sharpness", "1", "There is no setting named “sharpness”."),
    ],
)
def test_text_that_is_no_value_is_refused(name: str, text: str, sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        from_text(name, text)
    assert caught.value.message == sentence


def test_values_make_the_same_settings_again() -> None:
    settings = parse({"preset": "classic", "octaves": 2, "concept": "spiral"})
    values = values_of(settings)
    assert list(values) == list(declarations())
    assert (values["preset"], values["octaves"], values["step-size"]) == ("classic", 2, 1.5)
    assert parse(values) == settings
