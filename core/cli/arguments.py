"""What can be written on the command line. Every declared setting is a flag of the same name."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from core.cli.gallery_arguments import add_gallery
from core.cli.guide import Region, parse_region
from core.cli.zoom_arguments import FLAGS as ZOOM_FLAGS
from core.cli.zoom_arguments import add_zoom
from core.errors import DreamError, SettingError
from core.networks.registry import find_record
from core.settings import (
    Declaration,
    Settings,
    declarations,
    from_text,
    groups,
    parse,
)
from core.targets import check_targets
from core.version import VERSION
from gimp_plugin.common import plugin_settings

PROGRAM = "python -m core"
_OTHER_FLAGS = ("size", "output", "mask", "guide", "guide-region", "settings-from", "quiet", "help")


class UsageError(DreamError):
    """The command itself is wrong."""

    code = "usage"


class Arguments(argparse.Namespace):
    """What was asked for.

    Attributes:
        command: dream, texture, zoom, gallery, bench, list, search, fetch, import or worker.
        stopped: what to say after Ctrl-C.
        input, output, mask, quiet: for dream.
        settings, given: for dream, texture and zoom, what the flags make with the defaults, and
            they alone by name.
        texture: for texture, which takes the others of dream too, save the picture, the mask and
            settings_from: its width and height in pixels.
        settings_from: for dream and zoom, the file that holds the settings that no flag gives.
        frames, zoom, rotation, drift: for zoom, which takes the others of dream too, save the mask.
        guide, guide_region: for dream and zoom, the guide's file and what of it is to guide.
        names, name, file: networks and a weights file, for list, fetch and import.
        text, network: for search; the latter for gallery and bench too.
        device: for bench.
        gallery, photograph, size, only, sheets: for gallery.
    """

    command: str
    stopped: str
    input: Path
    output: Path
    mask: Path | None
    settings: Settings
    given: dict[str, object]
    settings_from: Path | None
    guide: Path | None
    guide_region: Region | None
    quiet: bool
    texture: tuple[int, int]
    frames: int
    zoom: float
    rotation: float
    drift: tuple[float, float]
    names: list[str]
    name: str
    file: Path
    text: str
    network: str | None
    device: str
    gallery: Path | None
    photograph: Path | None
    size: int
    only: str | None
    sheets: Path | None


def read_arguments(argv: Sequence[str]) -> Arguments:
    """Read the command line.

    Raises:
        UsageError: it cannot be understood, or a setting has a value that it cannot have.
        SystemExit: help or the version was asked for, and printed.
    """
    try:
        arguments, rest = _parser().parse_known_args(argv, Arguments())
        if rest:
            raise _unknown(rest[0], arguments.command)
        if arguments.command in ("dream", "texture", "zoom"):
            flags = vars(arguments)
            arguments.given = {name: flags[name] for name in declarations() if name in flags}
            plain = {}
            if arguments.command == "texture":
                plain = plugin_settings.preset_values(
                    str(arguments.given.get("preset", "texture")), texture=True
                )
            arguments.settings = parse({**plain, **arguments.given})
            _network(arguments.settings.network)
            chosen = arguments.settings
            check_targets(chosen.layers, chosen.channels, chosen.mix)
            if arguments.guide_region and not arguments.guide:
                raise SettingError("A guide-region needs a guide.", "Name its file: --guide FILE.")
    except SettingError as error:
        raise UsageError(error.message, error.hint) from error
    return arguments


class _Parser(argparse.ArgumentParser):
    """Takes no abbreviations, and speaks in sentences."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **options, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter
        )

    def error(self, message: str) -> NoReturn:
        hint = f"See how it is written: {self.prog} --help"
        raise UsageError(f"{message[0].upper()}{message[1:]}.", hint)


