"""Weights that somebody has already, taken into the cache folder, or refused."""

from __future__ import annotations

import dataclasses
import hashlib
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor
from torchvision import models

from core.errors import WeightsError
from core.networks.registry import load_network
from core.weights import store as weights
from tests.core.weights.cached import CONTENT, GOOGLENET, names, note

pytestmark = pytest.mark.usefixtures("cache")


def test_the_published_file_is_recognised_whatever_it_is_called(saved: Path, cache: Path) -> None:
    sha256 = hashlib.sha256(saved.read_bytes()).hexdigest()
    url = "https://weights.invalid/googlenet-1234.pth"
    record = dataclasses.replace(GOOGLENET, url=url, sha256=sha256[:8])
    imported = weights.import_file(record, saved)
    assert imported == weights.Imported(cache / "googlenet-1234.pth", sha256, True)
    assert weights.verified(record).read_bytes() == saved.read_bytes()
    assert note(cache)["source"] == "published"


def test_weights_of_ones_own_are_taken_and_their_hash_is_noted(saved: Path, cache: Path) -> None:
    imported = weights.import_file(GOOGLENET, saved)
    assert not imported.published
    assert imported.sha256 == hashlib.sha256(saved.read_bytes()).hexdigest()
    assert weights.find(GOOGLENET) == weights.verified(GOOGLENET) == imported.path
    said = note(cache)
    assert (said["sha256"], said["source"]) == (imported.sha256, "imported")
    assert weights.sha256(GOOGLENET) == imported.sha256


def with_auxiliary_heads(_tensors: dict[str, Tensor]) -> object:
    with torch.device("meta"):
        module = models.googlenet(weights=None, init_weights=False, aux_logits=True)
    return {name: torch.zeros(t.shape, dtype=t.dtype) for name, t in module.state_dict().items()}


ACCEPTED: dict[str, Callable[[dict[str, Tensor]], object]] = {
    "auxiliary heads": with_auxiliary_heads,
    "inside a checkpoint": lambda tensors: {"epoch": 3, "state_dict": tensors},
    "data parallel": lambda tensors: {f"module.{name}": t for name, t in tensors.items()},
    "old batch normalisation": lambda tensors: OrderedDict(
        (name, t) for name, t in tensors.items() if "num_batches_tracked" not in name
    ),
    "half precision": lambda tensors: {
        name: t.half() if t.is_floating_point() else t for name, t in tensors.items()
    },
}


@pytest.mark.parametrize("form", ACCEPTED)
def test_forms_of_a_state_dict_that_fit(
    tensors: dict[str, Tensor], tmp_path: Path, form: str
) -> None:
    torch.save(ACCEPTED[form](tensors), tmp_path / "file")
    assert weights.import_file(GOOGLENET, tmp_path / "file").path.suffix == ".pth"


def test_safetensors_fit_too_and_replace_what_was_there(
    tensors: dict[str, Tensor], saved: Path, tmp_path: Path, cache: Path
) -> None:
    weights.import_file(GOOGLENET, saved)
    safetensors.torch.save_file(tensors, tmp_path / "file")
    imported = weights.import_file(GOOGLENET, tmp_path / "file")
    assert imported.path.suffix == ".safetensors"
    assert names(cache) == {imported.path.name, "googlenet.json"}


def without(name: str) -> Callable[[dict[str, Tensor]], object]:
    return lambda tensors: {key: t for key, t in tensors.items() if key != name}


def replaced(name: str, tensor: Tensor) -> Callable[[dict[str, Tensor]], object]:
    return lambda tensors: {**tensors, name: tensor}


