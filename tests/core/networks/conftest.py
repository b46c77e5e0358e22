"""How networks are computed in tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from core.networks import pooling


@pytest.fixture
def three_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pooling on three threads, however many cores there are, and however small the pictures."""
    monkeypatch.setattr(pooling, "_SMALLEST", 16)
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)
