"""How long dreams take, as ratios within one run: `python -m tests.bench.dream_time`.

Absolute seconds depend on the machine; the ratios hold anywhere. Two questions:

- What does GoogLeNet cost per step here, against a straightforward loop (whole forward pass, weight
  gradients on, the layer caught by a hook), as the classic scripts have it?
- What does a whole first dream cost, process start included, against its steps alone?
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from core.canvas import dream_picture
from core.networks.catalogue import build
from core.networks.registry import RECORDS, load_network
from core.networks.torchvision_networks import TorchvisionNetwork
from core.objectives import make_objective
from core.settings import parse

ROOT = Path(__file__).resolve().parents[2]


def seconds(work: Callable[[], object], runs: int = 5) -> float:
    """The median time of `work` over `runs` runs, after one that does not count."""
    work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return median(times)


def step_ratio(side: int = 384) -> float:
    """Straightforward step over ours, both GoogLeNet to inception4c with random weights."""
    torch.manual_seed(0)
    plain = build("googlenet").eval()
    canvas = torch.rand(1, 3, side, side)
    caught: list[Tensor] = []

    def catch(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        caught.append(output)

    plain.get_submodule("inception4c").register_forward_hook(catch)

    def straightforward() -> None:
        caught.clear()
        leaf = canvas.clone().requires_grad_(True)
        plain(leaf)
        caught[0].square().mean().backward()

    slow = seconds(straightforward)
    network = TorchvisionNetwork(RECORDS["googlenet"], plain)
    objective = make_objective(network, parse({"layers": "inception4c"}))

    def ours() -> None:
        leaf = canvas.clone().contiguous(memory_format=torch.channels_last).requires_grad_(True)
        torch.autograd.grad(objective(leaf), leaf)

    return slow / seconds(ours)


def start_ratio(width: int = 1024, height: int = 768) -> tuple[float, float]:
    """Whole process over its steps alone, and the whole in seconds, built-in network, defaults."""
    network = load_network("built-in", torch.device("cpu"), torch.float32)
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "picture.png"
        with Image.open(ROOT / "core" / "sample.jpg") as sample:
            sample.resize((width, height), Image.Resampling.LANCZOS).save(picture)
        command = [sys.executable, "-m", "core", "dream", str(picture), "-o", f"{folder}/d.png"]
        whole = seconds(
            lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True), 3
        )
        pixels = np.asarray(Image.open(picture))
        alone = seconds(lambda: dream_picture(pixels, parse({}), network), 3)
    return whole / alone, whole


def main() -> None:
    print(f"threads: {torch.get_num_threads()}")
    print(f"a straightforward GoogLeNet step takes {step_ratio():.2f} times ours")
    ratio, whole = start_ratio()
    print(f"a first dream of 1024x768 takes {ratio:.2f} times its steps alone ({whole:.1f} s here)")


if __name__ == "__main__":
    main()
