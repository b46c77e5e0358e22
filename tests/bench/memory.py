"""Part d: peak memory and time of dreams at full size, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.paths import ROOT

MEGAPIXELS = (1, 4, 12, 24, 48)
_ITERATIONS = 3


def at_full_size(megapixels: float, precision: str = "auto") -> dict[str, object]:
    """Seconds, seconds per megapixel and peak resident memory of a dream of 8-bit RGB."""
    command = [sys.executable, "-m", "tests.bench.memory", str(megapixels), precision]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _dream(megapixels: float, precision: str) -> dict[str, object]:
    """Dream over the sample photograph, enlarged, with the built-in network's defaults."""
    # As the command line and the worker do, before PyTorch is in.
    from core.processors import prepare

    prepare()
    import numpy as np
    import torch
    from PIL import Image

    from core.calibration import precision_for
    from core.canvas import dream_picture
    from core.networks.registry import load_network
    from core.progress import Progress
    from core.settings import parse

    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    width = round(height * 4 / 3)
    with Image.open(ROOT / "core" / "sample.jpg") as sample:
        small = np.asarray(sample.convert("RGB"))
    rows = np.arange(height) * small.shape[0] // height
    columns = np.arange(width) * small.shape[1] // width
    # Laid out as a picture from GIMP is; otherwise the core would have to copy it.
    pixels = np.ascontiguousarray(small[rows][:, columns])
    values = {"working-size": 0, "iterations": _ITERATIONS, "precision": precision}
    settings = parse(values)
    device = torch.device("cpu")
    network = load_network("built-in", device, *precision_for(settings, device))
    asked, longest = time.perf_counter(), 0.0

    def look(progress: Progress) -> bool:
        nonlocal asked, longest
        now = time.perf_counter()
        longest, asked = max(longest, now - asked), now
        if progress.within == 0:
            # As the worker does, who shows it.
            progress.picture(512)
        return True

    before = _peak()
    begun = time.perf_counter()
    dream_picture(pixels, settings, network, look)
    seconds = time.perf_counter() - begun
    return {
        "picture": f"{width}x{height}",
        "precision": network.precision.name,
        "seconds": round(seconds, 1),
        "seconds per megapixel": round(seconds / megapixels, 3),
        "peak memory, MiB": _peak(),
        "of which there before, MiB": before,
        "longest time without a look whether to stop, s": round(longest, 2),
    }


def _peak() -> int:
    """Of this program alone, in MiB: getrusage counts what its parent had when it was begun too."""
    if sys.platform == "linux":
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if "VmHWM" in line) // 2**10
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    print(json.dumps(_dream(float(sys.argv[1]), sys.argv[2])))
