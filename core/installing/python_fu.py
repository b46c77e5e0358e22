"""Whether a GIMP 2.10 has Python-Fu, without which it cannot run the plug-in."""

from __future__ import annotations

import locale
import os
import re
from collections.abc import Iterator
from pathlib import Path

from core.installing.kinds import plugin_cache
from core.installing.report import Check, note, problem
from core.installing.running import ask

_MODULE = Path("python") / "gimpfu.py"
_REMEDY = (
    "Use the build from https://www.gimp.org/downloads/, which brings it, or GIMP 3; then run "
    "install.py again."
)


def lacking(name: str) -> Check:
    """A GIMP, as a sentence has it, that has none."""
    text = f"{name} was built without Python-Fu, so Deep Dream cannot work in it."
    return problem(text, _REMEDY)


def unsure(name: str) -> Check:
    """A GIMP of which nobody can tell."""
    return note(
        f"Whether {name} has Python-Fu cannot be seen from outside. If Deep Dream is not in its "
        f"menu, it has none. {_REMEDY}"
    )


def of_program(program: Path) -> bool | None:
    """Whether the GIMP 2.10 that `program` starts has Python-Fu; None where it cannot be found out.

    They are in the folder gimp/2.0 beside its libraries.
    """
    return _of_folders(_library_folders(Path(os.path.realpath(program)).parents[1]))


def of_flatpak(application: str) -> bool | None:
    """The same for a Flatpak."""
    answer = ask(["flatpak", "info", "--show-location", application], 60)
    if answer.status != 0 or not answer.output.strip():
        return None
    return _of_folders(_library_folders(Path(answer.output.strip()) / "files"))


def of_profile(profile: Path) -> bool | None:
    """What GIMP itself has written into its profile; None before its first start."""
    cache = plugin_cache(profile)
    return '"python-fu-eval"' in cache if cache else None


def readable(profile: Path, encoding: str = "") -> bool:
    """Whether Python 2.7 can read files there: on Windows it knows names of one code page alone."""
    if os.name != "nt" and not encoding:
        return True
    try:
        str(profile).encode(encoding or locale.getpreferredencoding(False))
    except UnicodeEncodeError:
        return False
    return True


def _of_folders(folders: list[Path]) -> bool | None:
    return any((folder / _MODULE).is_file() for folder in folders) if folders else None


def _library_folders(root: Path) -> list[Path]:
    return [folder for folder in _places(root) if folder.is_dir()]


def _places(root: Path) -> Iterator[Path]:
    """Where GIMP's own folder may be: /usr/lib, with an architecture's name, in a macOS bundle."""
    for libraries in (*root.glob("lib*"), root / "Resources" / "lib"):
        yield libraries / "gimp" / "2.0"
        for inner in libraries.glob("*-linux-*"):
            if re.search(r"-linux-\w+$", inner.name):
                yield inner / "gimp" / "2.0"
