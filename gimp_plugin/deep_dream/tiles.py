"""What an artist can choose by its picture: presets, concepts, layers.

A *tile* is one of them: `name` as a setting has it, `title` for people, `picture` the path of its
thumbnail or None, `words` under which it can be found as well. No GTK here: see chooser.py.
"""

import json
import os
from dataclasses import dataclass

from common import plugin_settings, thumbnails
from common.translation import _

_WORDS = os.path.join(os.path.dirname(os.path.abspath(thumbnails.__file__)), "words.json")
_BUILT_IN = "built-in"
# The signs of the setting `concept`: names that have them stand in quotation marks there.
_SIGNS = ",:"


@dataclass(frozen=True)
class Tile:
    """One thing to choose; `words` are for the search alone, for who looks closely the rest."""

    name: str
    title: str
    picture: str | None = None
    words: tuple[str, ...] = ()
    closer: str | None = None
    remark: str = ""


def preset_tiles(texture=False, network=_BUILT_IN):
    """A tile for every preset: the usual one, then those of `network`, else as in settings.json.

    Last comes what needs a network that is neither that nor the built-in one.

    They are shown as textures from noise, as concepts are. For what is no `texture` itself, a look
    at one of them more closely shows it over a photograph.
    """
    pictures = _pictures("preset", _BUILT_IN, from_noise=True)
    closer = {} if texture else _pictures("preset", _BUILT_IN)
    words = _words()
    usual = next(
        row["default"] for row in plugin_settings.settings(texture) if row["name"] == "preset"
    )
    sets, networks = plugin_settings.presets(), dict(_choices("network"))
    found, places = [], {}
    for name, title in _choices("preset"):
        values = sets[name]
        concepts = [term.partition(":")[0].strip() for term in values.get("concept", "").split(",")]
        also = [
            word for concept in concepts for word in (concept, _(concept), *words.get(concept, ()))
        ]
        needed = values.get("network", _BUILT_IN)
        also += [needed, *words.get(name, ())]
        picture, large, remark = pictures.get(name), closer.get(name), ""
        if needed != _BUILT_IN:
            remark = _("Needs the network {network}, which is downloaded once.").format(
                network=networks[needed]
            )
        # Without the remark in brackets there is room for it below a small picture.
        short = plugin_settings.without_remark(title)
        found.append(Tile(name, short, picture, (title, *also), large, remark))
        places[name] = needed != network, bool(remark), name != usual
    return sorted(found, key=lambda tile: places[tile.name])


def concept_tiles(names, network):
    """A tile for each concept of `names`, as the worker lists those of `network`.

    They are shown as textures from noise: over a photograph, all show first of all the photograph.
    """
    pictures = _pictures("concept", network, from_noise=True)
    words = _words()
    return [
        Tile(name, _(_capital(name)), pictures.get(name), tuple(words.get(name, ())))
        for name in names
    ]


def pictured_concepts(network):
    """The concepts of `network` that have thumbnails, before the worker says what all there are."""
    return list(_pictures("concept", network))


def whatever_tile(texture=False):
    """What stands for no concept in particular; its name is the objective's, "relative"."""
    picture, closer = (
        _pictures("layer", _BUILT_IN, noise).get("relative") for noise in (True, False)
    )
    title = dict(_choices("objective"))["relative"]
    words = tuple(_words().get("relative", ()))
    return Tile("relative", _(title), picture, words, None if texture else closer)


def layer_tiles(names, network):
    """A tile for each layer of `names`, as the worker lists those of `network`."""
    pictures = _pictures("layer", network)
    words = _words() if network == _BUILT_IN else {}
    return [Tile(name, name, pictures.get(name), tuple(words.get(name, ()))) for name in names]


def as_setting(concept):
    """The setting `concept` for one concept of this name."""
    return f'"{concept}"' if any(sign in concept for sign in _SIGNS) else concept


def from_setting(text, names):
    """The one of `names` that the setting `concept` asks for alone and whole, or None."""
    plain = text.strip()
    return next((name for name in names if plain in (name, as_setting(name))), None)


def _choices(name):
    return next(row["choices"] for row in plugin_settings.settings() if row["name"] == name)


def _capital(name):
    return name[:1].upper() + name[1:]


def _words():
    """Name -> words to find it by, in English and in the artist's language."""
    with open(_WORDS, encoding="utf-8") as stream:
        return {name: _in_both(words) for name, words in json.load(stream).items()}


def _in_both(words):
    # One text for all of them: their translations may be more, or fewer.
    text = ", ".join(words)
    return words if _(text) == text else [*words, *_(text).split(", ")]


def _pictures(kind, network, from_noise=False):
    """Name -> thumbnail's path, of those that a gallery of `network` has; empty without one."""
    # The one from noise, where there are two, is the second.
    which = -1 if from_noise else 0
    folder = thumbnails.gallery_of(network)
    try:
        with open(os.path.join(folder, thumbnails.INDEX), encoding="utf-8") as stream:
            index = json.load(stream)
        if index["network"] != network:
            return {}
        return {
            entry["name"]: os.path.join(folder, *entry["files"][which].split("/"))
            for entry in index["entries"]
            if entry["kind"] == kind and entry["files"]
        }
    except FileNotFoundError:
        return {}
