"""In which precision a network dreams best on a device: measured, not guessed.

A few steps in each number format that the device may be fast in, beside the same in float32. The
fastest wins whose gradient points where float32's does. Where a format is fast and its gradient
points elsewhere, as many of the first convolutions stay exact as it takes, see
`core.networks.mixed`. What was found is kept in the cache folder; another PyTorch, device, network
or version of this program is measured anew.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from core.device import choose_precision
from core.findings import keep, recall
from core.networks.base import Network
from core.networks.registry import load_network
from core.objectives import make_objective
from core.photograph import photograph
from core.precision import DTYPES, Precision, named
from core.samples import as_float
from core.settings import Settings
from core.version import VERSION

FILE = "calibration.json"
# The gradient in a format must point as float32's does at least so much: the cosine of their angle.
COSINE = 0.99
# So much where it can be chosen, for pictures unlike the one that it is measured on.
_COSINE_TO_SPARE = 0.992
# A format that is faster by less than this is not worth its rounding.
_GAIN = 1.1
_SIDE = 256
_SMALL_SIDE = 64
_ROUNDS = 6
# No more rounds begin after so many seconds for each.
_PATIENCE = 1.0
# A format that is so many times slower on a small canvas is not tried on a larger one.
_HOPELESS = 3.0
_CANDIDATES = {
    "cpu": ("bfloat16",),
    "cuda": ("float16", "bfloat16"),
    "xpu": ("float16", "bfloat16"),
    "mps": ("float16",),
}
# Where some convolutions can be exact, and in which format the others are then.
_MIXED = ("cpu", "bfloat16")
# The sample photograph is looked at twice as large as it is: photographs are smooth at full size,
# and what is smooth suffers most from rounding.
_ENLARGED = (1200, 800)


@dataclass(frozen=True)
class Trial:
    """One format: seconds for a step, and the cosine of its gradient's angle to float32's."""

    seconds: float
    cosine: float


def precision_for(settings: Settings, device: torch.device, kept: str = "") -> Precision:
    """How exactly a dream of `settings` is to be computed on `device`.

    `settings.precision` where it names one; else `kept`, the name of that which a dream that is to
    be repeated was made in, where the device can; else what was measured, now or on an earlier day.

    Raises:
        DeviceError: the device cannot dream in the format that is named.
        SettingError, NetworkMissing, WeightsError, DreamError: as `load_network`.
        BrokenInstallation: the sample photograph cannot be read.
    """
    if settings.precision != "auto":
        return choose_precision(settings.precision, device)
    if (found := _possible(kept, device)) is not None:
        return found
    key = _key(settings.network, device)
    found = _possible(recall(FILE).get(key), device)
    if found is None:
        load = partial(load_network, settings.network, device)
        name = fastest(measure(load, device))
        keep(FILE, key, name)
        found = named(name)
        assert found is not None
    return found


def _possible(name: object, device: torch.device) -> Precision | None:
    """The precision of that name, if `device` can dream in it."""
    found = named(name)
    if found is None or (found.exact and device.type != _MIXED[0]):
        return None
    formats = ("float32", *_CANDIDATES.get(device.type, ()))
    return found if found.dtype in [DTYPES[kind] for kind in formats] else None


def fastest(trials: Mapping[str, Trial]) -> str:
    """The format that wins, out of `trials` that hold float32's."""
    best, least = "float32", trials["float32"].seconds / _GAIN
    for name, trial in trials.items():
        if name != "float32" and trial.seconds < least and trial.cosine >= COSINE:
            best, least = name, trial.seconds
    return best


def measure(load: Callable[[torch.dtype], Network], device: torch.device) -> dict[str, Trial]:
    """Trials, by their names, of what `device` can compute in and is not hopeless at.

    Args:
        load: gives the network on `device`, one of its own for each format.
    """
    exact = load(torch.float32)
    wanted = _gradient(exact, _SIDE)
    small = _seconds([exact], _SMALL_SIDE)[0]
    runners, cosines = [exact], [1.0]
    for name in _CANDIDATES.get(device.type, ()):
        rounded = load(DTYPES[name])
        try:
            if _seconds([rounded], _SMALL_SIDE)[0] > _HOPELESS * small:
                continue
            cosine = _cosine(rounded, wanted)
        except (RuntimeError, NotImplementedError):
            # That is how PyTorch says that a device lacks a format.
            continue
        if cosine < COSINE and (device.type, name) == _MIXED and _is_faster(rounded, exact):
            cosine = _spare_as_few_as_possible(rounded, wanted)
        runners.append(rounded)
        cosines.append(cosine)
    return {
        runner.precision.name: Trial(seconds, cosine)
        for runner, seconds, cosine in zip(runners, _seconds(runners, _SIDE), cosines, strict=True)
    }


def _is_faster(one: Network, other: Network) -> bool:
    """Whether it is worth to see to the rounding of `one`."""
    seconds, others = _seconds([one, other], _SIDE)
    return seconds < others / _GAIN


def _spare_as_few_as_possible(network: Network, wanted: Tensor) -> float:
    """Let so few convolutions be exact that the gradient just points where it should.

    Args:
        network: rounded; changed.
        wanted: the gradient in float32.

    Returns:
        The cosine that is reached; 0 where nothing helps.
    """
    too_few, enough, cosine = 0, network.most_exact + 1, 0.0
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        found = _cosine(network.to(network.device, network.dtype, middle), wanted)
        if found >= _COSINE_TO_SPARE:
            enough, cosine = middle, found
        else:
            too_few = middle
    network.to(network.device, network.dtype, min(enough, network.most_exact))
    return cosine


def _cosine(network: Network, wanted: Tensor) -> float:
    """That of the angle between the network's gradient and the one that is wanted."""
    return float(F.cosine_similarity(wanted, _gradient(network, _SIDE), dim=0))


def _seconds(networks: Sequence[Network], side: int) -> list[float]:
    """The least time of a few steps of each, taking turns, so that a busy moment decides nothing.

    The first step of each does not count.
    """
    least = [float("inf")] * len(networks)
    for network in networks:
        _gradient(network, side)
    begun = time.perf_counter()
    for _ in range(_ROUNDS):
        for number, network in enumerate(networks):
            before = time.perf_counter()
            _gradient(network, side)
            least[number] = min(least[number], time.perf_counter() - before)
        if time.perf_counter() - begun > _PATIENCE * len(networks):
            break
    return least


def _gradient(network: Network, side: int) -> Tensor:
    """The gradient of the default objective in the middle of the sample photograph, flat."""
    canvas = _photograph(side).to(network.device).requires_grad_(True)
    objective = make_objective(network, Settings(network=network.record.name))
    (gradient,) = torch.autograd.grad(objective(canvas), canvas)
    return gradient.flatten().cpu()


@cache
def _photograph(side: int) -> Tensor:
    """The middle of the sample photograph, enlarged, as a canvas (1, 3, side, side).

    Raises:
        BrokenInstallation: it cannot be read.
    """
    width, height = _ENLARGED
    left, top = (width - side) // 2, (height - side) // 2
    middle = photograph(width, height)[top : top + side, left : left + side]
    return as_float(torch.from_numpy(middle)).permute(2, 0, 1)[None].contiguous()


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
