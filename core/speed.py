"""What dreams cost on this machine: seconds for a megapixel of the canvas, network by preset."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import torch

from core.calibration import device_name, precision_for
from core.canvas import dream_picture
from core.device import choose_device
from core.findings import keep, recall
from core.networks.registry import load_network
from core.photograph import photograph
from core.settings import parse, presets
from core.version import VERSION

FILE = "speed.json"
_SIZE = (640, 480)


class Speed(NamedTuple):
    """What one preset of one network costs.

    Attributes:
        preset: its name.
        device, precision: where and in which precision it dreams.
        seconds: per megapixel of the canvas, at the preset's own octaves and iterations.
    """

    preset: str
    device: str
    precision: str
    seconds: float


def measure(network: str, device: str, on_preset: Callable[[Speed], None]) -> None:
    """Dream each preset once over the sample photograph; what is found is told, and kept.

    Presets for other networks are left out. A preset that needs a guide has the photograph for one.

    Raises:
        DeviceError: there is no such device.
        SettingError, NetworkMissing, WeightsError, OutOfMemory, DreamError: as `load_network`.
        BrokenInstallation: the photograph cannot be read.
    """
    chosen = choose_device(device)
    pixels = photograph(*_SIZE)
    found: dict[str, float] = {}
    for preset in presets_of(network):
        settings = parse({"preset": preset, "network": network, "working-size": 0})
        loaded = load_network(network, chosen, *precision_for(settings, chosen))
        # Once through the network first: libraries set themselves up at their first pass.
        warm = parse({"network": network, "octaves": 1, "iterations": 1})
        dream_picture(pixels, warm, loaded, guide=pixels)
        begun = time.perf_counter()
        dream_picture(pixels, settings, loaded, guide=pixels)
        seconds = (time.perf_counter() - begun) / (_SIZE[0] * _SIZE[1] / 1e6)
        found[preset] = round(seconds, 2)
        on_preset(Speed(preset, device_name(chosen), loaded.precision.name, seconds))
    keep(FILE, _key(network, chosen), found)


def presets_of(network: str) -> tuple[str, ...]:
    """Names of the presets that are for `network`, or for any."""
    return tuple(
        name for name, sets in presets().items() if sets.get("network", network) == network
    )


def remembered(network: str, device: torch.device) -> dict[str, float]:
    """Preset -> seconds per megapixel as measured on an earlier day; empty if never."""
    found = recall(FILE).get(_key(network, device))
    if not isinstance(found, dict):
        return {}
    return {
        preset: float(seconds)
        for preset, seconds in found.items()
        # Whoever damaged the file may have left anything in it; what is sent on must be JSON.
        if isinstance(seconds, int | float) and 0 <= seconds < 1e9 and preset in presets()
    }


def _key(network: str, device: torch.device) -> str:
    """What a finding holds for."""
    return " | ".join((network, device_name(device), str(torch.__version__), VERSION))
