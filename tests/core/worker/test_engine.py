"""The worker's networks: kept between dreams, but never longer than their weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from core.errors import NetworkMissing
from core.networks.catalogue import build
from core.networks.registry import RECORDS
from core.settings import parse
from core.weights.store import import_file
from core.worker.engine import Networks


def imported(folder: Path, seed: int) -> Path:
    """The place of a GoogLeNet with random weights, after its import."""
    torch.manual_seed(seed)
    torch.save(build("googlenet").state_dict(), folder / f"{seed}.pth")
    return import_file(RECORDS["googlenet"], folder / f"{seed}.pth").path


def test_networks_follow_their_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path / "cache"))
    settings, networks = parse({"network": "googlenet"}), Networks()
    with pytest.raises(NetworkMissing):
        networks.get(settings)
    imported(tmp_path, 1)
    first = networks.get(settings)
    assert networks.get(settings) is first
    place = imported(tmp_path, 2)
    second = networks.get(settings)
    canvas = torch.rand(1, 3, 32, 32)
    outputs = [network.features(canvas, ["conv1"])["conv1"] for network in (first, second)]
    assert not torch.equal(*outputs)
    place.unlink()
    with pytest.raises(NetworkMissing):
        networks.get(settings)
