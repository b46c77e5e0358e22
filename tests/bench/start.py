"""Part e: from the start of the worker to the first preview, and from a cancel to its answer."""

from __future__ import annotations

import time

from tests.bench.machine import seconds
from tests.bench.worker import Worker

_SIZE = (1200, 900)


def previews(runs: int) -> dict[str, object]:
    """Seconds to the first frame, and to the first that shows something dreamed.

    Cold: the worker starts and is sent its dream at once. Warm: the same worker's second dream.
    """
    least: dict[str, float] = {}
    for _ in range(runs):
        begun = time.perf_counter()
        with Worker() as worker:
            for seed, state in enumerate(("cold", "warm")):
                # Of one and the same dream the second would go on where the first was.
                worker.dream(1, _SIZE, seed=seed)
                for frame in ("first frame", "first change"):
                    worker.until("preview")
                    spent = time.perf_counter() - begun
                    key = f"{state}, {frame}: seconds"
                    least[key] = min(least.get(key, spent), spent)
                worker.cancel(1)
                worker.until("error")
                begun = time.perf_counter()
    return {key: round(value, 2) for key, value in least.items()}


def cancels(megapixels: tuple[int, ...] = (1, 12, 48), runs: int = 4) -> dict[str, object]:
    """Seconds from a cancel of a dream at full size to its answer, and to the next dream's frame.

    The longest of some moments, from the preparation of the picture on to its larger octaves.
    """
    facts: dict[str, object] = {}
    for size in megapixels:
        height = round((size * 1e6 * 3 / 4) ** 0.5)
        answered = shown = 0.0
        with Worker() as worker:
            worker.dream(0, _SIZE, iterations=1)
            worker.until("result")
            for run in range(1, runs + 1):
                worker.dream(run, (height * 4 // 3, height), **{"working-size": 0})
                worker.until("progress")
                time.sleep((0.1 + 0.13 * size) * run)
                begun = time.perf_counter()
                worker.cancel(run)
                worker.until("error")
                answered = max(answered, time.perf_counter() - begun)
                # One that has been dreamed before is not dreamed again.
                worker.dream(0, _SIZE, iterations=1, seed=run)
                worker.until("preview")
                shown = max(shown, time.perf_counter() - begun)
                worker.until("result")
        facts[f"cancel at {size} megapixels: seconds"] = round(answered, 2)
        facts[f"cancel at {size} megapixels, next dream seen: seconds"] = round(shown, 2)
    return facts


def import_ratio() -> dict[str, object]:
    """How much of a cold start is PyTorch's own."""
    import subprocess
    import sys

    def run(code: str) -> float:
        return seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True), 2)

    return {"import of PyTorch alone: seconds": round(run("import torch"), 2)}
