"""`python -m core dream` and `… texture`: a dream over a picture file, or out of nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core.cli.arguments import Arguments
from core.cli.guide import read_guide
from core.cli.settings_from import chosen_settings
from core.cli.terminal import dream_progress, say
from core.errors import PictureFileError
from core.pictures.blank import blank
from core.pictures.files import Picture, check_output, read, read_mask, write
from core.provenance import Record, as_text, differences, precision_kept, record_of
from core.settings import Settings


def dream(arguments: Arguments) -> None:
    """Dream over the picture that `arguments` name.

    Raises:
        DreamError: anything that keeps it from being done; then nothing was written.
    """
    check_output(arguments.output)
    _require_other_file(arguments.output, arguments.input, "picture")
    picture = read(arguments.input)
    mask = None
    if arguments.mask:
        _require_other_file(arguments.output, arguments.mask, "mask")
        mask = read_mask(arguments.mask, picture)
    _warn(picture.notes)
    settings, repeated = chosen_settings(arguments)
    _dream(arguments, picture, mask, settings, repeated)


def texture(arguments: Arguments) -> None:
    """Dream the texture that `arguments` ask for.

    Raises:
        DreamError: as `dream`.
    """
    check_output(arguments.output)
    width, height = arguments.texture
    _dream(arguments, Picture(blank(height, width), 8), None, arguments.settings, None)


def _dream(
    arguments: Arguments,
    picture: Picture,
    mask: NDArray[Any] | None,
    settings: Settings,
    repeated: Record | None,
) -> None:
    """Dream over `picture`, which may be noise's stand-in, and write the file."""
    if arguments.guide:
        _require_other_file(arguments.output, arguments.guide, "guide")
    guide = read_guide(arguments.guide, arguments.guide_region)

    # PyTorch takes seconds to come in, and mistakes above are told at once.
    from core.calibration import precision_for
    from core.canvas import dream_picture
    from core.device import choose_device
    from core.networks.registry import load_network, weights_sha256

    device = choose_device(settings.device)
    precision = precision_for(settings, device, precision_kept(repeated, device))
    network = load_network(settings.network, device, *precision)
    weights = weights_sha256(settings.network)
    record = record_of(settings, weights, device, network.precision, mask, guide)
    if repeated is not None:
        _warn(differences(repeated, record))
    with dream_progress(arguments.quiet) as on_progress:
        dreamed = dream_picture(picture.pixels, settings, network, on_progress, mask, guide)
    _warn(dreamed.notes)
    metadata = replace(picture.metadata, record=as_text(record))
    made = replace(picture, pixels=dreamed.pixels, metadata=metadata)
    _warn(write(arguments.output, made))
    if not arguments.quiet:
        say(f"{arguments.output}: {picture.width}×{picture.height} pixels")


def _require_other_file(output: Path, source: Path, role: str) -> None:
    """Nobody's only copy of a picture is lost by a slip of the hand."""
    if output.exists() and source.exists() and os.path.samefile(output, source):
        raise PictureFileError(
            f"The dream would replace the {role} {source} itself.",
            "Name another file after -o.",
        )


def _warn(notes: tuple[str, ...]) -> None:
    for note in notes:
        say(f"Note: {note}")
