"""Which device computes, and how exactly."""

from __future__ import annotations

from pathlib import Path

import torch

from core.errors import DeviceError

# The installer writes it beside the core, where the best device that is here cannot compute.
_FOUND_TO_WORK = Path(__file__).resolve().parent.parent / "device.txt"
_PRECISIONS = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


def available_devices() -> tuple[str, ...]:
    """Names of the devices that are here, the best first; always ends with "cpu"."""
    found = []
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    if hasattr(torch, "xpu") and torch.xpu.is_available():
        found.append("xpu")
    return (*found, "cpu")


def choose_device(name: str) -> torch.device:
    """The device that setting `device` names; "auto" is the best that is here and works.

    Raises:
        DeviceError: it is not here.
    """
    devices = available_devices()
    if name == "auto":
        found = _FOUND_TO_WORK.read_text("utf-8").strip() if _FOUND_TO_WORK.is_file() else ""
        return torch.device(found if found in devices else devices[0])
    if name not in devices:
        raise DeviceError(
            f"The device “{name}” is not available on this computer.",
            f"Choose auto, or one of: {', '.join(devices)}.",
        )
    return torch.device(name)


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """The number format that setting `precision` names; "auto" is float32.

    Raises:
        DeviceError: PyTorch cannot dream in that format on that device.
    """
    if name == "auto":
        return torch.float32
    if name == "float16" and device.type == "cpu":
        raise DeviceError(
            "The CPU cannot dream in float16.", "Choose the precision auto, float32 or bfloat16."
        )
    return _PRECISIONS[name]
