"""What is exported is what was trained, within 16 bits and 4 MB, and says how it was made."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from core.networks.built_in import load
from core.training.bank import Bank, write_scenes
from core.training.export import export, fold, statistics
from core.training.motifs import CONCEPTS
from core.training.scenes import SIDE, Scene
from core.training.train import Plan, Run, Trainee


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Bank]:
    folder = tmp_path_factory.mktemp("export")
    rng = np.random.default_rng(0)
    for number in range(2):
        pixels = rng.integers(0, 256, (6, SIDE, SIDE, 3), np.uint8)
        labels = np.zeros((6, SIDE, SIDE), np.uint8)
        write_scenes(folder, number, Scene(pixels, labels, labels))
    bank = Bank(folder)
    run = Run(Plan(seed=11, batch=2, standard_steps=2, adversarial_steps=0), torch.device("cpu"))
    run.advance(bank)
    run.save(folder / "run.pt")
    export(folder / "run.pt", bank, folder / "weights.safetensors")
    return folder, bank


def test_folding_changes_nothing() -> None:
    torch.manual_seed(1)
    trainee = Trainee()
    canvas = torch.rand(2, 3, 64, 64)
    for _ in range(3):
        trainee(canvas)
    trainee.eval()
    layers = trainee.body.layer_names
    expected = trainee.body.features(canvas, layers)
    got = fold(trainee.body).features(canvas, layers)
    for layer in layers:
        torch.testing.assert_close(got[layer], expected[layer], rtol=1e-4, atol=1e-4)


def test_a_folded_network_cannot_be_folded_again() -> None:
    with pytest.raises(TypeError, match="folded already"):
        fold(fold(Trainee().eval().body))


def test_the_file_is_small_and_loads_as_trained(exported: tuple[Path, Bank]) -> None:
    folder, _ = exported
    assert (folder / "weights.safetensors").stat().st_size <= 4_000_000
    loaded = load(folder / "weights.safetensors")
    assert loaded.concepts == CONCEPTS
    trainee = Trainee()
    trainee.load_state_dict(torch.load(folder / "run.pt", weights_only=True)["average"])
    canvas = torch.rand(1, 3, 64, 64)
    expected = trainee.eval().body.features(canvas, ("m4c",))["m4c"]
    got = loaded.module.features(canvas, ("m4c",))["m4c"]
    torch.testing.assert_close(got, expected, rtol=0.02, atol=0.01)


def test_the_file_says_how_it_was_made(exported: tuple[Path, Bank]) -> None:
    folder, bank = exported
    metadata = load(folder / "weights.safetensors").metadata
    assert metadata["seed"] == "11"
    assert metadata["digest"] == bank.digest()
    assert json.loads(metadata["training"])["step"] == 1
    assert {"version", "commit"} <= set(metadata)


def test_statistics_are_those_of_the_features(exported: tuple[Path, Bank]) -> None:
    folder, bank = exported
    loaded = load(folder / "weights.safetensors")
    pixels = bank.sample_first(6)
    canvas = torch.from_numpy(pixels.copy()).permute(0, 3, 1, 2).float() / 255
    for layer, values in loaded.module.features(canvas, loaded.module.layer_names).items():
        mean, deviation = loaded.statistics[layer]
        assert mean.shape == deviation.shape == (1, values.shape[1], 1, 1)
        torch.testing.assert_close(mean, values.mean((0, 2, 3), keepdim=True), rtol=1e-3, atol=1e-4)
        expected = values.var((0, 2, 3), keepdim=True, correction=0).sqrt().clamp(min=1e-3)
        torch.testing.assert_close(deviation, expected, rtol=1e-2, atol=1e-3)


def test_statistics_of_a_silent_channel_can_be_divided_by(exported: tuple[Path, Bank]) -> None:
    folder, bank = exported
    module = load(folder / "weights.safetensors").module
    module.c1.conv.weight[0] = 0
    assert module.c1.conv.bias is not None
    module.c1.conv.bias[0] = -1
    assert statistics(module, bank.sample_first(6))["c1"][1][0] > 0
