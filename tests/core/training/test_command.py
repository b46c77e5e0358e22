"""The command trains from nothing, goes on, exports what loads, and shows what it does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.networks.built_in import SHIPPED, load
from core.networks.built_in_network import BuiltInNetwork
from core.networks.registry import BUILT_IN, RECORDS
from core.settings import Settings
from core.training import __main__ as command
from core.training import judge, sheets
from core.training.bank import Bank, write_scenes
from core.training.evaluate import fine_share, noise_picture, recognition
from core.training.motifs import CONCEPTS, MOTIFS
from core.training.scenes import SIDE, make_chunk
from core.training.verdict import Dreams, Ranks, Verdict, verdict


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenes")
    for number in range(2):
        write_scenes(folder, number, make_chunk(1, number, 30, 1))
    return folder


@pytest.fixture(scope="module")
def weights(scenes: Path) -> Path:
    """Two steps of each phase, by way of the command."""
    out = scenes / "out"
    training = ["train", "--out", str(out), "--scenes", str(scenes), "--seed", "5"]
    command.main([*training, "--standard-steps", "2", "--adversarial-steps", "1"])
    command.main([*training, "--adversarial-steps", "2"])
    destination = scenes / "weights.safetensors"
    exporting = ["export", str(out / "latest.pt"), str(destination), "--scenes", str(scenes)]
    command.main([*exporting, "--note", "for a test"])
    return destination


def test_trained_and_exported_weights_load(weights: Path) -> None:
    loaded = load(weights)
    assert loaded.metadata["seed"] == "5"
    assert loaded.metadata["note"] == "for a test"
    assert '"step": 4' in loaded.metadata["training"]


def test_scenes_are_drawn_where_they_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[Path, int, int]] = []

    class Here:
        """A pool that works at once, in this process."""

        def __init__(self, _: int | None) -> None:
            pass

        def __enter__(self) -> Here:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def submit(self, _: object, folder: Path, seed: int, number: int) -> Here:
            drawn.append((folder, seed, number))
            return self

        def result(self) -> None:
            pass

    monkeypatch.setattr(command, "ProcessPoolExecutor", Here)
    monkeypatch.setattr(command, "CACHE", tmp_path)
    command.main(["scenes", "--seed", "3", "--chunks", "2"])
    assert drawn == [(tmp_path / "scenes-3", 3, 0), (tmp_path / "scenes-3", 3, 1)]


def test_training_without_scenes_says_so(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no scenes"):
        command.main(["train", "--out", str(tmp_path), "--scenes", str(tmp_path)])


def test_figures_of_a_network_are_shares(weights: Path, scenes: Path) -> None:
    loaded = load(weights)
    shares = recognition(loaded.module, Bank(scenes).validation(10))
    assert 0 <= shares.motifs <= 1
    assert 0 <= shares.cells <= 1
    network = BuiltInNetwork(RECORDS[BUILT_IN], loaded)
    assert 0 < fine_share(network, Settings(layers="m4b"), [noise_picture(0, 64)]) < 1


def test_the_shipped_network_draws_no_fine_noise() -> None:
    network = BuiltInNetwork(RECORDS[BUILT_IN], load())
    settings = Settings(layers="m4c")
    assert fine_share(network, settings, [noise_picture(0, 128)]) < 0.17


@pytest.mark.slow
def test_the_judge_names_what_the_shipped_network_dreams() -> None:
    """A tenth of the concepts; `python -m core.training evaluate` asks about all of them."""
    found = verdict(SHIPPED, judge.SHIPPED, [], processes=2, concepts=load().concepts[::10])
    assert found.first_from_noise >= 0.5
    assert list(found.dreams) == list(load().concepts[::10])


def test_sheets_show_a_tile_for_each_thing(weights: Path, tmp_path: Path) -> None:
    assert sheets.motif_sheet(0, 2).size == (2 * 96, len(MOTIFS) * 96)
    assert sheets.scene_sheet(make_chunk(1, 0, 4, 1), 2).size == (2 * SIDE, 6 * SIDE)
    picture = tmp_path / "picture.png"
    Image.new("RGB", (90, 60), "orange").save(picture)
    read = sheets.read(picture, 48)
    assert read.shape == (1, 3, 48, 48)
    torch.testing.assert_close(read[0, :, 24, 24], torch.tensor([1.0, 165 / 255, 0.0]))
    network = BuiltInNetwork(RECORDS[BUILT_IN], load(weights))
    assert sheets.layer_sheet(network, [read], ("c2", "m3a")).size == (3 * 48, 48)


def test_a_verdict_counts_who_comes_first() -> None:
    tile = np.zeros((4, 4, 3), np.uint8)
    found = Verdict(
        {"eye": Ranks(0, 0, (0, 5)), "owl": Ranks(3, 0, (0, 0)), "cat": Ranks(0, 9, (1, 1))},
        {name: Dreams(tile, (tile,)) for name in ("eye", "owl", "cat")},
    )
    assert found.first_from_noise == pytest.approx(2 / 3)
    assert found.first_in_grey == pytest.approx(2 / 3)
    assert found.first_on_photographs == pytest.approx(1 / 2)
    assert found.beyond_third == ["owl"]
    assert sheets.concept_sheets(found)["photograph-1"].size == (8 * 4, 4)


def test_a_judge_is_trained_exported_and_names(scenes: Path, tmp_path: Path) -> None:
    training = ["train", "--out", str(tmp_path), "--scenes", str(scenes), "--judge"]
    command.main([*training, "--standard-steps", "2", "--adversarial-steps", "0", "--batch", "2"])
    weights = tmp_path / "judge.safetensors"
    command.main(["export", str(tmp_path / "latest.pt"), str(weights), "--scenes", str(scenes)])
    named = judge.Judge(weights)
    shares = named.shares(torch.rand(1, 3, 64, 64))
    assert list(shares) == list(CONCEPTS)
    assert 0 < sum(shares.values()) < 1
    best = max(shares, key=lambda concept: shares[concept])
    assert named.rank(torch.rand(1, 3, 64, 64), best) >= 0
    with pytest.raises(ValueError, match="no judge"):
        judge.Judge(SHIPPED)
