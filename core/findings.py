"""What was found out about this machine, kept in the cache folder. Imports no PyTorch.

A file that is missing or damaged is as none, and one that cannot be written is no obstacle: what
was in it is found out anew, nothing worse.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets

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
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            unfinished.write_text(json.dumps({**recall(file), key: finding}, indent=1), "utf-8")
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
