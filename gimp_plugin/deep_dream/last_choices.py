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


def offer(config, image=None):
    """Give `config` what was chosen last, where it has nothing and that is still there.

    With `image` no strength map of another one: whoever sees the dialog for a new picture may not
    see that it would be limited.
    """
    for argument in settings_arguments.drawables_of(config):
        kept = Gimp.get_parasite(_NAME.format(argument))
        if kept is None or config.get_property(argument) is not None:
            continue
        number = int(bytes(kept.get_data()))
        if not Gimp.Item.id_is_drawable(number):
            continue
        drawable = Gimp.Item.get_by_id(number)
        own = image is None or drawable.get_image().get_id() == image.get_id()
        if own or argument != settings_arguments.STRENGTH_MAP:
            config.set_property(argument, drawable)
