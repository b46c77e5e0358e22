"""What the command line says while it works, all of it on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    # It brings NumPy, without which mistakes in a command are told at once.
    from core.progress import OnProgress, Progress


def say(text: str) -> None:
    """One line for the person."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def dream_progress(quiet: bool) -> Iterator[OnProgress]:
    """Shows how a dream goes: a bar on a terminal, elsewhere a line at the start of each octave."""
    if quiet:
        yield _look_away
        return
    if not sys.stderr.isatty():
        yield _tell_octaves
        return
    form = "{desc} |{bar}| {percentage:3.0f} %{postfix}"
    options = {"bar_format": form, "file": sys.stderr, "leave": False, "miniters": 0}
    with tqdm(total=1.0, desc="Dreaming", **options) as bar:

        def show(progress: Progress) -> bool:
            bar.set_description_str(
                f"Octave {progress.octave} of {progress.octaves}, "
                f"step {progress.iteration} of {progress.iterations}",
                refresh=False,
            )
            if progress.eta >= 0:
                bar.set_postfix_str(f"{time_left(progress.eta)} left", refresh=False)
            bar.update(progress.fraction - bar.n)
            return True

        yield show


def _tell_octaves(progress: Progress) -> bool:
    if progress.iteration == 0 and progress.within == 0:
        say(f"Octave {progress.octave} of {progress.octaves}: {progress.iterations} steps")
    return True


@contextmanager
def frames_progress(quiet: bool, frames: int, first: int) -> Iterator[Callable[[int], OnProgress]]:
    """Gives each frame, by its number, what shows how its dream goes.

    A bar over all `frames` on a terminal, elsewhere a line for each; `first` is the first to come.
    """
    if quiet:
        yield lambda _: _look_away
        return
    if not sys.stderr.isatty():

        def tell(number: int) -> OnProgress:
            say(f"Frame {number} of {frames}")
            return _look_away

        yield tell
        return
    form = "{desc} |{bar}| {percentage:3.0f} %{postfix}"
    options = {"bar_format": form, "file": sys.stderr, "leave": False, "miniters": 0}
    begun = time.monotonic()
    with tqdm(total=float(frames), initial=first - 1, desc="Dreaming", **options) as bar:

        def begin(number: int) -> OnProgress:
            def show(progress: Progress) -> bool:
                bar.set_description_str(
                    f"Frame {number} of {frames}, octave {progress.octave} of {progress.octaves}",
                    refresh=False,
                )
                reached = number - 1 + progress.fraction
                if reached > first - 1:
                    left = (time.monotonic() - begun) / (reached - first + 1) * (frames - reached)
                    bar.set_postfix_str(f"{time_left(left)} left", refresh=False)
                bar.update(reached - bar.n)
                return True

            return show

        yield begin


def _look_away(_: Progress) -> bool:
    return True


@contextmanager
def counted_progress(quiet: bool) -> Iterator[Callable[[int, int, str], None]]:
    """Shows work that is counted: a bar on a terminal, elsewhere a line for each piece.

    To be told how many pieces are done, of how many, and the next one's name; that is empty at the
    end.
    """
    if quiet:
        yield lambda *_: None
        return
    if not sys.stderr.isatty():
        yield _tell_piece
        return
    form = "{desc} |{bar}| {n_fmt} of {total_fmt}, {remaining} left"
    with tqdm(total=0, bar_format=form, file=sys.stderr, leave=False, miniters=0) as bar:

        def show(done: int, whole: int, name: str) -> None:
            bar.total = whole
            bar.set_description_str(name, refresh=False)
            bar.update(done - bar.n)
            bar.refresh()

        yield show


def _tell_piece(done: int, whole: int, name: str) -> None:
    if name:
        say(f"{done + 1} of {whole}: {name}")


@contextmanager
def download_progress(name: str) -> Iterator[tqdm]:
    """A bar that counts bytes; silent where there is no terminal."""
    with tqdm(
        total=0,
        unit="B",
        unit_scale=True,
        desc=name,
        file=sys.stderr,
        leave=False,
        disable=not sys.stderr.isatty(),
    ) as bar:
        yield bar


def time_left(seconds: float) -> str:
    """A rough time for people: "8 s", "1:20 min", "2:05 h"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"
