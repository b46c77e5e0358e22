"""The settings of a dream as arguments of a Python-Fu procedure, and back."""

from __future__ import absolute_import, division, print_function, unicode_literals

import gimpfu

from common import plugin_settings
from common.text import as_text, native
from common.translation import _
from refusal import Refusal

# The one argument that is no setting: a layer, of whatever image. It comes last.
GUIDE = "guide"
# Wider ranges are no good on a slider.
_SLIDER_RANGE = 1000
_NAMED = 3


def parameters():
    # type: () -> list
    """What gimpfu is to register: the image, the layer, one per setting under its own name, guide.

    A new list each time, for gimpfu keeps it.
    """
    return (
        [
            (gimpfu.PF_IMAGE, native("image"), native(_("The image")), None),
            (gimpfu.PF_DRAWABLE, native("drawable"), native(_("The layer to dream on")), None),
        ]
        + [_parameter(setting) for setting in plugin_settings.settings()]
        + [(gimpfu.PF_DRAWABLE, native(GUIDE), native(_("_Guide")), None)]
    )


def read(given):
    """What a dream's `given` arguments stand for, image and layer left out: (values, guide).

    The values are of all settings. gimpfu's dialog does not show what a preset sets: there as in a
    script, only what differs from the defaults was asked for.

    Raises Refusal.
    """
    settings = plugin_settings.settings()
    values = {
        setting["name"]: _READ[setting["kind"]](setting, value)
        for setting, value in zip(settings, given)
    }
    return plugin_settings.meant_by_script(values), given[len(settings)]


def described():
    """All settings in words, for GIMP's procedure browser."""
    return "\n".join(_described(setting) for setting in plugin_settings.settings())


def _parameter(setting):
    return _PARAMETERS[setting["kind"]](
        setting, native(setting["name"]), native(_label(setting)), setting["default"]
    )


def _label(setting):
    label = plugin_settings.label_with_unit(setting)
    if not setting["open"]:
        return label
    # The only hint at what can be written there.
    values = [choice[0] for choice in setting["choices"]]
    return "{} ({}, ...)".format(label, ", ".join(values[:_NAMED]))


def _described(setting):
    text = "{}: {}".format(setting["name"], setting["help"])
    if setting["kind"] == "choice" and not setting["open"]:
        numbers = enumerate(choice[0] for choice in setting["choices"])
        text += " [{}]".format(", ".join("{} = {}".format(*pair) for pair in numbers))
    return text


def _choice(setting, name, label, default):
    if setting["open"]:
        return gimpfu.PF_STRING, name, label, native(default)
    labels = [native(choice[1]) for choice in setting["choices"]]
    number = [choice[0] for choice in setting["choices"]].index(default)
    return gimpfu.PF_OPTION, name, label, number, labels


def _string(_setting, name, label, default):
    return gimpfu.PF_STRING, name, label, native(default)


def _boolean(_setting, name, label, default):
    return gimpfu.PF_TOGGLE, name, label, int(default)


def _integer(setting, name, label, default):
    return gimpfu.PF_SPINNER, name, label, default, (setting["minimum"], setting["maximum"], 1)


def _number(setting, name, label, default):
    # A spinner's number would reach GIMP's procedures as a whole one.
    low, high = setting["minimum"], setting["maximum"]
    if high - low > _SLIDER_RANGE:
        return gimpfu.PF_FLOAT, name, label, default
    return gimpfu.PF_SLIDER, name, label, default, (low, high, 10.0 ** -setting["digits"])


_PARAMETERS = {
    "choice": _choice,
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
}


def _read_choice(setting, given):
    if setting["open"]:
        return _read_string(setting, given)
    choices = [choice[0] for choice in setting["choices"]]
    if not 0 <= given < len(choices):
        numbers = ", ".join("{} = {}".format(*pair) for pair in enumerate(choices))
        text = _("\u201c{setting}\u201d cannot be {value}. Choose one of: {numbers}.")
        raise Refusal(text.format(setting=setting["name"], value=given, numbers=numbers))
    return choices[int(given)]


def _read_string(_setting, given):
    # A script's empty string can arrive as nothing.
    return "" if given is None else as_text(given)


def _read_boolean(_setting, given):
    return bool(given)


def _read_integer(_setting, given):
    # gimpfu's spinner gives floats. What is no whole number is for the core to refuse.
    return int(given) if given == int(given) else given


def _read_number(_setting, given):
    return float(given)


_READ = {
    "choice": _read_choice,
    "string": _read_string,
    "boolean": _read_boolean,
    "integer": _read_integer,
    "number": _read_number,
}
