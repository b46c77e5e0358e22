"""The command line: `python -m core dream IN -o OUT`, `… texture -o OUT`, and `… networks`.

Pictures and lists of networks go to files and standard output; everything said to the person goes
to standard error. The exit status is 0 only when what was asked for is done: 1 is an error, 2 a
mistake in the command itself, 130 Ctrl-C.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from core.cli.arguments import UsageError, read_arguments
from core.cli.terminal import say
from core.errors import DreamError, InternalError, OutOfMemory

log = logging.getLogger("deep-dream")

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str]) -> int:
    """Do what the arguments ask for; returns the exit status, and raises nothing."""
    stopped = "Stopped."
    try:
        arguments = read_arguments(argv)
        stopped = arguments.stopped
        _command(arguments.command)(arguments)
        sys.stdout.flush()
        return DONE
    except SystemExit as leave:  # How argparse ends --help and --version.
        return DONE if leave.code is None else int(leave.code)
    except KeyboardInterrupt:
        say(stopped)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the list has seen enough, as `head` does. Python would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except UsageError as error:
        _report(error)
        return MISUSED
    except DreamError as error:
        _report(error)
    except MemoryError:
        _report(OutOfMemory())
    except Exception as error:
        log.exception("An error that nobody foresaw.")
        _report(InternalError(f"Something went wrong inside: {type(error).__name__}: {error}"))
    return FAILED


def _command(name: str) -> Callable[[Any], None]:
    """Imported as late as this, so that a slip of the pen is told before PyTorch is in."""
    if name == "dream":
        from core.cli.dream import dream

        return dream
    if name == "texture":
        from core.cli.dream import texture

        return texture
    if name == "zoom":
        from core.cli.zoom import zoom

        return zoom
    if name == "gallery":
        from core.cli.gallery import gallery

        return gallery
    if name == "bench":
        from core.cli.bench import bench

        return bench
    if name == "worker":
        from core.worker.serve import main as serve

        return lambda _: serve()
    from core.cli import networks

    return {
        "list": networks.list_some,
        "search": networks.search,
        "fetch": networks.fetch,
        "import": networks.take_in,
    }[name]


def _report(error: DreamError) -> None:
    say(error.message)
    if error.hint:
        say(error.hint)
