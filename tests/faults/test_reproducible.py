"""The same dream again: in another process to the byte, on another device nearly."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.device import available_devices
from tests.core.worker.worker_process import WorkerProcess, dream_header, noise

SIZE = (96, 72)
# How far a GPU's dream may be from the processor's, both in float32: this share of what the dream
# changed, on average. Sums are rounded in another order, and each step goes on from the last.
TOLERANCE = 0.05
# What a seed decides: noise, jitter, turns.
SETTINGS = {"seed": 5, "octaves": 2, "iterations": 3, "random_rotation": 3.0, "random_scale": 0.05}


def dreamed(device: str, **settings: object) -> bytes:
    """A dream by an engine of its own."""
    with WorkerProcess() as worker:
        header = dream_header(1, *SIZE, **SETTINGS, **settings, device=device)
        worker.send(header, noise(SIZE[0] * SIZE[1]))
        result = worker.until_end(1)
        assert result.header["event"] == "result", json.dumps(result.header)
        return result.payload


@pytest.mark.slow
def test_two_processes_dream_the_same_bytes() -> None:
    first = dreamed("cpu", start="noise")
    assert dreamed("cpu", start="noise") == first


@pytest.mark.slow
def test_a_gpu_dreams_what_the_processor_does() -> None:
    others = [name for name in available_devices() if name not in ("auto", "cpu")]
    if not others:
        pytest.skip("NOT RUN: no GPU to compare the processor's dreams with.")
    source, here = (
        np.frombuffer(data, np.uint8).astype(float)
        for data in (noise(SIZE[0] * SIZE[1]), dreamed("cpu", precision="float32"))
    )
    for device in others:
        data = dreamed(device, precision="float32")
        there = np.frombuffer(data, np.uint8).astype(float)
        assert np.abs(there - here).mean() < TOLERANCE * np.abs(here - source).mean()
