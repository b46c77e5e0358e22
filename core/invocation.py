"""The command that runs this very core, for sentences that tell somebody to type it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

_PROGRAM = Path(__file__).resolve().parent.parent


def command(arguments: str) -> str:
    """How to run the core with `arguments`, such as ``networks fetch googlenet``.

    In a checkout that is ``python -m core …`` there; an installed core is named with its own
    Python, because nothing else on the computer finds it.
    """
    if (_PROGRAM / "pyproject.toml").is_file():
        return f"python -m core {arguments}"
    parts = [sys.executable, "-I", str(_PROGRAM / "core")]
    quoted = subprocess.list2cmdline(parts) if os.name == "nt" else shlex.join(parts)
    return f"{quoted} {arguments}"
