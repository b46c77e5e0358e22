"""Records of dreams as the plug-ins keep them: the core's own, and what they add to find layers.

docs/protocol.md says what a record is (event `result`). Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import json

from . import plugin_settings
from .errors import WorkerError
from .translation import _

# Of a parasite or the like.
NAME = "deep-dream-record"
_FORMAT, _NUMBER = "deep-dream-record", 1
_UPDATE = _("Install the newest Deep Dream, then try again.")


def as_text(record, layer):
    """What to keep of a dream, in ASCII: the core's `record`, and `layer` for the plug-in.

    `layer` is a dict of JSON values.
    """
    return json.dumps(dict(record, layer=layer))


def from_text(text):
    """The record in a text that `as_text` wrote, a dict with at least settings and layer.

    Raises:
        WorkerError: bad-record, if it is damaged or of a later kind.
    """
    try:
        record = json.loads(text)
        if record["format"] != _FORMAT:
            raise ValueError("format")
        number, settings, layer = record["number"], record["settings"], record["layer"]
    except (KeyError, TypeError, ValueError, RuntimeError):
        raise WorkerError("bad-record", _("The record of this layer's dream is damaged."))
    if number != _NUMBER:
        text = _(
            "This layer was dreamed by version {version} of Deep Dream and cannot be repeated here."
        )
        raise WorkerError("bad-record", text.format(version=record.get("version")), _UPDATE)
    if not isinstance(settings, dict) or not isinstance(layer, dict):
        raise WorkerError("bad-record", _("The record of this layer's dream is damaged."))
    return record


def of_core(record):
    """The record without what the plug-in has added, which may be long."""
    return {name: value for name, value in record.items() if name != "layer"}


def values_of(record):
    """The value of every setting in a dream that was made as `record` says.

    Settings that came later have their defaults, with which they change nothing; a preset that is
    gone leaves what it set.

    Raises:
        WorkerError: bad-record, if a setting or its value is not known here.
    """
    kept = dict(record["settings"])
    preset = kept.get("preset")
    if isinstance(preset, type("")) and preset not in plugin_settings.presets():
        del kept["preset"]
    values = plugin_settings.defaults()
    known = {setting["name"]: setting for setting in plugin_settings.settings()}
    for name, value in kept.items():
        if name not in known:
            text = _(
                "This layer was dreamed by version {version} of Deep Dream with the setting"
                " \u201c{name}\u201d, which is not known here."
            ).format(version=record.get("version"), name=name[:40])
            raise WorkerError("bad-record", text, _UPDATE)
        if not plugin_settings.is_possible(known[name], value):
            text = _(
                "This layer was dreamed by version {version} of Deep Dream with a value of"
                " \u201c{name}\u201d that cannot be had here."
            ).format(version=record.get("version"), name=name)
            raise WorkerError("bad-record", text, _UPDATE)
        values[name] = value
    return values
