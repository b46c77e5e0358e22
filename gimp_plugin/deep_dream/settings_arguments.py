"""The settings of a dream as arguments of a GIMP procedure, and back."""

from gi.repository import Gimp, GObject

from common import plugin_settings
from common.translation import _

# The arguments that are no settings: drawables, of whatever image, and a file.
GUIDE = "guide"
GUIDE_FILE = "guide-file"
GUIDES = (GUIDE, GUIDE_FILE)
# The settings by which a guide may be asked for.
GUIDED_BY = ("objective", "mix")
STRENGTH_MAP = "strength-map"
DRAWABLES = (GUIDE, STRENGTH_MAP)
_FLAGS = GObject.ParamFlags.READWRITE
# GIMP warns that it cannot write a layer down; and a file that came with saved settings would be
# taken for a guide that was just chosen. Its own name for this flag lacks the shift, a macro in C.
_KEPT_NOWHERE = GObject.ParamFlags(_FLAGS | Gimp.PARAM_DONT_SERIALIZE << 8)


def add_arguments(procedure, texture=False):
    """Give `procedure` one argument per setting, under its own name, the guide, and the map.

    Textures have no map: what it would leave of the picture is nothing.
    """
    for setting in plugin_settings.settings(texture):
        _ADD[setting["kind"]](procedure, setting)
    procedure.add_drawable_argument(
        GUIDE,
        _("_Guide"),
        _(
            "The layer whose features the picture is to take on, for the guide picture as what to"
            " dream of. A selection in its image limits it."
        ),
        True,
        _KEPT_NOWHERE,
    )
    procedure.add_file_argument(
        GUIDE_FILE,
        _("Guide on dis_k"),
        _("A picture in a file as the guide, instead of a layer."),
        Gimp.FileChooserAction.OPEN,
        True,
        None,
        _KEPT_NOWHERE,
    )
    if texture:
        return
    procedure.add_drawable_argument(
        STRENGTH_MAP,
        _("Strength _map"),
        _(
            "A layer, channel or layer mask that says how strong the dream is at each place: white"
            " is all of it, black leaves the picture as it is. One of another image is laid over"
            " the whole layer."
        ),
        True,
        _KEPT_NOWHERE,
    )


def is_texture(config):
    """Whether `config` is of the procedure that makes textures."""
    return config.find_property("start") is None


def settings_of(config):
    """The settings that `config` has, as `plugin_settings.settings` gives them."""
    return plugin_settings.settings(is_texture(config))


def drawables_of(config):
    """Which of `DRAWABLES` the `config` has."""
    return [name for name in DRAWABLES if config.find_property(name) is not None]


def has_guide(config):
    """Whether `config` names a guide, a layer or a file."""
    return any(config.get_property(name) is not None for name in GUIDES)


def is_guided(config):
    """Whether what grows comes from a guide, be it there or not."""
    # GIMP has None for an empty text.
    grows = {name: config.get_property(name) or "" for name in GUIDED_BY}
    return plugin_settings.uses_guide(grows)


def preset_values(config, preset):
    """The values that `preset` gives to the settings that `config` has."""
    values = plugin_settings.preset_values(preset, is_texture(config))
    return {setting["name"]: values[setting["name"]] for setting in settings_of(config)}


def read_values(config, run_mode):
    """The value of every setting in a dream that `config` asks for."""
    texture = is_texture(config)
    values = plugin_settings.preset_values("texture", texture) if texture else {}
    for setting in plugin_settings.settings(texture):
        value = config.get_property(setting["name"])
        # A default of no text comes back as None from GIMP's list of known plug-ins, that is from
        # the second start on.
        values[setting["name"]] = "" if value is None else value
    if run_mode == Gimp.RunMode.NONINTERACTIVE:
        return plugin_settings.meant_by_script(values, texture)
    return values


def grow_by_preset(config):
    """Have what the preset of `config` says grow, and leave how as it is.

    Where that is of another network, or needs a guide, what the network dreams best.
    """
    values = preset_values(config, config.get_property("preset"))
    network = config.get_property("network")
    if values["network"] != network or plugin_settings.uses_guide(values):
        values = {**plugin_settings.defaults(), "network": network}
    with config.freeze_notify():
        for name in plugin_settings.WHAT:
            config.set_property(name, values[name])


def set_values(config, values):
    """Give `config` these values of settings, all of them possible ones, where it has them."""
    for setting in settings_of(config):
        config.set_property(setting["name"], values[setting["name"]])


def _described(setting):
    return setting["name"], plugin_settings.label_with_unit(setting), setting["help"]


def _add_choice(procedure, setting):
    if setting["open"]:
        # GIMP's choices have no others.
        _add_string(procedure, setting)
        return
    choice = Gimp.Choice.new()
    for number, (value, label) in enumerate(setting["choices"]):
        choice.add(value, number, label, "")
    procedure.add_choice_argument(*_described(setting), choice, setting["default"], _FLAGS)


def _add_string(procedure, setting):
    procedure.add_string_argument(*_described(setting), setting["default"], _FLAGS)


def _add_boolean(procedure, setting):
    procedure.add_boolean_argument(*_described(setting), setting["default"], _FLAGS)


def _add_integer(procedure, setting):
    numbers = setting["minimum"], setting["maximum"], setting["default"]
    procedure.add_int_argument(*_described(setting), *numbers, _FLAGS)


def _add_number(procedure, setting):
    numbers = setting["minimum"], setting["maximum"], setting["default"]
    procedure.add_double_argument(*_described(setting), *numbers, _FLAGS)


_ADD = {
    "choice": _add_choice,
    "string": _add_string,
    "boolean": _add_boolean,
    "integer": _add_integer,
    "number": _add_number,
}
