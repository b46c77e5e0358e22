"""A cache folder of each test's own, and weights to put there."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from core.networks.catalogue import build


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path / "Jöhn Smith" / "日本"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "Jöhn Smith" / "日本"


@pytest.fixture(scope="session")
def tensors() -> dict[str, Tensor]:
    """Random weights of GoogLeNet, without auxiliary heads."""
    with torch.random.fork_rng():
        return build("googlenet").state_dict()


@pytest.fixture(scope="session")
def saved(tensors: dict[str, Tensor], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "mine.pth"
    torch.save(tensors, path)
    return path
