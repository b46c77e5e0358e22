"""The guide that was used last, while GIMP runs; GIMP itself keeps no layers for a repeat."""

from gi.repository import Gimp

import settings_arguments

_NAME = "deep-dream-last-guide"
_THIS_SESSION = 0


def remember(config):
    """Take the guide of `config`, if it has one, for the one that was used last."""
    layer = config.get_property(settings_arguments.GUIDE)
    if layer is None:
        return
    data = str(layer.get_id()).encode("ascii")
    Gimp.attach_parasite(Gimp.Parasite.new(_NAME, _THIS_SESSION, data))


def offer(config):
    """Give `config` the guide that was used last, if it has none and that one is still there."""
    kept = Gimp.get_parasite(_NAME)
    if kept is None or config.get_property(settings_arguments.GUIDE) is not None:
        return
    number = int(bytes(kept.get_data()))
    if Gimp.Item.id_is_layer(number):
        config.set_property(settings_arguments.GUIDE, Gimp.Item.get_by_id(number))
