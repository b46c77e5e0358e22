"""The list of networks, and loading one by its name."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torchvision import models
from torchvision.transforms.functional import normalize

from core.errors import NetworkMissing, SettingError, WeightsError
from core.networks import built_in, catalogue, registry
from core.networks.catalogue import FROM_MINUS_ONE, build
from core.networks.registry import RECORDS, describe, installed, load_network, weights_sha256
from core.settings import declarations
from core.weights import store as weights
from core.weights.store import import_file
from tests.core.weights.file_server import serving

CPU = torch.device("cpu")
PUBLISHED = [name for name in RECORDS if name != "built-in"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("name", PUBLISHED)
def test_records_say_what_torchvision_publishes(name: str) -> None:
    record, published = RECORDS[name], models.get_model_weights(name)["IMAGENET1K_V1"].value
    assert record.url == published.url
    assert record.sha256 == published.url.rpartition("-")[2].removesuffix(".pth")
    assert round(record.size / 2**20, 3) == published.meta["_file_size"]
    smallest = published.meta["min_size"][0]
    assert record.minimum_side == (smallest if smallest > 1 else 32)
    given = published.transforms()
    colour = torch.rand(1, 3, 1, 1)
    wanted = normalize(colour, given.mean, given.std)
    if name in FROM_MINUS_ONE:
        # What torchvision has them make of it where weights are the published ones.
        module = catalogue.skeleton(name, transform_input=True)
        assert isinstance(module, models.GoogLeNet | models.Inception3)
        wanted = module._transform_input(wanted)
    torch.testing.assert_close(normalize(colour, list(record.mean), list(record.deviation)), wanted)


@pytest.mark.parametrize("name", PUBLISHED)
def test_recommended_layers_exist(name: str) -> None:
    layers, concepts = describe(name)
    record = RECORDS[name]
    also = record.also.split(",") if record.also else []
    assert {*record.layers.split(","), *also, record.concept_layer} <= set(layers)
    assert record.concept_layer == catalogue.derived_record(name).concept_layer
    *_, last_weights, _ = catalogue.layout(name).needed.values()
    assert last_weights[0] == len(concepts)


def test_the_built_in_record_fits_the_built_in_network() -> None:
    record = RECORDS["built-in"]
    assert {*record.layers.split(","), record.concept_layer} <= set(built_in.LAYER_NAMES)
    assert record.minimum_side == built_in.BuiltInModule.smallest_side
    assert registry.BUILT_IN_FILE == built_in.SHIPPED
    assert installed("built-in")
    assert built_in.SHIPPED.stat().st_size <= record.size


def test_the_built_in_network_loads_with_what_its_record_promises() -> None:
    network = load_network("built-in", CPU, torch.float32)
    record = RECORDS["built-in"]
    assert network.record == record
    canvas = torch.rand(1, 3, 32, 32)
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (record.mean, record.deviation))
    first = built_in.load().module.get_submodule("c1")((canvas - mean) / deviation)
    torch.testing.assert_close(network.features(canvas, ["c1"])["c1"], first)
    got = network.features(torch.rand(1, 3, 32, 32), [record.layers, record.concept_layer])
    assert got[record.concept_layer].shape[1] == len(network.concepts)
    assert network.statistics[record.layers][0].shape[1] == got[record.layers].shape[1]
    assert describe("built-in") == (network.layers, network.concepts)


def test_the_built_in_networks_weights_have_a_hash() -> None:
    expected = hashlib.sha256(built_in.SHIPPED.read_bytes()).hexdigest()
    assert weights_sha256("built-in") == expected


def test_the_networks_are_those_of_the_setting_in_its_order() -> None:
    assert list(RECORDS) == [value for value, _ in declarations()["network"].choices]


def test_the_manual_tells_downloads_and_layers_as_the_records_do() -> None:
    manual = Path(registry.__file__).parents[2] / "docs" / "networks.md"
    for record in RECORDS.values():
        if record.url:
            lines = manual.read_text(encoding="utf-8").splitlines()
            row = next(line for line in lines if f"| `{record.name}` |" in line)
            assert f"| {record.size / 1e6:.0f} MB | `{record.layers}`" in row
            assert all(f"`{layer}`" in row for layer in record.also.split(",") if layer)


def test_listing_networks_needs_no_pytorch() -> None:
    code = (
        "import sys; from core.networks.registry import RECORDS, installed;"
        "[installed(name) for name in RECORDS];"
        "assert not {'torch', 'torchvision', 'numpy'} & set(sys.modules)"
    )
    root = Path(registry.__file__).parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)


def test_a_network_without_weights_says_how_to_get_them() -> None:
    assert not installed("googlenet")
    with pytest.raises(NetworkMissing) as caught:
        load_network("googlenet", CPU, torch.float32)
    assert "python -m core networks fetch googlenet" in caught.value.hint
    assert "built-in network" in caught.value.hint


def test_an_unknown_network_is_refused() -> None:
    for act in (installed, describe, lambda name: load_network(name, CPU, torch.float32)):
        with pytest.raises(SettingError, match="resnet"):
            act("resnet")


def test_imported_weights_are_the_ones_that_are_loaded(tmp_path: Path) -> None:
    module = build("googlenet").eval()
    torch.save(module.state_dict(), tmp_path / "mine.pth")
    state = torch.get_rng_state()
    import_file(RECORDS["googlenet"], tmp_path / "mine.pth")
    assert installed("googlenet")
    network = load_network("googlenet", CPU, torch.float32)
    assert torch.equal(torch.get_rng_state(), state), "loading draws no random numbers"
    canvas = torch.rand(1, 3, 32, 40)
    got = network.features(canvas, ["conv1.conv"])["conv1.conv"]
    wanted = module.get_submodule("conv1.conv")(canvas * 2 - 1)
    torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-5)


def old_names(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """As DenseNet's published files have them: norm.1 and conv.2 within each layer."""
    return {re.sub(r"(layer\d+\.(norm|conv))(\d)", r"\1.\3", k): v for k, v in tensors.items()}


