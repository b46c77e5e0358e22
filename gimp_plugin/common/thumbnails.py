"""Thumbnails of what can be dreamed: where each one lies in a gallery.

`python -m core gallery` makes a gallery. Its index.json lists the thumbnails that there are: under
"entries", each with "kind" (concept, layer or preset), "name", "title" for people, and "files".
Runs on Python 2.7 and 3.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import os
import re

GALLERY = os.path.join(os.path.dirname(os.path.abspath(__file__)), str("gallery"))
"""The built-in network's, which comes with the plug-in."""
_BUILT_IN = "built-in"
INDEX = "index.json"
FOLDERS = {"concept": "concepts", "layer": "layers", "preset": "presets"}
"""Folder in a gallery for every kind of thumbnail."""


def gallery_of(network):
    """The folder in which a plug-in looks for the gallery of `network`; there may be none."""
    if network == _BUILT_IN:
        return GALLERY
    return os.path.join(os.path.dirname(GALLERY), str("galleries"), safe_name(network))


def thumbnail_file(kind, name, from_noise=False):
    """The file of a thumbnail as a path below its gallery's folder, such as concepts/eye.jpg.

    There are two: dreamed over a photograph, and as a texture from noise. Presets that begin with
    noise themselves have the first alone.
    """
    ending = "-noise.jpg" if from_noise else ".jpg"
    return "/".join([FOLDERS[kind], safe_name(name) + ending])


def safe_name(name):
    """`name` as every file system takes it: lower case, a hyphen for what is no letter or digit.

    Letters beyond ASCII become their numbers, so that names in any script stay apart.
    """
    plain = re.sub("[^\x00-\x7f]", lambda found: "-{:x}-".format(ord(found.group())), name.lower())
    return re.sub("[^a-z0-9_]+", "-", plain).strip("-")
