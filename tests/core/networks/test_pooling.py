"""Fast maximum pooling is maximum pooling, forward and back."""

from __future__ import annotations

import ctypes
import math
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from core.errors import BrokenInstallation
from core.networks import pooling, threads
from core.networks.catalogue import build, derived_record
from core.networks.pooling import FastMaxPool
from core.networks.torchvision_networks import TorchvisionNetwork

ROOT = Path(__file__).resolve().parents[3]
FORMATS = [torch.float32, torch.bfloat16]


pytestmark = pytest.mark.usefixtures("three_threads")


def pooled(pool: nn.Module, values: Tensor) -> tuple[Tensor, Tensor]:
    """The outcome and the gradient of a sum of it, weighted."""
    leaf = values.clone(memory_format=torch.channels_last).requires_grad_(True)
    most = pool(leaf)
    assert most.dtype == values.dtype
    # Positive, so that sums are as exact as their terms; bfloat16 has these numbers.
    weights = (torch.arange(most.numel()).view(most.shape) % 61 + 1).to(values.dtype)
    return most, torch.autograd.grad(most, leaf, weights)[0]


def drawn(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(2)).to(dtype)


@pytest.mark.parametrize("dtype", FORMATS, ids=str)
@pytest.mark.parametrize("size", [(24, 17), (25, 16), (31, 9), (9, 30), (5, 40), (4, 50), (7, 7)])
@pytest.mark.parametrize(
    "pool",
    [
        nn.MaxPool2d(3, 1, 1),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        nn.MaxPool2d(3, 2, 1),
        nn.MaxPool2d(2, 2),
        nn.MaxPool2d(2, 3, 1),
        nn.MaxPool2d((5, 3), (2, 1), (2, 1)),
        nn.MaxPool2d(2, 1, 1, 2),
    ],
    ids=str,
)
def test_the_same_maxima_and_the_same_gradient(
    pool: nn.MaxPool2d, size: tuple[int, int], dtype: torch.dtype
) -> None:
    values = drawn(2, 5, *size, dtype=dtype)
    got, got_back = pooled(FastMaxPool(pool), values)
    assert torch.equal(got, pool(values))
    # PyTorch rounds every sum on the way to bfloat16; in float64 both are held against it.
    _, wanted_back = pooled(pool, values.double())
    torch.testing.assert_close(got_back, wanted_back.to(dtype))
    assert got_back.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("dtype", FORMATS, ids=str)
def test_of_equal_ones_the_first(dtype: torch.dtype) -> None:
    pool = nn.MaxPool2d(3, 1, 1)
    values = drawn(1, 3, 12, 12, dtype=dtype).round().relu()
    _, wanted = pooled(pool, values.float())
    torch.testing.assert_close(pooled(FastMaxPool(pool), values)[1], wanted.to(dtype))


@pytest.mark.parametrize("dtype", FORMATS, ids=str)
def test_what_is_no_number_stays_in_sight(dtype: torch.dtype) -> None:
    pool = nn.MaxPool2d(2, 2)
    values = torch.tensor([[math.inf, -1.0], [math.nan, 2.0], [-math.inf, -math.inf]])
    values = torch.stack([values, -values]).to(dtype)[:, :, :, None].expand(-1, -1, -1, 2)
    assert values[1, 1, 0, 0].isnan()
    got, _ = pooled(FastMaxPool(pool), values)
    torch.testing.assert_close(got, pool(values), equal_nan=True)


def test_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Tensor:
        raise AssertionError("PyTorch's own pooling")

    pool = FastMaxPool(nn.MaxPool2d(2, 2))
    monkeypatch.setattr(pooling, "_loops", refuse)
    with pytest.raises(AssertionError, match="PyTorch's own"):
        pooled(pool, drawn(1, 4, 8, 8))
    # Nobody goes back here, and this is no format that it knows.
    assert pool(drawn(1, 4, 8, 8)).shape == (1, 4, 4, 4)
    assert pooled(pool, drawn(1, 4, 8, 8).double())[0].shape == (1, 4, 4, 4)


@pytest.mark.skipif(sys.platform != "linux", reason="macOS and Windows have another OpenMP")
def test_pytorchs_own_threads_do_it() -> None:
    ran: set[int] = set()
    loop = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(lambda _: ran.add(threading.get_ident()))
    address = ctypes.cast(loop, ctypes.c_void_p).value
    assert address
    threads.work_on(address, 0, 3)
    assert len(ran) == 3


def test_without_them_one_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_parallel", lambda: None)
    pool, values = nn.MaxPool2d(3, 2, 1), drawn(2, 5, 24, 17)
    for got, wanted in zip(pooled(FastMaxPool(pool), values), pooled(pool, values), strict=True):
        torch.testing.assert_close(got, wanted)


def test_it_needs_no_folder_to_write_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numba.core.caching.CompileResultCacheImpl._locator_classes", [])
    pooling._loops.cache_clear()
    try:
        assert pooled(FastMaxPool(nn.MaxPool2d(2, 2)), drawn(1, 4, 8, 8))[0].shape == (1, 4, 4, 4)
    finally:
        pooling._loops.cache_clear()


def test_it_is_compiled_once(tmp_path: Path) -> None:
    program = (
        "import torch; from core.networks.pooling import FastMaxPool\n"
        "values = torch.zeros(1, 2, 4, 4, requires_grad=True)\n"
        "values = values.contiguous(memory_format=torch.channels_last)\n"
        "FastMaxPool(torch.nn.MaxPool2d(2))(values).sum().backward()"
    )
    kept = []
    for _ in range(2):
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)
        kept.append(sorted(tmp_path.rglob("*.nbc")))
    assert kept[0] == kept[1] != []


def test_where_the_compiler_does_not_work_a_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "core.networks.pooling_loops", None)
    pooling._loops.cache_clear()
    try:
        with pytest.raises(BrokenInstallation, match=r"Numba.*does not work"):
            pooled(FastMaxPool(nn.MaxPool2d(2, 2)), drawn(1, 4, 8, 8))
    finally:
        pooling._loops.cache_clear()


def test_networks_use_it() -> None:
    record = derived_record("googlenet")
    with torch.random.fork_rng():
        torch.manual_seed(7)
        network = TorchvisionNetwork(record, build("googlenet"))
    canvas = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(3))
    network.features(canvas, ["inception4a"])
    (extractor,) = network._extractors.values()
    parts = list(extractor.modules())
    assert sum(isinstance(part, FastMaxPool) for part in parts) == 6
    assert not any(isinstance(part, nn.MaxPool2d) for part in parts)