def _parser() -> _Parser:
    parser = _Parser(prog=PROGRAM, description="Deep Dream: what a network sees in a picture.")
    parser.add_argument("--version", action="version", version=f"Deep Dream for GIMP {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_dream(commands.add_parser("dream", help="dream over a picture file"))
    _add_texture(commands.add_parser("texture", help="dream a texture out of nothing"))
    zoom = commands.add_parser("zoom", help="zoom into a dream, frame by frame")
    _add_dreaming(zoom)
    add_zoom(zoom)
    _add_networks(commands.add_parser("networks", help="list, fetch and import networks"))
    add_gallery(commands.add_parser("gallery", help="make thumbnails of dreams"), _network)
    _add_bench(commands.add_parser("bench", help="tell what dreams cost on this computer"))
    worker = commands.add_parser("worker", help="serve a program, such as GIMP, over a pipe")
    worker.set_defaults(command="worker", stopped="Stopped.")
    return parser


def _add_dream(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Dream over a picture. PNG, TIFF, JPEG and WebP are read and written; bits per sample,\n"
        "transparency, colour profile and EXIF are kept as far as the format of OUT has them.\n"
        "A file OUT that is there is replaced; IN never is."
    )
    parser.set_defaults(command="dream", stopped="Stopped; nothing was written.")
    _add_dreaming(parser)
    _add_output(parser)
    parser.add_argument(
        "--mask",
        metavar="FILE",
        type=Path,
        help="a grey picture of the same size: black leaves the picture as it is, "
        "white dreams at full strength",
    )


def _add_texture(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Dream a texture out of noise, with no picture behind it: the settings have defaults for\n"
        "that, which are the preset “texture”, and other presets say what to dream of."
    )
    parser.set_defaults(command="texture", stopped="Stopped; nothing was written.")
    _add_settings(parser, texture=True)
    _add_output(parser)
    parser.add_argument(
        "--size",
        dest="texture",
        metavar="WxH",
        type=_parse_size,
        default=(1024, 1024),
        help="width and height in pixels (default: 1024x1024)",
    )


def _parse_size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9][0-9]{0,5})[x×]([1-9][0-9]{0,5})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text:.60}” is no size such as 1024x1024.")
    return int(found[1]), int(found[2])


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=Path, required=True, help="the file to be written"
    )


def _add_dreaming(parser: argparse.ArgumentParser) -> None:
    """What every command that dreams over a picture takes."""
    parser.add_argument("input", metavar="IN", type=Path, help="the picture")
    parser.add_argument(
        "--settings-from",
        metavar="FILE",
        type=Path,
        help="dream as FILE was dreamed: a picture that this program has made, which keeps how, or "
        "a JSON file of settings; flags beside it win",
    )
    _add_settings(parser)


def _add_settings(parser: argparse.ArgumentParser, texture: bool = False) -> None:
    """What every command that dreams takes: a guide, and a flag for each setting."""
    parser.add_argument(
        "--guide", metavar="FILE", type=Path, help="the picture that the objective guide follows"
    )
    parser.add_argument(
        "--guide-region",
        metavar="X,Y,W,H",
        type=parse_region,
        help="only that part of the guide: left, top, width and height in pixels",
    )
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="say nothing but errors and warnings"
    )
    titled = {name: parser.add_argument_group(title.lower()) for name, title in groups().items()}
    for setting in plugin_settings.settings(texture):
        declared = replace(declarations()[setting["name"]], default=setting["default"])
        _add_setting(titled[declared.group], declared)


def _add_setting(group: Any, declared: Declaration) -> None:
    """A flag that leaves nothing behind where it is not given, so that a preset shows through."""
    text = f"{declared.help} ({_range(declared)})".replace("%", "%%")
    flag, options = f"--{declared.name}", {"dest": declared.name, "default": argparse.SUPPRESS}
    if declared.kind == "boolean":
        group.add_argument(flag, action=argparse.BooleanOptionalAction, help=text, **options)
        return
    metavar = {"integer": "N", "number": "X", "choice": "NAME"}.get(declared.kind, "TEXT")

    def value(given: str) -> object:
        return from_text(declared.name, given)

    group.add_argument(flag, type=value, metavar=metavar, help=text, **options)


