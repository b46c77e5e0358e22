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
            for state in ("cold", "warm"):
                worker.dream(1, _SIZE)
                for frame in ("first frame", "first change"):
                    worker.until("preview")
                    spent = time.perf_counter() - begun
                    key = f"{state}, {frame}: seconds"
                    least[key] = min(least.get(key, spent), spent)
                worker.cancel(1)
                worker.until("error")
                begun = time.perf_counter()
    return {key: round(value, 2) for key, value in least.items()}


def cancels(megapixels: tuple[int, ...] = (1, 12, 48), runs: int = 3) -> dict[str, object]:
    """Seconds from a cancel, at some moment of a step at full size, to its answer; the longest."""
    facts: dict[str, object] = {}
    for size in megapixels:
        height = round((size * 1e6 * 3 / 4) ** 0.5)
        longest = 0.0
        with Worker() as worker:
            for run in range(runs):
                worker.dream(run, (height * 4 // 3, height), octaves=1, **{"working-size": 0})
                worker.until("preview")
                time.sleep(1.0 + 0.37 * run)

                def cancel(number: int = run) -> None:
                    worker.cancel(number)
                    worker.until("error")

                begun = time.perf_counter()
                cancel()
                longest = max(longest, time.perf_counter() - begun)
        facts[f"cancel at {size} megapixels: seconds"] = round(longest, 2)
    return facts


def import_ratio() -> dict[str, object]:
    """How much of a cold start is PyTorch's own."""
    import subprocess
    import sys

    def run(code: str) -> float:
        return seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True), 2)

    return {"import of PyTorch alone: seconds": round(run("import torch"), 2)}
