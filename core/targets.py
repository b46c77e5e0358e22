"""What is to grow, as it is written: layers, channels, concepts, and sums of objectives.

Everything is read here and nothing is looked up: whether a network has a layer or concept of that
name is its own affair. Imports no PyTorch, so that a mistake is told at once.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from core.errors import SettingError
from core.language import _

OBJECTIVES = (
    "layer",
    "norm",
    "mean",
    "channel",
    "neuron",
    "concept",
    "probability",
    "relative",
    "guide",
)
MIX_EXAMPLE = "layer m4c + 0.5 concept eye - 0.2 channel m4b 12,13"

_QUOTED = r'"[^"]*"|“[^”]*”'
_WORD = re.compile(rf'(?:{_QUOTED}|[^\s"“”])+')
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_CHANNELS = re.compile(r"\d[\d\s,:.+-]*")


class LayerWeight(NamedTuple):
    """One layer that an objective names, and how much it counts (any finite number but 0)."""

    name: str
    weight: float = 1.0


class ChannelWeight(NamedTuple):
    """One channel of a layer, from 0, and how much it counts (any finite number but 0)."""

    number: int
    weight: float = 1.0


class ConceptWeight(NamedTuple):
    """One concept by name, and how much it counts (any finite number but 0)."""

    name: str
    weight: float = 1.0


class MixTerm(NamedTuple):
    """One term of a weighted sum.

    `settings` are those that the term sets, by the names of `core.settings.Settings`: always
    `objective`; `layers`, `channels`, `concept`, `neuron_x`, `neuron_y` where they are written.
    """

    weight: float
    settings: dict[str, str | float]


def parse_layers(text: str) -> tuple[LayerWeight, ...]:
    """Read `name[:weight],…`, such as ``inception4c,inception4d:0.5``.

    Raises:
        SettingError: nothing named, a layer named twice, or a weight that is no number or is 0.
    """
    return tuple(LayerWeight(name, weight) for name, weight in _weighted(text, "layers"))


def parse_channels(text: str) -> tuple[ChannelWeight, ...]:
    """Read `number[:weight],…`, such as ``139`` or ``12, 40:0.5, 7:-1``; empty text names none.

    Raises:
        SettingError: a number that is none, named twice, or a weight that is no number or is 0.
    """
    if not text.strip():
        return ()
    channels = []
    for name, weight in _weighted(text, "channels"):
        if not (name.isascii() and name.isdecimal()):
            raise SettingError(
                _("“{name:.40}” is no number of a channel.").format(name=name),
                _("Write whole numbers from 0, with commas between: 139 or 12, 40:0.5."),
            )
        # Python refuses to read thousands of digits, and no network has that many channels.
        channels.append(ChannelWeight(int((name.lstrip("0") or "0")[:18]), weight))
    return tuple(channels)


def parse_concepts(text: str) -> tuple[ConceptWeight, ...]:
    """Read `name[:weight],…`, such as ``eye, spiral:0.5``.

    Names with commas or colons in them stand in quotation marks: ``"tabby, tabby cat":2``.

    Raises:
        SettingError: nothing named, a concept named twice, or a weight that is no number or is 0.
    """
    return tuple(ConceptWeight(name, weight) for name, weight in _weighted(text, "concept"))


def parse_mix(text: str) -> tuple[MixTerm, ...]:
    """Read a weighted sum such as ``layer m4c + 0.5 concept eye - 0.2 channel m4b 12,13``.

    Terms stand between plus and minus signs with spaces around them. A term is a number, which may
    be left out, the name of an objective, and what that objective is about:

    - ``layer``, ``norm``, ``mean``, ``relative``, ``guide``, then layers, as in the setting of
      that name;
    - ``channel``, then layers, then channels: ``channel m4b 12,13``;
    - ``neuron``, the same, and maybe where it is: ``neuron m4b 12 at 0.3,0.7``;
    - ``concept``, ``probability``, then concepts, as in the setting of that name.

    What is left out is as in the settings beside the sum.

    Raises:
        SettingError: it cannot be read; the hint shows a sum that can.
    """
    if text.count('"') % 2 or text.count("“") != text.count("”"):
        raise _bad_mix(_("A quotation mark in the weighted sum has no partner."))
    terms = []
    for sign, words in _terms(_WORD.findall(text)):
        factor, words = _factor(words)
        if not words:
            raise _bad_mix(_("A term of the weighted sum is empty."))
        name, rest = words[0].lower(), words[1:]
        if name not in OBJECTIVES:
            raise _bad_mix(
                _("“{name:.40}” is no objective that a weighted sum can have.").format(
                    name=words[0]
                ),
                _("There are: {names}.").format(names=", ".join(OBJECTIVES)),
            )
        terms.append(MixTerm(sign * factor, {"objective": name, **_about(name, rest)}))
    return tuple(terms)


def check_targets(layers: str, channels: str, mix: str) -> None:
    """See that the settings of these names can be read; empty ones can.

    Raises:
        SettingError: one cannot.
    """
    if layers:
        for octave in layers.split(";"):
            parse_layers(octave)
    parse_channels(channels)
    if mix.strip():
        parse_mix(mix)


def _weighted(text: str, setting: str) -> list[tuple[str, float]]:
    """Names with their weights; `setting` is what they were given for."""
    found: dict[str, float] = {}
    for part in _split(text):
        quoted = re.match(rf"\s*({_QUOTED})", part)
        if quoted:
            name, rest = quoted[1][1:-1].strip(), part[quoted.end() :].strip()
            colon, weight = rest[:1], rest[1:].strip()
        else:
            name, colon, weight = (piece.strip() for piece in part.partition(":"))
        if not name:
            raise SettingError(
                _("{setting}: “{text:.80}” leaves a name empty.").format(
                    setting=setting, text=text
                ),
                _("Write them as name or name:weight."),
            )
        try:
            factor = float(weight) if colon else 1.0
        except ValueError:
            factor = math.nan
        if colon not in ("", ":") or not math.isfinite(factor) or factor == 0:
            raise SettingError(
                _("{setting}: “{weight:.40}” is no weight for {name}.").format(
                    setting=setting, weight=weight, name=name
                ),
                _("Write a number."),
            )
        if name in found:
            raise SettingError(
                _("{setting}: {name} is named twice.").format(setting=setting, name=name)
            )
        found[name] = factor
    return list(found.items())


def _split(text: str) -> list[str]:
    """The pieces between commas that no quotation marks enclose."""
    pieces = [""]
    for piece in re.findall(rf"{_QUOTED}|.", text, re.DOTALL):
        if piece == ",":
            pieces.append("")
        else:
            pieces[-1] += piece
    return pieces


def _terms(words: list[str]) -> list[tuple[int, list[str]]]:
    """Sign and words of every term."""
    terms: list[tuple[int, list[str]]] = [(1, [])]
    for index, word in enumerate(words):
        # A minus that clings to its number begins a term too; names never begin so.
        clinging = word[0] in "+-−" and _NUMBER.fullmatch(word[1:].rstrip("*×"))
        if word not in ("+", "-", "−") and not clinging:
            terms[-1][1].append(word)
            continue
        sign = 1 if word[0] == "+" else -1
        if index == 0:
            terms.clear()
        terms.append((sign, [word[1:]] if clinging else []))
    return terms


def _factor(words: list[str]) -> tuple[float, list[str]]:
    """The number that a term begins with, 1 where there is none, and the words behind it."""
    number = words[0].rstrip("*×") if words else ""
    if not _NUMBER.fullmatch(number):
        return 1.0, words
    factor, rest = float(number), words[1:]
    if not math.isfinite(factor) or factor == 0:
        raise _bad_mix(
            _("“{number:.40}” is no weight for a term of the weighted sum.").format(number=number)
        )
    return factor, rest[1:] if rest and rest[0] in ("*", "×") else rest


def _about(objective: str, words: list[str]) -> dict[str, str | float]:
    """The settings that say what a term is about."""
    text = " ".join(words)
    if objective in ("concept", "probability"):
        if text:
            parse_concepts(text)
        return {"concept": text} if text else {}
    settings: dict[str, str | float] = {}
    if objective == "neuron" and "at" in words:
        index = words.index("at")
        settings |= _place(" ".join(words[index + 1 :]))
        text = " ".join(words[:index])
    # Words that a comma or a colon holds together are one list.
    lists = re.sub(r"\s*([,:])\s*", r"\1", text).split()
    if objective in ("channel", "neuron") and lists and _CHANNELS.fullmatch(lists[-1]):
        settings["channels"] = lists.pop()
        parse_channels(str(settings["channels"]))
    if lists:
        settings["layers"] = lists.pop()
        parse_layers(str(settings["layers"]))
    if lists:
        raise _bad_mix(
            _("“{objective} {text:.60}” has too many words.").format(objective=objective, text=text)
        )
    return settings


def _place(text: str) -> dict[str, str | float]:
    numbers = [part.strip() for part in text.split(",")]
    if len(numbers) == 2 and all(_NUMBER.fullmatch(number) for number in numbers):
        across, down = (float(number) for number in numbers)
        if 0 <= across <= 1 and 0 <= down <= 1:
            return {"neuron_x": across, "neuron_y": down}
    raise _bad_mix(
        _("“at {text:.40}” is no place of a neuron.").format(text=text),
        _("Write two numbers from 0 to 1, across and down: neuron m4b 12 at 0.3,0.7."),
    )


def _bad_mix(sentence: str, hint: str = "") -> SettingError:
    example = _("Write it like this: {example}").format(example=MIX_EXAMPLE)
    return SettingError(sentence, f"{hint} {example}".strip())
