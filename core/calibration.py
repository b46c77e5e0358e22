"""In which precision a network dreams best on a device: measured, not guessed.

A few steps in each number format that the device may be fast in, beside the same in float32. The
fastest wins whose gradient points where float32's does. What was found is kept in the cache folder;
another PyTorch, device, network or version of this program is measured anew.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from core.device import PRECISIONS, choose_precision
from core.findings import keep, recall
from core.networks.base import Network
from core.networks.registry import load_network
from core.objectives import make_objective
from core.settings import Settings
from core.version import VERSION

FILE = "calibration.json"
# The gradient in a format must point as float32's does at least so much: the cosine of their angle.
COSINE = 0.99
# A format that is faster by less than this is not worth its rounding.
_GAIN = 1.1
_SIDE = 256
_SMALL_SIDE = 64
_ROUNDS = 4
# No more rounds begin after so many seconds.
_PATIENCE = 1.0
# A format that is so many times slower on a small canvas is not tried on a larger one.
_HOPELESS = 3.0
_CANDIDATES = {
    "cpu": ("bfloat16",),
    "cuda": ("float16", "bfloat16"),
    "xpu": ("float16", "bfloat16"),
    "mps": ("float16",),
}


@dataclass(frozen=True)
class Trial:
    """One format: seconds for a step, and the cosine of its gradient's angle to float32's."""

    seconds: float
    cosine: float


def precision_for(settings: Settings, device: torch.device, kept: str = "") -> torch.dtype:
    """The number format for a dream of `settings` on `device`.

    `settings.precision` where it names one; else `kept`, which a dream that is to be repeated was
    made in, where the device can; else what was measured, now or on an earlier day.

    Raises:
        DeviceError: the device cannot dream in the format that is named.
        SettingError, NetworkMissing, WeightsError, DreamError: as `load_network`.
    """
    if settings.precision != "auto":
        return choose_precision(settings.precision, device)
    if kept == "float32" or kept in _CANDIDATES.get(device.type, ()):
        return PRECISIONS[kept]
    key = _key(settings.network, device)
    found = recall(FILE).get(key)
    if not (found == "float32" or found in _CANDIDATES.get(device.type, ())):
        found = fastest(measure(settings.network, device))
        keep(FILE, key, found)
    return PRECISIONS[str(found)]


def fastest(trials: Mapping[str, Trial]) -> str:
    """The format that wins, out of `trials` that hold float32's."""
    best, least = "float32", trials["float32"].seconds / _GAIN
    for name, trial in trials.items():
        if name != "float32" and trial.seconds < least and trial.cosine >= COSINE:
            best, least = name, trial.seconds
    return best


def measure(network: str, device: torch.device) -> dict[str, Trial]:
    """Trials of float32 and of the formats that `device` can compute in and is not hopeless at.

    Raises:
        SettingError, NetworkMissing, WeightsError, OutOfMemory, DreamError: as `load_network`.
    """
    exact = load_network(network, device, torch.float32)
    trials = {"float32": Trial(_seconds(exact, _SIDE), 1.0)}
    wanted = _gradient(exact, _SIDE)
    small = _seconds(exact, _SMALL_SIDE)
    for name in _CANDIDATES.get(device.type, ()):
        rounded = load_network(network, device, PRECISIONS[name])
        try:
            if _seconds(rounded, _SMALL_SIDE) > _HOPELESS * small:
                continue
            seconds = _seconds(rounded, _SIDE)
        except (RuntimeError, NotImplementedError):
            # That is how PyTorch says that a device lacks a format.
            continue
        cosine = F.cosine_similarity(wanted, _gradient(rounded, _SIDE), dim=0)
        trials[name] = Trial(seconds, float(cosine))
        # Once more, so that a moment's load does not decide.
        again = Trial(min(trials["float32"].seconds, _seconds(exact, _SIDE)), 1.0)
        trials["float32"] = again
    return trials


def _seconds(network: Network, side: int) -> float:
    """The least time of a few steps, the first of which does not count."""
    begun = time.perf_counter()
    _gradient(network, side)
    least = float("inf")
    for _ in range(_ROUNDS):
        before = time.perf_counter()
        _gradient(network, side)
        after = time.perf_counter()
        least = min(least, after - before)
        if after - begun > _PATIENCE:
            break
    return least


def _gradient(network: Network, side: int) -> Tensor:
    """The gradient of the default objective on a canvas with coarse and fine structure, flat."""
    generator = torch.Generator().manual_seed(0)
    canvas = torch.zeros(1, 3, side, side)
    for cells in (4, 16, side):
        noise = torch.rand(1, 3, cells, cells, generator=generator)
        canvas += F.interpolate(noise, (side, side), mode="bilinear") / 3
    canvas = canvas.to(network.device).requires_grad_(True)
    objective = make_objective(network, Settings(network=network.record.name))
    (gradient,) = torch.autograd.grad(objective(canvas), canvas)
    return gradient.flatten().cpu()


def _key(network: str, device: torch.device) -> str:
    """What a finding holds for."""
    return " | ".join((network, device_name(device), str(torch.__version__), VERSION))


def device_name(device: torch.device) -> str:
    """What `device` is called by its maker, as far as the system says."""
    if device.type == "cuda":
        return f"cuda {torch.cuda.get_device_name(device)}"
    if device.type == "xpu":
        return f"xpu {torch.xpu.get_device_name(device)}"
    if device.type == "mps":
        return f"mps {platform.machine()}"
    features = torch.backends.cpu.get_cpu_capability()
    return f"cpu {processor_name()} {features}"


def processor_name() -> str:
    """The processor's name, or its kind where the system has none."""
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        # Not a Linux.
        pass
    return platform.processor() or platform.machine()
