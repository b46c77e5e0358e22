"""The settings of a dream as a plug-in needs them: what to offer, and what to send.

Reads settings.json and presets.json, which lie beside this file and which the core reads too.
A *setting* is a dict with at least name, kind, default, group, label and help; numbers have
minimum, maximum, digits (decimals that a form shows) and unit, choices have (value, label) pairs.
Its only-with says when it matters, see `matters`.
*Values* are dicts from setting name to value. Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import io
import json
import os

_FOLDER = os.path.dirname(os.path.abspath(__file__))
_EMPTY = {
    "choices": [],
    "minimum": None,
    "maximum": None,
    "digits": 0,
    "unit": "",
    "only-with": {},
}


def settings():
    """All settings, in the order in which a form shows them."""
    return [dict(_EMPTY, **row) for row in _read("settings.json")]


def groups():
    """The groups of settings, as (name, title) pairs in the order in which a form shows them."""
    return [(name, title) for name, title in _read("groups.json")]


def matters(setting, values):
    """Whether `setting` changes a dream with these `values`.

    Its only-with names other settings, each with values of which one must be chosen in at least one
    of them; no values stand for any but the default.
    """
    plain = defaults()
    return not setting["only-with"] or any(
        values[other] in wanted if wanted else not _same(values[other], plain[other])
        for other, wanted in setting["only-with"].items()
    )


def uses_guide(values):
    """Whether a dream with these `values` looks at a guide."""
    if values["mix"]:
        return "guide" in values["mix"].split()
    return values["objective"] == "guide"


def is_possible(setting, value):
    """Whether `setting` can have that value."""
    kind = setting["kind"]
    if kind == "boolean" or isinstance(value, bool):
        return kind == "boolean" and isinstance(value, bool)
    if kind == "choice":
        return value in [choice for choice, _ in setting["choices"]]
    if kind == "string":
        return isinstance(value, type(""))
    if not isinstance(value, int if kind == "integer" else (int, float)):
        return False
    return setting["minimum"] <= value <= setting["maximum"]


def presets():
    """Preset name -> values that it sets."""
    return {name: row["settings"] for name, row in _read("presets.json").items()}


def defaults():
    """The default value of every setting."""
    return {row["name"]: row["default"] for row in _read("settings.json")}


def preset_values(preset):
    """The value of every setting when `preset` alone is chosen.

    Raises KeyError where there is no such preset.
    """
    values = defaults()
    values.update(presets()[preset])
    values["preset"] = preset
    return values


def beside_preset(values):
    """What to send of `values` that were all seen by the artist, as in a form.

    A form shows the preset's own values, so that whatever differs from those was chosen by hand.
    """
    return _differing(values, preset_values(values["preset"]))


def beside_defaults(values):
    """What to send of `values` that came without being seen, as from a script.

    A script that names a preset gives its other arguments their defaults by saying nothing: only
    what differs from the defaults was asked for.
    """
    return _differing(values, defaults())


def layer_name(values, source):
    """The new layer's name, after what was dreamed of and the name of the layer `source`."""
    if values["objective"] == "concept":
        dream = "Dream of {}".format(values["concept"])
    elif values["layers"]:
        dream = "Dream of {}".format(values["layers"])
    elif values["network"] != defaults()["network"]:
        dream = "Deep Dream by {}".format(choice_label("network", values["network"]))
    else:
        dream = "Deep Dream"
    return "{} ({})".format(dream, source)


def choice_label(name, value):
    """The label of a choice's value, without the remark in brackets that a form shows."""
    for row in settings():
        if row["name"] == name:
            return dict(map(tuple, row["choices"]))[value].partition(" (")[0]
    raise KeyError(name)


def label_with_unit(setting):
    """A form's label of a setting, such as "_Working size (pixels)"."""
    if setting["unit"]:
        return "{} ({})".format(setting["label"], setting["unit"])
    return setting["label"]


def _differing(values, plain):
    changed = {name: value for name, value in values.items() if not _same(value, plain[name])}
    if values["preset"] != defaults()["preset"]:
        changed["preset"] = values["preset"]
    return changed


def _same(value, other):
    if isinstance(value, float):
        # GIMP keeps last values as text: the sixteenth digit is nobody's wish.
        return abs(value - other) <= 1e-12 * max(1.0, abs(other))
    return value == other


def _read(name):
    with io.open(os.path.join(_FOLDER, name), encoding="utf-8") as stream:
        return json.load(stream)
