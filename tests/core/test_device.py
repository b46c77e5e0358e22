"""A graphics card that is found and then cannot compute: a sentence, and what to do."""

from __future__ import annotations

import pytest
import torch

from core.device import device_failure
from core.errors import DeviceError
from core.networks.registry import load_network

CUDA, CPU = torch.device("cuda"), torch.device("cpu")


@pytest.mark.parametrize(
    ("device", "text"),
    [
        ("cuda", "CUDA error: no kernel image is available for execution on the device\nCompile"),
        ("cuda", "CUDA driver error: invalid argument"),
        ("cuda", "HIP error: invalid device function"),
        ("cuda", "cuDNN error: CUDNN_STATUS_NOT_SUPPORTED"),
        ("cuda", "Found no NVIDIA driver on your system."),
        ("mps", "MPS error: command buffer exited with error status."),
    ],
)
def test_a_failing_card_is_named_with_what_to_do(device: str, text: str) -> None:
    failure = device_failure(RuntimeError(text), torch.device(device))
    assert failure is not None
    assert failure.message.startswith(f"The graphics card ({device}) cannot compute this: ")
    assert "\n" not in failure.message
    assert "Set Device to cpu" in failure.hint


def test_other_errors_are_no_failing_card() -> None:
    assert device_failure(RuntimeError("CUDA error: unspecified"), CPU) is None
    assert device_failure(RuntimeError("sizes of tensors must match"), CUDA) is None


@pytest.mark.skipif(
    torch.cuda.is_available() or not torch.backends.cuda.is_built(),
    reason="NOT RUN: needs PyTorch with CUDA on a computer where that does not work.",
)
def test_a_network_on_a_card_that_does_not_work() -> None:
    with pytest.raises(DeviceError, match="cannot compute this: Found no NVIDIA driver"):
        load_network("built-in", CUDA, torch.float32)
