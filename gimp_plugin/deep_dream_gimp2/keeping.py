"""How a layer was dreamed, kept on the layer itself, so that XCF files have it too.

The GIMP 3 plug-in, which can repeat such a dream, keeps the same under the same name: beside the
core's record stands, as its `layer`,

    {"source": {"name", "tattoo", "place"}, "guide": {"name", "tattoo", "place", "image"} or null}

A place is [x, y, width, height] in pixels of that layer: what was dreamed, or seen of the guide.
`image` is the name of another image than the dream's, or empty.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import gimp
from gimpfu import PARASITE_PERSISTENT

from common import record
from common.text import as_text, native


def keep(layer, core_record, wish):
    """Write down on `layer` how it was dreamed: `core_record` is the core's, `wish` what was asked."""
    layers = {"source": _written(wish.layer, wish.target), "guide": None}
    if wish.guide is not None:
        other = wish.guide.image
        name = "" if other.ID == wish.image.ID else as_text(other.name)
        layers["guide"] = dict(_written(wish.guide, wish.seen), image=name)
    data = record.as_text(core_record, layers)
    # The layer's own attach_new_parasite would put a byte of 0 behind it.
    layer.parasite_attach(gimp.Parasite(native(record.NAME), PARASITE_PERSISTENT, native(data)))


def _written(layer, place):
    return {"name": as_text(layer.name), "tattoo": layer.tattoo, "place": list(place)}
