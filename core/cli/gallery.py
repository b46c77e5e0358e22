"""`python -m core gallery`: thumbnails of all that a network can dream."""

from __future__ import annotations

from pathlib import Path

from core.cli.arguments import Arguments, UsageError
from core.cli.terminal import counted_progress, say
from core.networks.records import BUILT_IN
from core.photograph import FILE
from gimp_plugin.common.thumbnails import FOLDERS, GALLERY


def gallery(arguments: Arguments) -> None:
    """Make the gallery that `arguments` describe, and its sheets where they are asked for.

    Raises:
        DreamError: something keeps it from being done; what was made before that stays.
    """
    name = arguments.network or BUILT_IN
    if name != BUILT_IN and arguments.gallery is None:
        raise UsageError(
            "The plug-in's gallery is that of the built-in network.", "Name another folder: -o DIR"
        )

    # PyTorch takes seconds to come in, and mistakes above are told at once.
    from core import gallery as work

    photograph = work.read_square(arguments.photograph or FILE, arguments.size)
    made = work.Gallery(arguments.gallery or Path(GALLERY), name, photograph)
    kinds = tuple(kind for kind, folder in FOLDERS.items() if arguments.only in (None, folder))
    with counted_progress(arguments.quiet) as show:
        outcome = work.fill(made, kinds, lambda step: show(*step))
    for note in outcome.notes:
        say(f"Note: {note}")
    sheets = work.write_sheets(made, arguments.sheets) if arguments.sheets else ()
    if not arguments.quiet:
        say(f"{made.folder}: {outcome.thumbnails} thumbnails, {outcome.new} of them new")
        for path in sheets:
            say(str(path))
