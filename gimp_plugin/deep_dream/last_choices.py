"""The drawables that were chosen last, while GIMP runs; GIMP itself keeps none for a repeat."""

from gi.repository import Gimp

import settings_arguments

_NAME = "deep-dream-last-{}"
_THIS_SESSION = 0


def remember(config):
    """Take the drawables in `config` for what was chosen last."""
    for argument in settings_arguments.drawables_of(config):
        drawable = config.get_property(argument)
        data = str(0 if drawable is None else drawable.get_id()).encode("ascii")
        Gimp.attach_parasite(Gimp.Parasite.new(_NAME.format(argument), _THIS_SESSION, data))


def offer(config):
    """Give `config` what was chosen last, where it has nothing and that is still there."""
    for argument in settings_arguments.drawables_of(config):
        kept = Gimp.get_parasite(_NAME.format(argument))
        if kept is None or config.get_property(argument) is not None:
            continue
        number = int(bytes(kept.get_data()))
        if Gimp.Item.id_is_drawable(number):
            config.set_property(argument, Gimp.Item.get_by_id(number))