REFUSED: dict[str, tuple[Callable[[dict[str, Tensor]], object], str]] = {
    "missing": (without("conv2.conv.weight"), "“conv2.conv.weight” is missing"),
    "shape": (
        replaced("fc.weight", torch.zeros(10, 1024)),
        "“fc.weight” is 10 × 1024, where 1000 × 1024 is needed",
    ),
    "unknown": (replaced("head.weight", torch.zeros(1)), "it has no “head.weight”"),
    "kind": (replaced("fc.bias", torch.zeros(1000, dtype=torch.int8)), "“fc.bias” is torch.int8"),
    "not a number": (replaced("fc.bias", torch.full((1000,), torch.nan)), "“fc.bias” holds"),
    "other values": (lambda tensors: {**tensors, "epoch": 3}, "“epoch”"),
    "a list": (lambda tensors: list(tensors.values()), "no network weights"),
    "nothing": (lambda _tensors: {}, "no network weights"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_does_not_fit_is_refused_with_the_first_mismatch(
    tensors: dict[str, Tensor], tmp_path: Path, cache: Path, kind: str
) -> None:
    make, said = REFUSED[kind]
    torch.save(make(tensors), tmp_path / "theirs.pth")
    with pytest.raises(WeightsError, match=r"theirs\.pth cannot be imported") as caught:
        weights.import_file(GOOGLENET, tmp_path / "theirs.pth")
    assert said in caught.value.message
    assert names(cache) == set()


class Trap:
    """Makes a file named SPRUNG when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("write", ["torch.save", "pickle"])
def test_code_in_a_file_is_refused_and_not_run(
    tensors: dict[str, Tensor], tmp_path: Path, cache: Path, write: str
) -> None:
    content = {**tensors, "trap": Trap(tmp_path / "SPRUNG")}
    if write == "torch.save":
        torch.save(content, tmp_path / "theirs.pth")
    else:
        trap = pickle.dumps({"trap": Trap(tmp_path / "SPRUNG")}, protocol=2)
        (tmp_path / "theirs.pth").write_bytes(trap)
    with pytest.raises(WeightsError, match="program code") as caught:
        weights.import_file(GOOGLENET, tmp_path / "theirs.pth")
    assert "state_dict" in caught.value.hint
    assert not (tmp_path / "SPRUNG").exists()
    assert names(cache) == set()


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:7],
        lambda whole: b"<html>not found</html>",
        lambda whole: CONTENT,
        lambda whole: (400).to_bytes(8, "little") + b"{" + CONTENT,
        lambda whole: pickle.dumps({"a": 1}, protocol=2)[:-3],
        lambda whole: pickle.dumps({"a": Path("b")}),
    ],
    ids=["empty", "half", "beginning", "html", "noise", "safetensors", "pickle", "modern pickle"],
)
def test_damaged_files_are_refused(
    saved: Path, tmp_path: Path, cache: Path, damage: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "theirs.pth").write_bytes(damage(saved.read_bytes()))
    with pytest.raises(WeightsError, match="damaged"):
        weights.import_file(GOOGLENET, tmp_path / "theirs.pth")
    assert names(cache) == set()


def test_a_file_far_too_large_is_refused_before_it_is_copied(tmp_path: Path, cache: Path) -> None:
    with open(tmp_path / "film.mov", "wb") as film:
        film.truncate(10**12)
    with pytest.raises(WeightsError, match=r"film\.mov cannot be imported. It has 1000000 MB"):
        weights.import_file(GOOGLENET, tmp_path / "film.mov")
    assert not cache.exists()


def test_a_packed_file_is_not_unpacked(saved: Path, tmp_path: Path, cache: Path) -> None:
    """A few megabytes of it could fill the memory."""
    with (
        zipfile.ZipFile(saved) as plain,
        zipfile.ZipFile(tmp_path / "theirs.pth", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for entry in plain.infolist():
            content = plain.read(entry)
            packed.writestr(entry.filename, content if ".pkl" in entry.filename else bytes(10**6))
    with pytest.raises(WeightsError, match="damaged"):
        weights.import_file(GOOGLENET, tmp_path / "theirs.pth")
    assert names(cache) == set()


def test_swapped_weights_are_never_read(saved: Path, cache: Path) -> None:
    path = weights.import_file(GOOGLENET, saved).path
    content = bytearray(path.read_bytes())
    content[-1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="damaged or another file"):
        load_network("googlenet", torch.device("cpu"), torch.float32)


def test_a_refused_import_leaves_what_was_there(saved: Path, tmp_path: Path, cache: Path) -> None:
    before = weights.import_file(GOOGLENET, saved)
    (tmp_path / "theirs.pth").write_bytes(b"nothing")
    with pytest.raises(WeightsError):
        weights.import_file(GOOGLENET, tmp_path / "theirs.pth")
    assert weights.verified(GOOGLENET) == before.path
    assert names(cache) == {before.path.name, "googlenet.json"}


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.pth", tmp_path):
        with pytest.raises(WeightsError, match="There is no file"):
            weights.import_file(GOOGLENET, path)


def test_a_cache_that_takes_no_files_is_named(saved: Path, cache: Path) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder should be")
    with pytest.raises(WeightsError, match="cannot be imported") as caught:
        weights.import_file(GOOGLENET, saved)
    assert "日本" in caught.value.hint
