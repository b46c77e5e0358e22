"""Which of a network's many layers a slider of depth stops at. No GTK here: see depth.py.

The layers come by name, in the order of computation; a name with dots lies in the module before
them. GoogLeNet has 290. What an artist means by depth is the output of whole blocks: the branches
within a block see the same, each a part of it, and two layers of one block hardly differ. So:

- VGG's layers after a ReLU, which have names of their own, are all of one kind: those.
- Else the outermost modules that are at least five blocks: inception3a and its like, a ResNet's
  blocks within its stages, the stages themselves where they are many.
- What comes after the pooling of the whole picture sees no places, so it cannot be deep.
- The first block sees edges and colours alone, of which every step makes the same grain: it is left
  out where enough others are there.
- At most nine remain, evenly spread, the last one among them: so many look different.

The networks whose layers people know are listed instead, and the two that tell nothing by names.
"""

import re

_LISTED = {
    # Those that dream well, by docs/built-in-network.md.
    "built-in": ("m3a", "m4a", "m4b", "m4c", "m5a"),
    # Its ReLUs.
    "alexnet": ("features.1", "features.4", "features.7", "features.9", "features.11"),
    # All but the stem and the last block, which dreams as the one before it does.
    "googlenet": (
        "conv3",
        *(f"inception{block}" for block in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a")),
    ),
    "inception_v3": tuple(
        f"Mixed_{block}" for block in ("5b", "5c", "5d", "6a", "6b", "6c", "6d", "6e", "7b", "7c")
    ),
}
_ENDS = re.compile(r"(avgpool|flatten|mean|fc|classifier|dropout|global\w*)(\.|$)")
_VGG = re.compile(r"relu\d+_\d+$")
_FEWEST, _MOST = 5, 9


def stops(network, names):
    """The names of the layers to stop at, the lowest first.

    Args:
        network: its name.
        names: of all its layers, in the order of computation.
    """
    listed = [name for name in _LISTED.get(network, ()) if name in names]
    if listed:
        return listed
    seeing = _before_the_end(names)
    found = [name for name in seeing if _VGG.match(name)] or _blocks(seeing)
    if len(found) > _FEWEST:
        found = found[1:]
    return _thinned(found)


def place_of(layer, shown, names):
    """Where among the stops `shown` the layer lies, counted from 0, or None if there is no such."""
    if layer in shown:
        return shown.index(layer)
    if layer not in names or not shown:
        return None
    order = names.index(layer)
    below = sum(names.index(stop) < order for stop in shown)
    return min(below, len(shown) - 1)


def _before_the_end(names):
    ends = (place for place, name in enumerate(names) if _ENDS.match(name))
    return names[: next(ends, len(names))]


def _blocks(names):
    """The modules with layers within them, of the outermost level that has enough of them."""
    modules = {name.rpartition(".")[0] for name in names} - {""}
    levels = {}
    for name in names:
        if name in modules:
            levels.setdefault(name.count("."), []).append(name)
    enough = [found for _, found in sorted(levels.items()) if len(found) >= _FEWEST]
    return enough[0] if enough else [name for name in names if "." not in name] or names


def _thinned(found):
    if len(found) <= _MOST:
        return list(found)
    return [found[round(place * (len(found) - 1) / (_MOST - 1))] for place in range(_MOST)]
