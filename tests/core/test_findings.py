"""What was found out about this machine: kept where it can be, and no obstacle where it cannot."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.findings import keep, recall
from core.weights.part_file import part_file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_findings_are_kept_beside_each_other(folder: Path) -> None:
    keep("found.json", "a", 1)
    keep("found.json", "b", [2])
    assert recall("found.json") == {"a": 1, "b": [2]}
    assert [path.name for path in folder.iterdir()] == ["found.json"]


def test_what_a_process_left_that_was_killed_is_in_nobodys_way(folder: Path) -> None:
    keep("found.json", "a", 1)
    (folder / "found.json.part").write_text('{"half')
    keep("found.json", "b", 2)
    assert recall("found.json") == {"a": 1, "b": 2}
    assert [path.name for path in folder.iterdir()] == ["found.json"]


def test_another_process_that_keeps_something_is_left_alone(folder: Path) -> None:
    keep("found.json", "a", 1)
    with part_file(folder / "found.json"):
        keep("found.json", "b", 2)
    assert recall("found.json") == {"a": 1}


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of POSIX stands for a full disk")
def test_a_full_disk_leaves_what_was_there(folder: Path) -> None:
    import resource

    keep("found.json", "a", 1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        keep("found.json", "b", "x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert recall("found.json") == {"a": 1}
    assert [path.name for path in folder.iterdir()] == ["found.json"]
