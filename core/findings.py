"""What was found out about this machine, kept in the cache folder. Imports no PyTorch.

A file that is missing or damaged is as none, and one that cannot be written is no obstacle: what
was in it is found out anew, nothing worse.
"""

from __future__ import annotations

import contextlib
import json

from core.weights.part_file import discard, finish, part_file
from core.weights.store import cache_folder


def recall(file: str) -> dict[str, object]:
    """What the file of that name holds: key -> finding."""
    try:
        written = json.loads((cache_folder() / file).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return written if isinstance(written, dict) else {}


def keep(file: str, key: str, finding: object) -> None:
    """Write a finding, which JSON can hold, to the file of that name, beside what is there."""
    path = cache_folder() / file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part_file(path) as part:
            part.truncate(0)
            part.write(json.dumps({**recall(file), key: finding}, indent=1).encode("utf-8"))
        finish(path)
    except BlockingIOError:
        # Another process is about to keep what it has found, which comes to the same.
        return
    except OSError:
        with contextlib.suppress(OSError):
            discard(path)
