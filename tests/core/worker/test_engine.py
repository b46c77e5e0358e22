"""The worker's heavy half: networks kept as long as their weights, and pictures taken apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import NetworkMissing
from core.networks.catalogue import build
from core.networks.registry import RECORDS
from core.settings import parse
from core.weights.store import import_file
from core.worker.engine import Networks, pictures
from core.worker.requests import DreamRequest


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


@pytest.mark.parametrize("form", ["u8", "u16", "float32"])
@pytest.mark.parametrize("mask", [True, False])
@pytest.mark.parametrize("guide", [(4, 5, 2), None])
def test_pixels_mask_and_guide_come_one_after_the_other(
    form: str, mask: bool, guide: tuple[int, int, int] | None
) -> None:
    samples = np.arange(3 * 2 * 3 + 3 * 2 * mask + 4 * 5 * 2 * bool(guide))
    stored = samples * 3 if form == "u8" else samples * 1000
    payload = bytearray(stored.astype({"u8": "u1", "u16": "<u2", "float32": "<f4"}[form]).tobytes())
    request = DreamRequest(1, 3, 2, 3, form, mask, guide, {}, None)
    samples = stored if form != "u16" else (stored / 65535).astype(np.float32)
    found = [None if each is None else each.tolist() for each in pictures(request, payload)]
    assert found[0] == samples[:18].reshape(2, 3, 3).tolist()
    assert found[1] == (samples[18:24].reshape(2, 3).tolist() if mask else None)
    assert found[2] == (samples[-40:].reshape(5, 4, 2).tolist() if guide else None)
