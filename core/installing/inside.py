"""Runs inside the core's environment; the installer starts it and reads its answer.

`inside.py modules NAME=MODULE …` imports each module; `inside.py device NAME` makes one forward and
backward pass; `inside.py cache` names the folder of downloaded weights, `inside.py weights` looks
at them. The answer is the last line of standard output, as JSON.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import platform
import sys
from pathlib import Path


def modules(pairs: list[str]) -> dict[str, object]:
    """Import each NAME=MODULE; a broken installation shows itself in more ways than ImportError."""
    versions: dict[str, str] = {}
    failed: dict[str, str] = {}
    for pair in pairs:
        name, module = pair.split("=")
        try:
            importlib.import_module(module)
            versions[name] = importlib.metadata.version(name)
        except (ImportError, OSError, RuntimeError, AttributeError, TypeError, ValueError) as error:
            failed[name] = f"{type(error).__name__}: {error}"
    return {"python": platform.python_version(), "versions": versions, "failed": failed}


def device(name: str) -> dict[str, object]:
    """Let device `name` compute; raises as `compute_on` does."""
    from core.installing.device_pass import compute_on

    return {"device": compute_on(name)}


def cache() -> dict[str, object]:
    """Where downloaded weights are."""
    from core.weights.store import cache_folder

    return {"cache": str(cache_folder())}


def weights() -> dict[str, object]:
    """What is there, and what is wrong with it."""
    from core.installing.weights_here import weights_here

    return {"weights": weights_here()}


def main(arguments: list[str]) -> None:
    # Isolated Python (-I) does not look beside this file.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    question, *rest = arguments
    if question == "modules":
        answer = modules(rest)
    elif question == "device":
        answer = device(*rest)
    elif question == "weights":
        answer = weights()
    else:
        answer = cache()
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
