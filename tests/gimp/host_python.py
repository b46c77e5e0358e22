"""Which parts of this machine the running Python needs, to work at the same place in a chroot."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path


def paths(root: Path) -> list[Path]:
    """Files and folders to show in the chroot `root`, so that `sys.executable` runs there."""
    environment, base = Path(sys.prefix), Path(sys.base_prefix)
    interpreter = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    library = Path(sysconfig.get_path("stdlib"))
    # A chroot has a /usr of its own, which must not be hidden.
    own = [interpreter, library] if base == Path("/usr") else [base]
    missing = missing_libraries(root, interpreter, library)
    needed = own + [path for path in missing if base == Path("/usr") or base not in path.parents]
    return needed if environment == base else [environment, *needed]


def missing_libraries(root: Path, interpreter: Path, library: Path) -> list[Path]:
    """Shared libraries that a Python needs and the chroot `root` lacks; its own fit each other.

    `library` is the folder of the standard library.
    """
    programs = [interpreter, *sorted((library / "lib-dynload").glob("*.so"))]
    return [path for path in _shared_libraries(programs) if not _has(root, path)]


def _has(root: Path, path: Path) -> bool:
    inside = root / path.relative_to("/")
    # An empty file is what is left of a place where something was shown before.
    return inside.exists() and inside.stat().st_size > 0


def _shared_libraries(programs: Iterable[Path]) -> list[Path]:
    shown = subprocess.run(
        ["ldd", *map(str, programs)], capture_output=True, text=True, errors="replace"
    ).stdout
    return [Path(path) for path in dict.fromkeys(re.findall(r"=> (/\S+) \(0x", shown))]
