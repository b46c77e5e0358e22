"""Gradients by tiles are the whole picture's, whatever the objective, and need less memory."""

from __future__ import annotations

import itertools
from collections.abc import Collection

import pytest
import torch
from torch import Tensor

from core.footprint import Footprint, footprint
from core.networks.base import Network
from core.networks.catalogue import build, derived_record
from core.networks.registry import load_network
from core.networks.torchvision_networks import TorchvisionNetwork
from core.objectives import WeightedSum, make_objective
from core.rolled import Canvas, rolled_canvas
from core.settings import parse
from core.tiling import Tiling
from tests.core.tiny_network import TinyNetwork

# As large as a step of size 1 moves a pixel; far from where tiles meet, and anywhere at all.
_FAR, _ANYWHERE = 1e-2, 0.3
_OBJECTIVES: dict[str, dict[str, object]] = {
    "layer": {"layers": "m3a"},
    "layers with a border": {"layers": "m3a,m4a:0.5", "border": 3},
    "before the ReLU": {"layers": "m4a/pre"},
    "mean": {"objective": "mean", "layers": "m4a"},
    "channel": {"objective": "channel", "channels": "3,5:-1", "layers": "m4a", "border": 2},
    "neuron": {"objective": "neuron", "channels": "3", "layers": "m4a/pre", "neuron-x": 0.3},
    "concept": {"objective": "concept", "window": 0},
    "concept with room": {"objective": "concept", "window": 5},
    "probability": {"objective": "probability", "concept": "eye,spiral:0.5"},
    "relative": {"objective": "relative", "window": 0},
    "relative with room": {"objective": "relative", "window": 6},
    "relative layer": {"objective": "relative", "layers": "m4a"},
    "guide": {"objective": "guide", "layers": "m4a"},
    "sum": {"mix": "layer m3a - 0.3 relative m4a + 0.5 mean m3a"},
}


def picture(height: int = 360, width: int = 424) -> Tensor:
    generator = torch.Generator().manual_seed(5)
    coarse = torch.rand(1, 3, 12, 14, generator=generator)
    fine = torch.rand(1, 3, height, width, generator=generator)
    return 0.7 * torch.nn.functional.interpolate(coarse, (height, width)) + 0.3 * fine


@pytest.fixture(scope="module")
def built_in() -> Network:
    return load_network("built-in", torch.device("cpu"), torch.float32)


def both_ways(
    objective: WeightedSum, canvas: Tensor, side: int
) -> tuple[Tensor, Tensor, float, float]:
    """Whole and by tiles of at most `side` pixels: gradients of unit deviation, and levels."""
    seen = rolled_canvas(canvas, 5, -7, 0)
    whole, level = Tiling().gradient(objective, seen)
    foot = foot_of(objective)
    room = foot.weight * (side + 2 * foot.halo) ** 2
    looks: list[float] = []
    tiled, tiled_level = Tiling(3, looks.append, room).gradient(objective, seen)
    assert whole is not None
    assert tiled is not None
    # Each pass tells when a tile is done.
    assert looks[-1] == 1
    assert len(set(looks)) >= 4
    return whole / whole.std(), tiled / tiled.std(), level, tiled_level


def foot_of(objective: WeightedSum) -> Footprint:
    layers = tuple(dict.fromkeys(name for _, term in objective.terms for name in term.layers))
    head = objective.network.head(layers)
    assert head is not None
    compared = not all(term.local for _, term in objective.terms) or head.maps != layers
    return footprint(objective.network, head.maps, compared)