def _range(declared: Declaration) -> str:
    """What a setting can be and is, for people."""
    if declared.kind == "boolean":
        return "; ".join([f"default: {'yes' if declared.default else 'no'}", *_needs(declared)])
    words = []
    if declared.kind == "choice":
        words.append("one of " + ", ".join(value for value, _ in declared.choices))
        words[0] += ", or another by its name" if declared.open else ""
    if declared.kind in ("integer", "number"):
        unit = f", in {declared.unit}" if declared.unit else ""
        words.append(f"{declared.minimum:g} to {declared.maximum:.10g}{unit}")
    words.append(f"default: {declared.default if declared.default != '' else 'empty'}")
    return "; ".join([*words, *_needs(declared)])


def _needs(declared: Declaration) -> list[str]:
    """What else must be chosen for a setting to matter, for people."""
    others = [f"{name} {'/'.join(values)}".rstrip() for name, values in declared.only_with.items()]
    return [f"only with {' or '.join(others)}"] if others else []


def _add_bench(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Dream every preset once, and tell which device and precision dream fastest here and how\n"
        "many seconds a megapixel takes: of the working size, not of the whole picture."
    )
    parser.set_defaults(command="bench", stopped="Stopped.")
    parser.add_argument(
        "--network", metavar="NAME", type=_network, help="which network (default: built-in)"
    )
    parser.add_argument(
        "--device", metavar="NAME", default="auto", help="which device (default: auto)"
    )


def _add_networks(parser: argparse.ArgumentParser) -> None:
    parser.description = "Without a further word, list every network with its layers and concepts."
    parser.set_defaults(command="list", stopped="Stopped.")
    actions = parser.add_subparsers(metavar="ACTION")
    known = ", ".join(name for name, _ in declarations()["network"].choices)
    known += ", or another convolutional classifier of torchvision"
    parser.set_defaults(names=[])
    listing = actions.add_parser("list", help="list every network (as without a word), or some")
    listing.set_defaults(command="list")
    listing.add_argument(
        "names", nargs="*", metavar="NAME", type=_network, help=f"out of {known}; none: all listed"
    )
    search = actions.add_parser("search", help="look for concepts by a part of their names")
    search.set_defaults(command="search")
    search.add_argument("text", metavar="TEXT", help="a part of the name, such as dog")
    search.add_argument(
        "--network", metavar="NAME", type=_network, help=f"one of {known}; default: all listed"
    )
    fetch = actions.add_parser("fetch", help="download the weights of networks")
    fetch.set_defaults(
        command="fetch", stopped="Stopped; the same command goes on where the download stopped."
    )
    fetch.add_argument("names", nargs="+", metavar="NAME", type=_network, help=f"out of {known}")
    take_in = actions.add_parser("import", help="take a network's weights from a file")
    take_in.set_defaults(command="import")
    take_in.add_argument("name", metavar="NAME", type=_network, help=f"one of {known}")
    take_in.add_argument(
        "file", metavar="FILE", type=Path, help="saved by PyTorch (.pth) or as safetensors"
    )


def _network(name: str) -> str:
    """`name`, if there is such a network; one that is not listed brings PyTorch in to be found."""
    if name not in dict(declarations()["network"].choices):
        try:
            find_record(name)
        except SettingError as error:
            raise UsageError(error.message, error.hint) from error
    return name


def _unknown(given: str, command: str) -> UsageError:
    if not given.startswith("-"):
        hint = "Put quotation marks around names that have spaces."
        return UsageError(f"“{given:.60}” is one word too many.", hint)
    name = given.split("=")[0]
    more = ZOOM_FLAGS if command == "zoom" else ()
    flags = [f"--{known}" for known in (*declarations(), *_OTHER_FLAGS, *more)]
    return UsageError(f"There is no option {name:.60}.", _meant(name, flags))


def _meant(given: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(given, known, 1)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known)}."
