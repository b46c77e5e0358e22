"""Shows that a device computes. Runs in the core's environment: it alone here needs PyTorch."""

from __future__ import annotations

import math

import torch

from core.device import available_devices, choose_device
from core.networks.registry import load_network


def compute_on(name: str) -> str:
    """One pass forward and backward through the built-in network on device `name`: one of setting
    `device`, or "best" for the best that is here, whatever was found out about it before.

    Returns:
        The device's own name, such as "cuda" for "auto".

    Raises:
        DreamError: the device is not here, or the weights are damaged.
        RuntimeError: the device cannot compute, or the gradient is not a number.
    """
    device = choose_device(available_devices()[0] if name == "best" else name)
    network = load_network("built-in", device, torch.float32)
    canvas = torch.rand((1, 3, 96, 96), generator=torch.Generator().manual_seed(0)).to(device)
    canvas.requires_grad_()
    features = network.features(canvas, network.layers)
    energy = torch.stack([values.square().mean() for values in features.values()]).sum()
    (gradient,) = torch.autograd.grad(energy, canvas)
    size = float(gradient.abs().sum())
    if not math.isfinite(size) or size == 0:
        raise RuntimeError(f"the gradient on {device.type} is {size}")
    return device.type
