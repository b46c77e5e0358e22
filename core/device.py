"""Which device computes, and how exactly."""

from __future__ import annotations

import re
from pathlib import Path

import torch

from core.errors import DeviceError
from core.language import _
from core.precision import DTYPES, Precision

# The installer writes it beside the core, where the best device that is here cannot compute.
_FOUND_TO_WORK = Path(__file__).resolve().parent.parent / "device.txt"
_KINDS = ("cuda", "mps", "xpu")
# How PyTorch's errors begin, or what they name, where a device fails and not the program.
_FAILED = r"(cuda|hip|mps|xpu)\w* (error|driver)|cublas|cudnn|nvidia driver|no kernel image"


def available_devices() -> tuple[str, ...]:
    """Names of the devices that are here, the best first; always ends with "cpu"."""
    found = []
    if hasattr(torch, "accelerator"):
        # From PyTorch 2.6 on, one question for all makers.
        kind = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
        found += [kind.type] if kind is not None and kind.type in _KINDS else []
    else:
        found += [kind for kind in _KINDS if _is_here(kind)]
    return (*found, "cpu")


def _is_here(kind: str) -> bool:
    if kind == "mps":
        return torch.backends.mps.is_available()
    return hasattr(torch, kind) and getattr(torch, kind).is_available()


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
            _("The device “{name}” is not available on this computer.").format(name=name),
            _("Choose auto, or one of: {names}.").format(names=", ".join(devices)),
        )
    return torch.device(name)


def device_failure(error: BaseException, device: torch.device) -> DeviceError | None:
    """What an artist is told where a graphics card failed; None where `error` is something else.

    Such as one that is too old or too new for this PyTorch: it is found and then cannot compute.
    """
    text = str(error)
    if device.type == "cpu" or not re.search(_FAILED, text, re.IGNORECASE):
        return None
    return DeviceError(
        _("The graphics card ({device}) cannot compute this: {reason}.").format(
            device=device.type, reason=text.strip().splitlines()[0].rstrip(".")
        ),
        _("Set Device to cpu, or run install.py again: it finds out which device works here."),
    )


def choose_precision(name: str, device: torch.device) -> Precision:
    """The precision of that name; `core.calibration` says what "auto" stands for.

    Raises:
        DeviceError: PyTorch cannot dream in that format on that device.
    """
    if name == "float16" and device.type == "cpu":
        raise DeviceError(
            _("The CPU cannot dream in float16."),
            _("Choose the precision auto, float32 or bfloat16."),
        )
    return Precision(DTYPES[name])
