"""What tests put into the cache folder, and find there."""

from __future__ import annotations

import json
import random
from pathlib import Path

from core.networks.registry import RECORDS

GOOGLENET = RECORDS["googlenet"]
CONTENT = random.Random(5).randbytes(50_000)


def note(cache: Path) -> dict[str, object]:
    return json.loads((cache / "googlenet.json").read_text())


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
