"""Weights in the cache folder: fetched, checked, replaced."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from core.errors import Cancelled, DownloadError, NetworkMissing, WeightsError
from core.networks.record import NetworkRecord
from core.networks.registry import RECORDS
from core.weights import store as weights
from tests.core.weights.cached import CONTENT, GOOGLENET, names, note
from tests.core.weights.file_server import FileServer, serving

SHA256 = hashlib.sha256(CONTENT).hexdigest()

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(CONTENT) as server:
        yield server


@pytest.fixture
def record(server: FileServer) -> NetworkRecord:
    """GoogLeNet's record, as if its published file were the server's."""
    url = f"{server.address}/models/googlenet-{SHA256[:8]}.pth"
    return dataclasses.replace(GOOGLENET, url=url, sha256=SHA256[:8], size=len(CONTENT))


def ignore(_done: int, _total: int) -> None:
    pass


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
