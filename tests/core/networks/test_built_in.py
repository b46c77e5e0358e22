"""The shipped weights load, are whole, and see; damaged files are refused with a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from core.errors import BrokenInstallation
from core.networks.built_in import (
    LAYER_NAMES,
    LOGITS,
    SHIPPED,
    TRUNK,
    BuiltIn,
    PooledConvRelu,
    before_relu,
    load,
)
from core.training.motifs import MOTIFS
from core.training.scenes import make_chunk


@pytest.fixture(scope="module")
def built_in() -> BuiltIn:
    return load()


@pytest.fixture(scope="module")
def scenes_canvas() -> torch.Tensor:
    pixels = make_chunk(12345, 0, 80, 2).pixels
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255


def test_names_the_motifs_in_the_order_of_its_channels(built_in: BuiltIn) -> None:
    assert built_in.concepts == tuple(motif.name for motif in MOTIFS)
    made = built_in.module.features(torch.rand(1, 3, 64, 64), ("concepts", "centres"))
    assert made["concepts"].shape == made["centres"].shape == (1, len(MOTIFS), 8, 8)


def test_is_small_frozen_and_says_how_it_was_made(built_in: BuiltIn) -> None:
    assert SHIPPED.stat().st_size <= 4_000_000
    assert not any(parameter.requires_grad for parameter in built_in.module.parameters())
    assert not built_in.module.training
    assert len(built_in.metadata["digest"]) == 64
    assert int(built_in.metadata["seed"]) >= 0
    assert json.loads(built_in.metadata["training"])["step"] > 0


@pytest.mark.parametrize("size", [(32, 32), (33, 47), (200, 150)])
def test_features_of_any_size_are_finite_and_not_negative(
    built_in: BuiltIn, size: tuple[int, int]
) -> None:
    canvas = torch.rand(1, 3, *size)
    made = built_in.module.features(canvas, LAYER_NAMES)
    assert tuple(made) == LAYER_NAMES
    for layer, values in made.items():
        assert torch.isfinite(values).all(), layer
        assert layer in LOGITS or values.min() >= 0
        assert values.std() > 0, layer


@pytest.mark.parametrize(
    ("asked", "needed"),
    [
        (("m4a", "c2"), TRUNK[:4]),
        (("h/pre",), (*TRUNK, "h")),
        (("centres",), (*TRUNK, "g", "centres")),
    ],
)
def test_runs_no_further_than_asked(
    built_in: BuiltIn, asked: tuple[str, ...], needed: tuple[str, ...]
) -> None:
    called: list[str] = []
    handles = [
        built_in.module.get_submodule(name).register_forward_hook(
            lambda *_, name=name: called.append(name)
        )
        for name in LAYER_NAMES
    ]
    built_in.module.features(torch.rand(1, 3, 64, 64), asked)
    for handle in handles:
        handle.remove()
    # A layer that is read before its ReLU is not called as such.
    assert called == [name for name in needed if f"{name}/pre" not in asked]


def test_unknown_layers_are_refused(built_in: BuiltIn) -> None:
    with pytest.raises(ValueError, match="m9z"):
        built_in.module.features(torch.rand(1, 3, 64, 64), ("m9z",))


def test_a_batch_is_as_its_pictures_one_by_one(built_in: BuiltIn) -> None:
    canvas = torch.rand(2, 3, 48, 48)
    both = built_in.module.features(canvas, ("m5b",))["m5b"]
    one = built_in.module.features(canvas[1:], ("m5b",))["m5b"]
    torch.testing.assert_close(both[1:], one, rtol=1e-4, atol=1e-4)


def test_statistics_are_those_of_training_scenes(
    built_in: BuiltIn, scenes_canvas: torch.Tensor
) -> None:
    """Scenes of another seed give the same figures, as near as 80 scenes can tell."""
    for layer, values in built_in.module.features(scenes_canvas, LAYER_NAMES).items():
        mean, deviation = built_in.statistics[layer]
        assert mean.shape == deviation.shape == (1, values.shape[1], 1, 1)
        assert (deviation > 0).all()
        away = (values.mean((0, 2, 3), keepdim=True) - mean).abs() / deviation
        assert away.mean() < 0.15, layer
        ratio = values.std((0, 2, 3), keepdim=True) / deviation
        assert 0.8 < ratio[deviation > 2e-3].median() < 1.25, layer


def test_recognises_motifs_it_never_met(built_in: BuiltIn) -> None:
    scene = make_chunk(999, 0, 80, 2)
    canvas = torch.from_numpy(scene.pixels).permute(0, 3, 1, 2).float() / 255
    labels = torch.from_numpy(scene.labels[:, 4::8, 4::8].astype("int64"))
    named = built_in.module(canvas).argmax(1)
    motif = labels < len(MOTIFS)
    assert (named[motif] == labels[motif]).float().mean() > 0.5


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(BrokenInstallation) as caught:
        load(tmp_path / "nothing.safetensors")
    assert caught.value.hint


@pytest.mark.parametrize("keep", [0, 5, 1000, 100_000])
def test_a_truncated_file_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "cut.safetensors"
    path.write_bytes(SHIPPED.read_bytes()[:keep])
    with pytest.raises(BrokenInstallation):
        load(path)


def _rewritten(path: Path, change: str) -> Path:
    """The shipped weights with one thing wrong."""
    tensors = load_file(SHIPPED)
    metadata = load().metadata
    if change == "shape":
        tensors["c1.conv.weight"] = tensors["c1.conv.weight"][:, :, :3, :3].contiguous()
    elif change == "missing":
        del tensors["h.conv.bias"]
    elif change == "statistics":
        del tensors["statistics.m4c.std"]
    elif change == "nan":
        tensors["m4a.1.one.conv.weight"][0, 0, 0, 0] = float("nan")
    elif change == "format":
        metadata["format"] = "something else"
    elif change == "concepts":
        metadata["concepts"] = json.dumps(["eye"])
    elif change == "metadata":
        metadata = {"format": metadata["format"], "concepts": "{"}
    save_file(tensors, path, metadata)
    return path


@pytest.mark.parametrize(
    "change", ["shape", "missing", "statistics", "nan", "format", "concepts", "metadata"]
)
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, change: str) -> None:
    with pytest.raises(BrokenInstallation) as caught:
        load(_rewritten(tmp_path / "wrong.safetensors", change))
    assert "Traceback" not in caught.value.message


def test_imports_nothing_of_training_and_no_torchvision() -> None:
    source = Path(load.__code__.co_filename).read_text()
    assert "import torchvision" not in source
    assert "from core.training" not in source


def test_means_of_fewer_channels_are_those_of_all() -> None:
    """At the border too, where fewer places are around, and before the ReLU."""
    with torch.random.fork_rng():
        torch.manual_seed(6)
        branch = PooledConvRelu(12, 5, folded=True).double()
        values = torch.randn(1, 12, 7, 9, dtype=torch.float64)
    means = F.avg_pool2d(values, 3, 1, 1, count_include_pad=False)
    wanted = before_relu(branch[1], means)
    torch.testing.assert_close(before_relu(branch, values), wanted)
    torch.testing.assert_close(branch(values), wanted.relu())
