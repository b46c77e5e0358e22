"""How a layer was dreamed, kept on the layer itself, so that XCF files have it too.

The GIMP 3 plug-in, which can repeat such a dream, keeps the same under the same name: beside the
core's record stands, as its `layer`,

    {"tattoo": 9, "source": {"name", "tattoo", "place"},
     "guide": {"name", "tattoo", "place", "image", "selected"} or null}

A place is [x, y, width, height] in pixels of that layer: what was dreamed, or seen of the guide.
`image` is the name of another image than the dream's, or empty. `selected` says how much of the
guide's place was selected, a byte a pixel, deflated and in base64; empty for all of it. The first
tattoo is the dream's own.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import base64
import zlib
from collections import namedtuple

import gimp
from gimpfu import PARASITE_PERSISTENT

from common import record
from common.text import as_text, native

# What a dream is guided by: a layer of any image, what of it is seen, and how much of that is
# selected, see `pixels.read_selected`.
Guide = namedtuple(str("Guide"), [str(name) for name in ("layer", "place", "selected")])


def keep(made, core_record, source, place, guide):
    """Write down on the layer `made`, which is in no stack yet, how it was dreamed.

    `core_record` is the core's; `source` was dreamed on at `place`, guided by `guide` or None.
    """
    layers = {"tattoo": made.tattoo, "source": _written(source, place), "guide": None}
    if guide is not None:
        home = guide.layer.image
        layers["guide"] = dict(
            _written(guide.layer, guide.place),
            image="" if home.ID == source.image.ID else as_text(home.name),
            selected="" if guide.selected is None else _packed(guide.selected),
        )
    data = record.as_text(core_record, layers)
    # The layer's own attach_new_parasite would put a byte of 0 behind it.
    made.parasite_attach(gimp.Parasite(native(record.NAME), PARASITE_PERSISTENT, native(data)))


def is_dream(layer):
    """Whether it is kept how `layer` was dreamed."""
    return layer.parasite_find(native(record.NAME)) is not None


def _packed(plane):
    return base64.b64encode(zlib.compress(plane)).decode("ascii")


def _written(layer, place):
    return {"name": as_text(layer.name), "tattoo": layer.tattoo, "place": list(place)}
