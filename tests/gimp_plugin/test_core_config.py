"""Finding the core by core.json."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from gimp_plugin.common.core_config import read_core_config
from gimp_plugin.common.errors import WorkerError
from tests.core.worker.worker_process import ROOT


def write(folder: Path, values: object) -> None:
    (folder / "core.json").write_text(json.dumps(values), encoding="utf-8")


def test_whole(tmp_path: Path) -> None:
    write(tmp_path, {"python": sys.executable, "program": str(ROOT), "version": "1.2"})
    assert read_core_config(str(tmp_path)) == (sys.executable, str(ROOT), "1.2")


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {},
        {"python": sys.executable},
        {"python": 1, "program": 2},
        {"python": "/no/python", "program": str(ROOT)},
        {"python": sys.executable, "program": "/no/programme"},
    ],
)
def test_broken(tmp_path: Path, values: object) -> None:
    write(tmp_path, values)
    expect_missing(tmp_path)


def test_absent_or_no_json(tmp_path: Path) -> None:
    expect_missing(tmp_path)
    (tmp_path / "core.json").write_bytes(b"\xff{")
    expect_missing(tmp_path)
    expect_missing(tmp_path / "core.json")


def expect_missing(folder: Path) -> None:
    with pytest.raises(WorkerError) as caught:
        read_core_config(str(folder))
    assert caught.value.code == "core-missing"
    assert "install.py" in caught.value.hint