@pytest.mark.parametrize("name", _OBJECTIVES)
def test_tiled_equals_untiled(built_in: Network, name: str) -> None:
    settings = parse(_OBJECTIVES[name])
    # Smaller ones than four halos are one tile.
    least = max(352, 4 * foot_of(make_objective(built_in, settings, picture(96, 96))).halo)
    canvas = picture(least + 40, least + 104)
    objective = make_objective(built_in, settings, canvas[..., :96, :96])
    whole, tiled, level, tiled_level = both_ways(objective, canvas, 112)
    difference = (whole - tiled).abs()
    assert tiled_level == pytest.approx(level, rel=1e-3)
    assert float(difference.max()) < _ANYWHERE
    assert float((difference > _FAR).float().mean()) < 0.04, "near the edges of tiles alone"
    assert float((whole - tiled).mean().abs()) < 1e-4


def test_with_all_that_cells_see_tiles_are_exact(built_in: Network) -> None:
    """What is left is the rounding of sums taken in another order."""
    tiny = TinyNetwork()
    objective = make_objective(tiny, parse({"layers": "high,low:0.3"}))
    whole, tiled, level, tiled_level = both_ways(objective, picture(150, 131), 40)
    assert float((whole - tiled).abs().max()) < 1e-4
    assert tiled_level == pytest.approx(level, rel=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("objective", ["concept", "probability"])
def test_logits_behind_a_pooled_head(objective: str) -> None:
    """The head sees the whole map: concepts of ImageNet's networks dream by tiles too."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = TorchvisionNetwork(derived_record("squeezenet1_1"), build("squeezenet1_1").eval())
    made = make_objective(network, parse({"objective": objective, "concept": "tench"}))
    whole, tiled, level, tiled_level = both_ways(made, picture(), 128)
    assert tiled_level == pytest.approx(level, rel=1e-3)
    difference = (whole - tiled).abs()
    assert float(difference.max()) < _ANYWHERE
    assert float((difference > 2 * _FAR).float().mean()) < 0.04, "near the edges of tiles alone"


def test_tiles_of_a_network_that_is_rounded_on_the_way_back_alone() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = TorchvisionNetwork(derived_record("squeezenet1_1"), build("squeezenet1_1").eval())
    network.to(torch.device("cpu"), torch.bfloat16, network.most_exact)
    made = make_objective(network, parse({"mix": "layer features.7 + relative features.6"}))
    whole, tiled, level, tiled_level = both_ways(made, picture(), 96)
    assert tiled_level == pytest.approx(level, rel=1e-4)
    difference = (whole - tiled).abs()
    assert float(difference.max()) < _ANYWHERE
    assert float((difference > 2 * _FAR).float().mean()) < 0.04, "near the edges of tiles alone"


def test_a_network_that_looks_at_all_of_a_picture_at_once_is_not_tiled() -> None:
    network = TorchvisionNetwork(
        derived_record("mobilenet_v3_small"), build("mobilenet_v3_small").eval()
    )
    assert network.head(["features.8"]) is None
    assert network.head(["features.0"]) is not None
    objective = make_objective(network, parse({"layers": "features.8"}))
    gradient, _ = Tiling(room=1).gradient(objective, rolled_canvas(picture(96, 96), 0, 0, 0))
    assert gradient is not None


def test_tiles_move_from_step_to_step(built_in: Network) -> None:
    """Where they meet, errors would else add up to a seam."""
    objective = make_objective(built_in, parse({"layers": "m3a"}))
    seen = rolled_canvas(picture(), 0, 0, 0)
    foot = foot_of(objective)
    tiling = Tiling(room=foot.weight * (96 + 2 * foot.halo) ** 2)
    whole, _ = Tiling().gradient(objective, seen)
    assert whole is not None
    errors = []
    for _ in range(6):
        gradient, _ = tiling.gradient(objective, seen)
        assert gradient is not None
        errors.append((gradient - whole) / whole.std())
    together = torch.stack(errors).mean(0)
    rows, columns = together.abs().mean((0, 1, 3)), together.abs().mean((0, 1, 2))
    assert max(float(rows.max()), float(columns.max())) < _FAR
    assert len({float(error.abs().sum()) for error in errors}) > 1


def test_large_pictures_have_smaller_tiles(built_in: Network) -> None:
    """They leave less memory, least where the canvas itself is largest."""
    objective = make_objective(built_in, parse({"layers": "m3a"}))

    def side(width: int, largest: int) -> int:
        canvas = Canvas(6000, width, lambda *_: picture())
        found = Tiling(pixels=largest)._tile_side(objective, canvas)
        assert found is not None
        return found

    assert side(8000, 48_000_000) < side(4000, 48_000_000) < side(4000, 0)
    assert side(2000, 12_000_000) == side(2000, 0)


@pytest.mark.parametrize("halo", [0, 16, 48, 208])
def test_every_pixel_is_of_one_tile_that_sees_a_halo_around_it(halo: int) -> None:
    tiling, least = Tiling(), 32
    foot = Footprint({}, 16, halo, 1.0)
    for length in (100, 256, 257, 1000, 4321, 8000):
        for side in (32, 64, 96, 512):
            spans = tiling._spans(length, max(side, 2 * halo), foot, least)
            assert spans[0].begin == 0
            assert spans[-1].end == length
            assert all(one.end == other.begin for one, other in itertools.pairwise(spans))
            seen = {end - start for start, end in (span.seen for span in spans)}
            assert len(seen) == 1, "so that all take the same memory"
            assert least <= seen.pop() <= max(side, 2 * halo) + 2 * halo + 15 or len(spans) == 1
            for begin, end, (start, stop) in spans:
                assert begin < end
                assert begin % 16 == start % 16 == 0
                assert 0 <= start <= max(0, begin - halo)
                assert min(length, end + halo) <= stop <= length


def test_above_a_limit_there_is_no_gradient(built_in: Network) -> None:
    objective = make_objective(built_in, parse({"layers": "m3a"}))
    seen = rolled_canvas(picture(), 0, 0, 0)
    _, level = Tiling().gradient(objective, seen)
    for room in (None, foot_of(objective).weight * 200**2):
        assert Tiling(room=room).gradient(objective, seen, level * 0.9)[0] is None
        assert Tiling(room=room).gradient(objective, seen, level * 1.1)[0] is not None


@pytest.mark.parametrize("tiles", [False, True])
def test_a_step_can_be_left_in_its_middle(built_in: Network, tiles: bool) -> None:
    """Between the network's operations, so that a cancel need not wait for a large tile."""

    class Enough(Exception):
        pass

    calls = 0

    def check(_: float) -> None:
        nonlocal calls
        calls += 1
        if calls == last:
            raise Enough

    objective = make_objective(built_in, parse({"layers": "m3a"}))
    seen = rolled_canvas(picture(), 0, 0, 0)
    room = foot_of(objective).weight * 200**2 if tiles else None
    last = 0
    Tiling(0, check, room).gradient(objective, seen)
    most = calls
    # In the forward pass, and in the backward pass.
    for last in (3, most - 3):
        calls = 0
        with pytest.raises(Enough):
            Tiling(0, check, room).gradient(objective, seen)
        assert calls == last


class _Short(TinyNetwork):
    """Asks for more memory than there is, as soon as a canvas has more than `most` pixels."""

    most = 0

    def features(self, canvas: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        if canvas.shape[-2] * canvas.shape[-1] > self.most > 0:
            torch.empty(2**55, dtype=torch.uint8)
        return super().features(canvas, layers)


def test_smaller_tiles_where_memory_runs_out() -> None:
    network = _Short()
    objective = make_objective(network, parse({"layers": "high,low:0.3"}))
    seen = rolled_canvas(picture(560, 640), 0, 0, 0)
    whole, _ = Tiling().gradient(objective, seen)
    # Enough for a look at what the network needs.
    network.most = 400**2
    tiling = Tiling()
    tiled, _ = tiling.gradient(objective, seen)
    assert whole is not None
    assert tiled is not None
    assert float((whole - tiled).abs().max()) < 1e-3 * float(whole.std())
    network.most = 1
    with pytest.raises(RuntimeError, match="memory"):
        tiling.gradient(objective, seen)
