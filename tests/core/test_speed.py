"""What dreams cost here: measured by the command, kept for the dialog."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from core import speed
from core.cli import main
from core.settings import presets
from core.worker.engine import greeting


@pytest.mark.slow
def test_the_command_measures_every_preset_and_the_worker_tells_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path))
    monkeypatch.setattr(speed, "_SIZE", (96, 72))
    # One with a guide, and one for another network; all of them would take minutes.
    few = {name: presets()[name] for name in ("default", "caffe-guided", "googlenet-reef")}
    monkeypatch.setattr(speed, "presets", lambda: few)
    assert greeting()["speed"] == {}
    assert main(["bench", "--device", "cpu"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("device: cpu ")
    assert [line.split(":")[0] for line in lines[1:]] == list(speed.presets_of("built-in"))
    assert all("seconds per megapixel (" in line for line in lines[1:])
    kept = speed.remembered("built-in", torch.device("cpu"))
    assert list(kept) == list(speed.presets_of("built-in"))
    assert all(seconds > 0 for seconds in kept.values())
    if greeting()["device"] == "cpu":
        assert greeting()["speed"] == kept
    (tmp_path / speed.FILE).write_text(json.dumps({"x": 3}), "utf-8")
    assert speed.remembered("built-in", torch.device("cpu")) == {}


def test_presets_for_other_networks_are_left_out() -> None:
    assert {"default", "googlenet-reef"} <= set(speed.presets_of("googlenet"))
    assert "googlenet-reef" not in speed.presets_of("built-in")


def test_a_device_that_is_not_here_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--device", "abacus"]) == 1
    assert "“abacus” is not available" in capsys.readouterr().err
