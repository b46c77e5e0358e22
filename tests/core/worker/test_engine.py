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
from core.worker.requests import SAMPLE_BYTES, Beside, DreamRequest


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
@pytest.mark.parametrize("guide", [Beside(4, 5, 2, "u16"), None])
@pytest.mark.parametrize("seen", [Beside(1, 1, 3, "u8"), Beside(2, 1, 1, "float32"), None])
def test_pictures_come_one_after_the_other(
    form: str, mask: bool, guide: Beside | None, seen: Beside | None
) -> None:
    payload, wanted = bytearray(), []
    for picture in (
        Beside(3, 2, 3, form),
        Beside(3, 2, 1, form) if mask else None,
        guide,
        seen,
    ):
        if picture is None:
            wanted.append(None)
            continue
        shape = picture.height, picture.width, picture.channels
        samples = (np.arange(picture.bytes // SAMPLE_BYTES[picture.format]) + len(payload)) * 2
        stored = samples.astype({"u8": "u1", "u16": "<u2", "float32": "<f4"}[picture.format])
        payload += stored.tobytes()
        whole = (stored / 65535).astype(np.float32) if picture.format == "u16" else stored
        wanted.append(whole.reshape(shape))
    if mask:
        wanted[1] = wanted[1][:, :, 0]
    request = DreamRequest(1, 3, 2, 3, form, mask, guide, seen, {}, None)
    found = pictures(request, payload)
    for got, expected in zip(found, wanted, strict=True):
        assert (got is None) == (expected is None)
        if got is not None:
            assert got.flags.aligned
            assert got.tolist() == expected.tolist()
