"""Every setting of a dream, as declared in `gimp_plugin/common/settings.json`.

That file is the one declaration: names, kinds, ranges, defaults, labels and help. The GIMP plug-ins
and the command line read it too. This module turns `{name: value}` as it arrives (JSON or command
line, hyphenated names) into a checked, frozen `Settings`. Nothing is guessed or clamped.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

from core.errors import SettingError

COMMON = Path(__file__).resolve().parent.parent / "gimp_plugin" / "common"


@dataclass(frozen=True)
class Declaration:
    """One setting as settings.json declares it.

    `kind` is one of choice, string, integer, number, boolean. `choices` holds (value, label) pairs.
    `unit`, `minimum` and `maximum` are for numbers; `digits` is how many decimals a form shows.
    An `open` choice also takes values that are not listed; whoever uses them checks them.
    `only_with` says when it matters: other settings, by name, and the values of which one must be
    chosen in at least one of them; no values stand for any but the default.
    """

    name: str
    kind: str
    default: str | int | float | bool
    label: str
    help: str
    group: str
    choices: tuple[tuple[str, str], ...] = ()
    open: bool = False
    minimum: float = -math.inf
    maximum: float = math.inf
    unit: str = ""
    digits: int = 0
    only_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """A dream's settings; fields and defaults are the declared ones, with underscores.

    `layers` empty means the network's recommended layers; `working_size` 0 means full size;
    `step_size` is in 1/255 of full scale; sizes are in pixels.
    """

    preset: str = "default"
    network: str = "built-in"
    objective: str = "layer"
    concept: str = "eye"
    layers: str = ""
    channels: str = ""
    neuron_x: float = 0.5
    neuron_y: float = 0.5
    window: int = 6
    temperature: float = 0.05
    mix: str = ""
    octaves: int = 5
    octave_scale: float = 1.4
    details: str = "dream"
    smallest_side: int = 0
    iterations: int = 10
    step_size: float = 2.8
    jitter: int = 16
    gradient_normalisation: str = "std"
    antialias: bool = True
    alignment: str = "corners"
    channel_statistics: bool = True
    pull: float = 0.02
    start: str = "picture"
    noise: float = 0.1
    start_blur: float = 8.0
    random_scale: float = 0.0
    random_rotation: float = 0.0
    smoothing: float = 0.0
    laplacian_levels: int = 0
    total_variation: float = 0.0
    decay: float = 0.0
    blur_every: int = 0
    blur_sigma: float = 0.5
    border: int = 0
    clip: bool = True
    optimiser: str = "step"
    parameterisation: str = "pixels"
    decorrelate: bool = False
    loss_limit: float = 0.0
    working_size: int = 1024
    colours: str = "free"
    saturation: float = 1.0
    hold_brightness: bool = False
    strength: float = 1.0
    tileable: bool = False
    seed: int = 0
    device: str = "auto"
    precision: str = "auto"


@cache
def declarations() -> dict[str, Declaration]:
    """The declared settings by name, in the order of the file."""
    rows = json.loads((COMMON / "settings.json").read_text(encoding="utf-8"))
    for row in rows:
        row["choices"] = tuple((value, label) for value, label in row.get("choices", ()))
        conditions = row.pop("only-with", {})
        row["only_with"] = {other: tuple(values) for other, values in conditions.items()}
    return {row["name"]: Declaration(**row) for row in rows}


@cache
def groups() -> dict[str, str]:
    """Title of every group of settings by its name, in the order in which forms show them."""
    return dict(json.loads((COMMON / "groups.json").read_text(encoding="utf-8")))


@cache
def presets() -> dict[str, dict[str, object]]:
    """Preset name -> the settings that it sets."""
    rows = json.loads((COMMON / "presets.json").read_text(encoding="utf-8"))
    return {name: row["settings"] for name, row in rows.items()}


def parse(values: Mapping[str, object]) -> Settings:
    """Check `values` and fill in the rest: given values win over the preset's, those over defaults.

    Raises:
        SettingError: an unknown name, or a value of the wrong kind or outside its range.
    """
    for name, value in values.items():
        _check(name, value)
    preset = presets()[str(values.get("preset", "default"))]
    merged = {**preset, **values}
    return Settings(**{_field(name): _convert(name, value) for name, value in merged.items()})  # type: ignore[arg-type]


def from_text(name: str, text: str) -> object:
    """The value of setting `name` written as `text`, as a command line has it.

    Raises:
        SettingError: the name is unknown or the text is no value of its kind.
    """
    kind = _declaration(name).kind
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        wanted = "a whole number" if kind == "integer" else "a number"
        raise SettingError(f"{name} must be {wanted}, not “{text:.60}”.") from None
    if kind == "boolean":
        words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
        if text.lower() not in words:
            raise SettingError(f"{name} must be yes or no, not “{text:.60}”.")
        return words[text.lower()]
    return text


def values_of(settings: Settings) -> dict[str, object]:
    """Every setting's value by its declared name, as `parse` takes them."""
    return {f.name.replace("_", "-"): getattr(settings, f.name) for f in fields(Settings)}


def _field(name: str) -> str:
    return name.replace("-", "_")


def _declaration(name: str) -> Declaration:
    if name not in declarations():
        known = ", ".join(declarations())
        raise SettingError(f"There is no setting named “{name}”.", f"The settings are: {known}.")
    return declarations()[name]


def _check(name: str, value: object) -> None:
    declared = _declaration(name)
    kinds = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}
    wrong = SettingError(f"{name} must be {kinds.get(declared.kind, 'text')}, not {value!r:.60}.")
    if declared.kind == "boolean":
        if not isinstance(value, bool):
            raise wrong
    elif declared.kind in ("integer", "number"):
        allowed = (int,) if declared.kind == "integer" else (int, float)
        # bool is an int to Python, and no number to anyone else; nan fails both comparisons.
        if isinstance(value, bool) or not isinstance(value, allowed):
            raise wrong
        if not declared.minimum <= value <= declared.maximum:
            low, high = _plain(declared.minimum), _plain(declared.maximum)
            raise SettingError(f"{name} must be from {low} to {high}, not {_plain(value)}.")
    elif not isinstance(value, str):
        raise wrong
    elif declared.kind == "choice" and not declared.open:
        known = [known for known, _ in declared.choices]
        if value not in known:
            hint = f"It can be: {', '.join(known)}."
            raise SettingError(f"{name} cannot be “{value:.60}”.", hint)


def _convert(name: str, value: object) -> object:
    """Whole numbers given for a number become floats, so that equal settings are equal values."""
    if declarations()[name].kind == "number":
        return float(value)  # type: ignore[arg-type]
    return value


def _plain(number: float) -> str:
    # A whole number may be too large to be a float.
    return f"{number:.10g}" if isinstance(number, float) else f"{number!s:.40}"
