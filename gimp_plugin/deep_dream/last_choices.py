"""The drawables and the file that were chosen last, while GIMP runs; GIMP itself keeps none."""

from gi.repository import Gimp, Gio

import session
import settings_arguments
from common import plugin_settings

_NAME = "deep-dream-last-{}"
_NONE = "0"


def remember(config):
    """Take the drawables and the file in `config` for what was chosen last.

    A guide that the dream did not look at was not chosen.
    """
    guided = _is_guided(config)
    for argument in settings_arguments.drawables_of(config):
        drawable = config.get_property(argument)
        if argument == settings_arguments.GUIDE and not guided:
            drawable = None
        _keep(argument, _NONE if drawable is None else str(drawable.get_id()))
    file = config.get_property(settings_arguments.GUIDE_FILE)
    _keep(settings_arguments.GUIDE_FILE, file.get_uri() if file is not None and guided else _NONE)


def offer(config, image=None):
    """Give `config` what was chosen last, where it has nothing and that is still there.

    A guide only where the settings want one. With `image` no strength map of another one: whoever
    sees the dialog for a new picture may not see that it would be limited.
    """
    guided = _is_guided(config)
    for argument in settings_arguments.drawables_of(config):
        if argument == settings_arguments.GUIDE and not guided:
            continue
        number = int(_kept(argument))
        if config.get_property(argument) is not None or not Gimp.Item.id_is_drawable(number):
            continue
        drawable = Gimp.Item.get_by_id(number)
        own = image is None or drawable.get_image().get_id() == image.get_id()
        if own or argument != settings_arguments.STRENGTH_MAP:
            config.set_property(argument, drawable)
    uri = _kept(settings_arguments.GUIDE_FILE)
    if guided and uri != _NONE and config.get_property(settings_arguments.GUIDE_FILE) is None:
        file = Gio.File.new_for_uri(uri)
        if file.query_exists(None):
            config.set_property(settings_arguments.GUIDE_FILE, file)


def _is_guided(config):
    values = settings_arguments.read_values(config, Gimp.RunMode.INTERACTIVE)
    return plugin_settings.uses_guide(values)


def _keep(argument, value):
    session.keep(_NAME.format(argument), value)


def _kept(argument):
    return session.kept(_NAME.format(argument), _NONE)
