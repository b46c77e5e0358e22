"""The settings of a dream as a plug-in needs them: what to offer, and what to send.

Reads settings.json and presets.json, which lie beside this file and which the core reads too.
A *setting* is a dict with at least name, kind, default, group, label and help; numbers have
minimum, maximum, digits (decimals that a form shows) and unit, choices have (value, label) pairs,
and if they are open, any other text can be their value. Its only-with says when it matters, see
`matters`.
*Values* are dicts from setting name to value.

A *texture* is a dream from nothing but noise. It has no settings that are about a picture, and its
others have the defaults of the preset "texture"; each preset then says what to dream of, and that
one how; a preset's own "texture" has the last word. Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import io
import json
import os
import re

from .translation import _

_FOLDER = os.path.dirname(os.path.abspath(__file__))
# Where a term of a weighted sum begins: at first, or after a sign or a number.
_GUIDE_TERM = re.compile("(?:^|[-+*\u2212\u00d7.0-9]\\s)\\s*guide(?:\\s|$)", re.IGNORECASE)
_TEXTURE = "texture"
# The settings that say what grows.
WHAT = ("objective", "concept", "layers", "channels", "mix", "network")
_ABOUT_PICTURES = {"start", "start-blur", "colours", "strength"}
# Of the preset for textures, what others say better.
_LEFT_TO_OTHERS = {"objective", "concept", "window"}
_EMPTY = {
    "choices": [],
    "open": False,
    "minimum": None,
    "maximum": None,
    "digits": 0,
    "unit": "",
    "only-with": {},
}


def settings(texture=False):
    """All settings, in the order in which a form shows them; of textures or of other dreams."""
    found = [_translated(dict(_EMPTY, **row)) for row in _read("settings.json")]
    if not texture:
        return found
    plain = preset_values(_TEXTURE, texture=True)
    found = [row for row in found if row["name"] not in _ABOUT_PICTURES]
    return [dict(row, default=plain[row["name"]]) for row in found]


def groups():
    """The groups of settings, as (name, title) pairs in the order in which a form shows them."""
    return [(name, _(title)) for name, title in _read("groups.json")]


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
    if values["mix"].strip():
        return _GUIDE_TERM.search(values["mix"]) is not None
    return values["objective"] == "guide"


def is_possible(setting, value):
    """Whether `setting` can have that value."""
    kind = setting["kind"]
    if kind == "boolean" or isinstance(value, bool):
        return kind == "boolean" and isinstance(value, bool)
    if kind == "choice" and not setting["open"]:
        return value in [choice for choice, _ in setting["choices"]]
    if kind in ("choice", "string"):
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


def preset_values(preset, texture=False):
    """The value of every setting when `preset` alone is chosen, for a texture or another dream.

    Raises KeyError where there is no such preset.
    """
    values = defaults()
    row = _read("presets.json")[preset]
    values.update(row["settings"])
    # Those that begin with noise themselves know how.
    if texture and "start" not in row["settings"]:
        how = presets()[_TEXTURE]
        values.update((name, how[name]) for name in how if name not in _LEFT_TO_OTHERS)
        # Out of noise a whole layer may see nothing but more noise, where some channels do not.
        values.update(row.get("texture", {}))
    values["preset"] = preset
    return values


def dreams_of_preset(values, texture=False):
    """Whether what grows with these `values` is what their preset says, however it does."""
    plain = preset_values(values["preset"], texture)
    return all(_same(values[name], plain[name]) for name in WHAT)


def meant_by_script(values, texture=False):
    """The value of every setting in a dream that a script asks for with `values`.

    A script that names a preset gives its other arguments their defaults by saying nothing: only
    what differs from the defaults was asked for.
    """
    plain = preset_values(_TEXTURE, texture=True) if texture else defaults()
    asked = {name: value for name, value in values.items() if not _same(value, plain[name])}
    return dict(preset_values(values["preset"], texture), **asked)


def beside_preset(values):
    """What to send for a dream with `values`: their preset, and what is not as that sets it."""
    return _differing(values, preset_values(values["preset"]))


def layer_name(values, source):
    """The new layer's name, after what was dreamed of and the name of the layer `source`.

    The name is empty for a texture.
    """
    named = values["preset"] not in (defaults()["preset"], _TEXTURE)
    if named and dreams_of_preset(values, texture=not source):
        dream = choice_label("preset", values["preset"])
    elif values["mix"].strip():
        dream = _("Dream of {name}").format(name=values["mix"].strip())
    elif values["objective"] in ("concept", "probability"):
        # Of one that the built-in network knows the name is translated.
        dream = _("Dream of {name}").format(name=_(values["concept"]))
    elif values["objective"] == "guide":
        dream = _("Guided dream")
    elif values["layers"]:
        dream = _("Dream of {name}").format(name=values["layers"])
    elif values["network"] != defaults()["network"]:
        network = choice_label("network", values["network"])
        dream = _("Deep Dream by {network}").format(network=network)
    else:
        dream = "Deep Dream"
    return "{} ({})".format(dream, source) if source else dream


def picture_name(dream):
    """The name of what was dreamed on, out of the name that `layer_name` gave a dream of it.

    One that the artist has given it since is a picture's.
    """
    return dream.partition(" (")[2].rpartition(")")[0] or dream


def choice_label(name, value):
    """The label of a choice's value, without the remark in brackets that a form shows.

    A value that an open choice has no label for is its own.
    """
    for row in settings():
        if row["name"] == name:
            return without_remark(dict(map(tuple, row["choices"])).get(value, value))
    raise KeyError(name)


def without_remark(label):
    """A choice's label without its remark in brackets."""
    return label.partition(" (")[0]


def label_with_unit(setting):
    """A form's label of a setting, such as "Step si_ze (1/255)"."""
    if setting["unit"]:
        return "{} ({})".format(setting["label"], setting["unit"])
    return setting["label"]


def _translated(setting):
    for name in ("label", "help", "unit"):
        setting[name] = _(setting[name])
    setting["choices"] = [(value, _(label)) for value, label in setting["choices"]]
    return setting


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
    # The name is a native string, so that it joins a Python 2 folder of bytes.
    with io.open(os.path.join(_FOLDER, str(name)), encoding="utf-8") as stream:
        return json.load(stream)
