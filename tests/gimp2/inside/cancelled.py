"""A dream of hours, for a test that kills the plug-in; run inside the stand-in."""

from __future__ import absolute_import, division, print_function, unicode_literals

import pictures

# Hours, if nobody ends it.
LONG = {"octaves": 4, "iterations": 1000, "working_size": 2048, "octave_scale": 1.05}


def run(plugin):
    """Dream."""
    pictures.PLUGIN[0] = plugin
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba"])
    pictures.dream(image, photo, **LONG)
