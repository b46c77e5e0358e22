"""What was chosen before, while GIMP runs, where GIMP itself does not keep it.

GIMP keeps the settings of the last dream that became a layer, but no drawables and no file of it;
and of a dream that was begun with OK, but given up, it keeps nothing.
"""

import json

from gi.repository import Gimp, Gio

import session
import settings_arguments

_LAST, _BEGUN = "last", "begun"
_SETTINGS = "settings"
_NAME = "deep-dream-{}-{}-{}"
_NONE = "0"


def remember_begun(config):
    """Take all that is in `config` for what was chosen when the artist last said OK."""
    values = settings_arguments.read_values(config, Gimp.RunMode.INTERACTIVE)
    _keep(_BEGUN, config, _SETTINGS, json.dumps(values))
    _remember(_BEGUN, config)


def remember(config):
    """Take the drawables and the file in `config` for those of the last dream."""
    _keep(_BEGUN, config, _SETTINGS, _NONE)
    _remember(_LAST, config)


def offer_begun(config, image=None):
    """Give `config` what was chosen when the artist last said OK; `image` is as `offer` has it.

    Where that needs a guide that is gone, what the preset says grows instead.
    """
    values = _kept(_BEGUN, config, _SETTINGS)
    if values == _NONE:
        offer(config, image)
    else:
        settings_arguments.set_values(config, json.loads(values))
        _offer(_BEGUN, config, image)
    if settings_arguments.is_guided(config) and not settings_arguments.has_guide(config):
        settings_arguments.grow_by_preset(config)


def offer(config, image=None):
    """Give `config` the drawables and the file of the last dream, where it has none of its own.

    Only what is still there, and a guide only where the settings want one. With `image` no strength
    map of another one: whoever sees the dialog for a new picture may not see that it would be
    limited.
    """
    _offer(_LAST, config, image)


def _remember(when, config):
    # A guide that the dream does not look at is not chosen.
    guided = settings_arguments.is_guided(config)
    for argument in settings_arguments.drawables_of(config):
        drawable = config.get_property(argument)
        if argument == settings_arguments.GUIDE and not guided:
            drawable = None
        _keep(when, config, argument, _NONE if drawable is None else str(drawable.get_id()))
    file = config.get_property(settings_arguments.GUIDE_FILE)
    uri = _NONE if file is None or not guided else file.get_uri()
    _keep(when, config, settings_arguments.GUIDE_FILE, uri)


def _offer(when, config, image):
    guided = settings_arguments.is_guided(config)
    for argument in settings_arguments.drawables_of(config):
        if argument == settings_arguments.GUIDE and not guided:
            continue
        number = int(_kept(when, config, argument))
        if config.get_property(argument) is not None or not Gimp.Item.id_is_drawable(number):
            continue
        drawable = Gimp.Item.get_by_id(number)
        own = image is None or drawable.get_image().get_id() == image.get_id()
        if own or argument != settings_arguments.STRENGTH_MAP:
            config.set_property(argument, drawable)
    uri = _kept(when, config, settings_arguments.GUIDE_FILE)
    if guided and uri != _NONE and config.get_property(settings_arguments.GUIDE_FILE) is None:
        file = Gio.File.new_for_uri(uri)
        if file.query_exists(None):
            config.set_property(settings_arguments.GUIDE_FILE, file)


def _keep(when, config, what, text):
    session.keep(_name(when, config, what), text)


def _kept(when, config, what):
    return session.kept(_name(when, config, what), _NONE)


def _name(when, config, what):
    """Textures have choices of their own."""
    kind = "texture" if settings_arguments.is_texture(config) else "dream"
    return _NAME.format(when, kind, what)