@pytest.mark.parametrize("name", ["densenet121", "mnasnet0_5"])
def test_a_network_without_a_record_is_fetched_and_loaded(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = build(name).eval()
    torch.save(old_names(module.state_dict()), tmp_path / "published.pth")
    content = (tmp_path / "published.pth").read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:8]
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(content) as server:
        record = dataclasses.replace(
            registry.find_record(name), url=f"{server.address}/{name}-{digest}.pth", sha256=digest
        )
        monkeypatch.setitem(RECORDS, name, record)
        weights.fetch(record, lambda _done, _total: None)
    canvas = torch.rand(1, 3, 64, 64)
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (record.mean, record.deviation))
    got = load_network(name, CPU, torch.float32).features(canvas, [record.concept_layer])
    wanted = module((canvas - mean) / deviation)
    torch.testing.assert_close(got[record.concept_layer], wanted, rtol=1e-4, atol=1e-4)


def test_weights_that_changed_after_their_import_are_refused(tmp_path: Path, cache: Path) -> None:
    torch.save(build("googlenet").state_dict(), tmp_path / "mine.pth")
    stored = import_file(RECORDS["googlenet"], tmp_path / "mine.pth").path
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 1
    stored.write_bytes(content)
    with pytest.raises(WeightsError) as caught:
        load_network("googlenet", CPU, torch.float32)
    assert "networks import googlenet FILE" in caught.value.hint
    assert "networks fetch googlenet" in caught.value.hint


def test_a_file_that_passes_for_published_but_is_none_is_refused_when_loaded(cache: Path) -> None:
    """Its SHA-256 is as noted, yet it holds no weights: the note was forged or the record wrong."""
    cache.mkdir()
    stored = cache / "googlenet-imported.pth"
    stored.write_bytes(b"no weights at all")
    status = stored.stat()
    note = {"file": stored.name, "sha256": "0" * 64, "source": "imported"}
    note |= {"size": status.st_size, "mtime_ns": status.st_mtime_ns}
    (cache / "googlenet.json").write_text(json.dumps(note))
    with pytest.raises(WeightsError) as caught:
        load_network("googlenet", CPU, torch.float32)
    assert "networks import googlenet FILE" in caught.value.hint
