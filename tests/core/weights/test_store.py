"""Weights in the cache folder: fetched, imported, checked, replaced."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import pickle
import random
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path

import platformdirs
import pytest
import safetensors.torch
import torch
from torch import Tensor
from torchvision import models

from core.errors import Cancelled, DownloadError, NetworkMissing, WeightsError
from core.networks.catalogue import build
from core.networks.record import NetworkRecord
from core.networks.registry import RECORDS, load_network
from core.weights import store as weights
from tests.core.weights.file_server import FileServer, serving

GOOGLENET = RECORDS["googlenet"]
CONTENT = random.Random(5).randbytes(50_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path / "Jöhn Smith" / "日本"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "Jöhn Smith" / "日本"


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(CONTENT) as server:
        yield server


@pytest.fixture
def record(server: FileServer) -> NetworkRecord:
    """GoogLeNet's record, as if its published file were the server's."""
    url = f"{server.address}/models/googlenet-{SHA256[:8]}.pth"
    return dataclasses.replace(GOOGLENET, url=url, sha256=SHA256[:8], size=len(CONTENT))


@pytest.fixture(scope="module")
def tensors() -> dict[str, Tensor]:
    """Random weights of GoogLeNet, without auxiliary heads."""
    with torch.random.fork_rng():
        return build("googlenet").state_dict()


@pytest.fixture(scope="module")
def saved(tensors: dict[str, Tensor], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "mine.pth"
    torch.save(tensors, path)
    return path


def ignore(_done: int, _total: int) -> None:
    pass


def note(cache: Path) -> dict[str, object]:
    return json.loads((cache / "googlenet.json").read_text())


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# The folder


def test_the_cache_folder_is_the_users_unless_the_environment_names_another(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert weights.cache_folder() == cache
    monkeypatch.delenv("DEEP_DREAM_CACHE")
    assert weights.cache_folder() == Path(platformdirs.user_cache_dir("deep-dream-gimp", False))


# Fetching


def test_a_fetched_file_keeps_its_name_and_is_noted(
    record: NetworkRecord, server: FileServer, cache: Path
) -> None:
    path = weights.fetch(record, ignore)
    assert weights.find(record) == weights.verified(record) == path
    assert path == cache / f"googlenet-{SHA256[:8]}.pth"
    said = note(cache)
    assert (said["file"], said["sha256"], said["source"]) == (path.name, SHA256, "published")
    assert said["size"] == len(CONTENT)
    assert names(cache) == {path.name, "googlenet.json"}


def test_what_is_here_and_whole_is_not_fetched_again(
    record: NetworkRecord, server: FileServer
) -> None:
    weights.fetch(record, ignore)
    seen: list[tuple[int, int]] = []
    weights.fetch(record, lambda done, total: seen.append((done, total)))
    assert len(server.paths) == 1
    assert seen == [(len(CONTENT), len(CONTENT))]


def test_fetching_repairs_a_damaged_file(record: NetworkRecord, server: FileServer) -> None:
    path = weights.fetch(record, ignore)
    path.write_bytes(CONTENT[:-1] + b"?")
    with pytest.raises(WeightsError, match="damaged") as caught:
        weights.verified(record)
    assert "python -m core networks fetch googlenet" in caught.value.hint
    weights.fetch(record, ignore)
    assert weights.verified(record).read_bytes() == CONTENT


def test_a_cancelled_fetch_leaves_nothing_that_looks_whole(
    record: NetworkRecord, server: FileServer
) -> None:
    def cancel(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        weights.fetch(record, cancel)
    assert weights.find(record) is None


def test_a_wrong_file_from_the_server_never_becomes_the_networks(
    record: NetworkRecord, server: FileServer, cache: Path
) -> None:
    server.content = CONTENT[::-1]
    with pytest.raises(DownloadError):
        weights.fetch(record, ignore)
    assert names(cache) == set()


def test_a_folder_that_cannot_be_made_is_named(record: NetworkRecord, cache: Path) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder should be")
    with pytest.raises(DownloadError, match="日本"):
        weights.fetch(record, ignore)


def test_fetching_replaces_an_imported_file(
    record: NetworkRecord, server: FileServer, saved: Path, cache: Path
) -> None:
    weights.import_file(record, saved)
    path = weights.fetch(record, ignore)
    assert weights.verified(record) == path
    assert names(cache) == {path.name, "googlenet.json"}


def test_the_built_in_network_is_neither_fetched_nor_replaced(saved: Path) -> None:
    with pytest.raises(DownloadError, match="comes with the program"):
        weights.fetch(RECORDS["built-in"], ignore)
    with pytest.raises(WeightsError, match="comes with the program"):
        weights.import_file(RECORDS["built-in"], saved)


# Checking


def test_weights_that_are_not_there(record: NetworkRecord) -> None:
    assert weights.find(record) is None
    with pytest.raises(NetworkMissing) as caught:
        weights.verified(record)
    assert "python -m core networks fetch googlenet" in caught.value.hint


def test_a_published_file_that_was_copied_by_hand_is_checked(
    record: NetworkRecord, cache: Path
) -> None:
    cache.mkdir(parents=True)
    path = cache / f"googlenet-{SHA256[:8]}.pth"
    path.write_bytes(CONTENT[:1000])
    with pytest.raises(WeightsError, match="damaged"):
        weights.verified(record)
    path.write_bytes(CONTENT)
    assert weights.verified(record) == path
    assert note(cache)["sha256"] == SHA256


def test_a_file_is_read_again_only_after_it_changed(
    record: NetworkRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    real = weights.sha256_of
    monkeypatch.setattr(weights, "sha256_of", lambda path: read.append(path) or real(path))
    path = weights.fetch(record, ignore)
    weights.verified(record)
    assert read == []
    os.utime(path, (1, 1))
    weights.verified(record)
    weights.verified(record)
    assert read == [path]


@pytest.mark.parametrize(
    "forged",
    [
        "no json",
        "[1]",
        "{}",
        '{"file": 5, "sha256": 5, "source": 5, "size": "", "mtime_ns": null}',
        '{"file": ["a"], "sha256": "0", "source": ["b"], "size": 1, "mtime_ns": 1}',
    ],
)
def test_a_note_that_makes_no_sense_counts_as_none(
    record: NetworkRecord, cache: Path, forged: str
) -> None:
    path = weights.fetch(record, ignore)
    (cache / "googlenet.json").write_text(forged)
    assert weights.verified(record) == path
    assert note(cache)["sha256"] == SHA256


def test_a_note_leads_to_no_file_outside_the_folder(cache: Path) -> None:
    cache.mkdir(parents=True)
    (cache.parent / "outside.pth").write_bytes(CONTENT)
    forged = {"file": "../outside.pth", "sha256": SHA256, "source": "imported"}
    forged |= {"size": len(CONTENT), "mtime_ns": 0}
    (cache / "googlenet.json").write_text(json.dumps(forged))
    assert weights.find(GOOGLENET) is None


def test_the_hash_of_published_weights_is_the_whole_one(cache: Path) -> None:
    cache.mkdir(parents=True)
    record = dataclasses.replace(GOOGLENET, sha256=SHA256[:8])
    (cache / record.url.rpartition("/")[2]).write_bytes(CONTENT)
    assert weights.sha256(record) == SHA256


# Importing


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
