"""The precision of a dream: measured, kept, and overridden."""

from __future__ import annotations

import copy
import json
from functools import partial
from pathlib import Path

import pytest
import torch

from core import calibration, photograph
from core.calibration import FILE, Trial, fastest, measure, precision_for
from core.errors import BrokenInstallation, DeviceError
from core.networks.catalogue import build, derived_record
from core.networks.registry import load_network
from core.networks.torchvision_networks import TorchvisionNetwork
from core.precision import Precision, named
from core.provenance import Record, precision_kept
from core.settings import parse

CPU = torch.device("cpu")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path))
    return tmp_path / FILE


def test_the_fastest_that_points_the_right_way_wins() -> None:
    exact = Trial(1.0, 1.0)
    assert fastest({"float32": exact}) == "float32"
    assert fastest({"float32": exact, "bfloat16": Trial(0.5, 0.995)}) == "bfloat16"
    assert fastest({"float32": exact, "bfloat16": Trial(0.95, 0.995)}) == "float32"
    assert fastest({"float32": exact, "bfloat16": Trial(0.5, 0.98)}) == "float32"
    assert fastest({"float32": exact, "bfloat16": Trial(0.5, float("nan"))}) == "float32"
    trials = {"float32": exact, "bfloat16": Trial(0.5, 0.995), "float16": Trial(0.4, 0.999)}
    assert fastest(trials) == "float16"


def test_the_built_in_network_is_measured_for_real() -> None:
    trials = measure(partial(load_network, "built-in", CPU), CPU)
    assert trials["float32"].cosine == 1
    assert all(trial.seconds > 0 for trial in trials.values())
    # A processor without the format may have been found hopeless at it.
    if "bfloat16" in trials:
        assert calibration.COSINE < trials["bfloat16"].cosine < 1


def test_as_few_convolutions_are_exact_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        module = build("squeezenet1_1").eval()

    def load(dtype: torch.dtype, exact: int = 0) -> TorchvisionNetwork:
        network = TorchvisionNetwork(derived_record("squeezenet1_1"), copy.deepcopy(module))
        return network.to(CPU, dtype, exact)

    # Whatever this processor is good at, and however little this network minds being rounded.
    monkeypatch.setattr(calibration, "_HOPELESS", float("inf"))
    monkeypatch.setattr(calibration, "_is_faster", lambda *_: True)
    wanted = calibration._gradient(load(torch.float32), calibration._SIDE)
    cosines = [
        calibration._cosine(load(torch.bfloat16, exact), wanted)
        for exact in range(load(torch.bfloat16).most_exact + 1)
    ]
    enough = (cosines[0] + cosines[-1]) / 2
    assert cosines[0] < enough
    for name in ("COSINE", "_COSINE_TO_SPARE"):
        monkeypatch.setattr(calibration, name, enough)
    trials = measure(load, CPU)
    _, name = trials
    found = named(name)
    assert found is not None
    assert name.startswith("mixed")
    assert trials[name].cosine == pytest.approx(cosines[found.exact], abs=1e-3)
    assert cosines[found.exact - 1] < enough <= cosines[found.exact]


def test_where_nothing_helps_nothing_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the built-in network, of which no part can be exact while the rest is not."""
    monkeypatch.setattr(calibration, "_HOPELESS", float("inf"))
    monkeypatch.setattr(calibration, "_is_faster", lambda *_: True)
    monkeypatch.setattr(calibration, "COSINE", 1.0)
    trials = measure(partial(load_network, "built-in", CPU), CPU)
    assert set(trials) == {"float32", "bfloat16"}
    assert fastest(trials) == "float32"


def test_without_the_photograph_it_is_said_that_the_installation_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photograph, "FILE", tmp_path / "sample.jpg")
    calibration._photograph.cache_clear()
    with pytest.raises(BrokenInstallation, match="photograph"):
        measure(partial(load_network, "built-in", CPU), CPU)


def test_what_was_measured_is_kept_and_not_measured_again(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = precision_for(parse({}), CPU)
    assert found in (Precision(torch.float32), Precision(torch.bfloat16))
    written = json.loads(cache.read_text("utf-8"))
    assert list(written.values()) == [found.name]
    monkeypatch.delattr(calibration, "measure")
    assert precision_for(parse({}), CPU) == found
    # It is the file that says so.
    cache.write_text(json.dumps(dict.fromkeys(written, "bfloat16")), "utf-8")
    assert precision_for(parse({}), CPU) == Precision(torch.bfloat16)


@pytest.mark.parametrize(
    "content",
    [b"", b"[1]", b"\xff\x00", b'{"a": ', b'{"%s": 7}', b'{"%s": "float16"}', b'{"%s": "mixed 0"}'],
)
def test_a_damaged_file_is_as_none(cache: Path, content: bytes) -> None:
    """Also where it names what this device cannot do."""
    cache.write_bytes(content.replace(b"%s", calibration._key("built-in", CPU).encode()))
    found = precision_for(parse({}), CPU)
    written = json.loads(cache.read_text("utf-8"))
    assert written[calibration._key("built-in", CPU)] == found.name


def test_a_folder_that_takes_no_files_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path / "file"))
    assert precision_for(parse({}), CPU).name in ("float32", "bfloat16")


def test_the_setting_wins_and_then_what_is_to_be_repeated(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(calibration, "measure")
    for name in ("float32", "bfloat16"):
        precision = Precision(getattr(torch, name))
        assert precision_for(parse({"precision": name}), CPU, "float32") == precision
        assert precision_for(parse({}), CPU, name) == precision
    assert precision_for(parse({}), CPU, "mixed 6") == Precision(torch.bfloat16, 6)
    with pytest.raises(DeviceError):
        precision_for(parse({"precision": "float16"}), CPU)
    assert not cache.exists()


def test_only_a_dream_of_this_device_lends_its_precision() -> None:
    assert precision_kept(None, CPU) == ""
    assert precision_kept(Record({}, device="cpu", precision="bfloat16"), CPU) == "bfloat16"
    assert precision_kept(Record({}, device="cuda", precision="float16"), CPU) == ""
