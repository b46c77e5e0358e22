"""Edges that meet: of any picture before the dream, and of every dream."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.ascent import Step, ascend
from core.canvas import dream_picture
from core.dream import dream
from core.objectives import make_objective
from core.resize import resize
from core.settings import parse
from core.tileable import edges_fit, step_between_edges, wrapped
from tests.core.tiny_network import TinyNetwork


def texture(height: int = 64, width: int = 96, channels: int = 3, seed: int = 6) -> torch.Tensor:
    """Seamless: soft spots, made by enlarging a ring of noise."""
    noise = torch.rand(1, channels, 8, 12, generator=torch.Generator().manual_seed(seed))
    return resize(noise, (height, width), True, wrap=True).clamp(0, 1)


def photograph(height: int = 64, width: int = 96, channels: int = 3, seed: int = 6) -> torch.Tensor:
    """As `texture` in the middle of a larger one, dark above and bright below."""
    larger = texture(height * 2, width * 2, channels, seed)[..., 20 : 20 + height, 30 : 30 + width]
    light = torch.linspace(-0.3, 0.3, height)[:, None] + torch.linspace(0, 0.2, width)
    return (larger * 0.5 + 0.25 + light).clamp(0, 1)


def bricks() -> torch.Tensor:
    """Joints where the edges are: the step across them is as steep as any."""
    row = torch.full((8, 32), 0.6)
    row[0] = row[:, 0] = 0.2
    wall = torch.cat([row, row.roll(16, 1)]).repeat(4, 3)
    return wall.expand(1, 3, -1, -1).contiguous()


def seam(pixels: torch.Tensor, axis: int) -> float:
    """The mean step across the edges of `axis`, over the mean step between lines inside."""
    lines = pixels.movedim(axis, 0)
    return float((lines[0] - lines[-1]).abs().mean() / lines.diff(dim=0).abs().mean())


def steepness(pixels: torch.Tensor, axis: int) -> float:
    """The mean step across the edges of `axis`, over that between the steepest lines inside."""
    lines = pixels.movedim(axis, 0)
    inside = lines.diff(dim=0).abs().flatten(1).mean(1)
    return float((lines[0] - lines[-1]).abs().mean() / inside.max())


def pixels_of(picture: torch.Tensor) -> NDArray[np.float32]:
    return picture[0].permute(1, 2, 0).contiguous().numpy()


def dreamed(pixels: NDArray[Any], **changes: object) -> torch.Tensor:
    """(1, C, H, W)."""
    values = {"octaves": 3, "iterations": 4, "jitter": 4, "step_size": 6.0, **changes}
    settings = parse({name.replace("_", "-"): value for name, value in values.items()})
    made = dream_picture(pixels, settings, TinyNetwork()).pixels
    return torch.from_numpy(made).permute(2, 0, 1)[None]


@pytest.mark.parametrize("make", [texture, bricks])
def test_a_seamless_texture_is_left_as_it_is(make: Any) -> None:
    for down, right in ((0, 0), (0, 1), (7, 13), (8, 16)):
        assert step_between_edges(make().roll((down, right), (-2, -1))) is None


def test_grains_of_one_colour_fit() -> None:
    assert step_between_edges(torch.full((1, 3, 9, 9), 0.4)) is None
    assert step_between_edges(torch.rand(1, 1, 1, 1)) is None
    assert step_between_edges(torch.rand(1, 3, 300, 200)) is None


def test_each_pair_of_edges_is_judged_by_itself_and_everywhere() -> None:
    one_way = texture()[..., :80]
    assert edges_fit(one_way, -2)
    assert not edges_fit(one_way, -1)
    # Busy above, quiet below: there a small step is one.
    quiet = torch.full((1, 1, 64, 64), 0.5)
    quiet[..., :32, :] = torch.rand(32, 64, generator=torch.Generator().manual_seed(1))
    assert edges_fit(quiet, -1)
    quiet[..., 40:, 32:] += 0.02
    quiet[..., 40:, 20:32] += torch.linspace(0, 0.02, 12)
    assert not edges_fit(quiet, -1)


def test_edges_meet_and_the_middle_stays() -> None:
    picture = photograph()
    step = step_between_edges(picture)
    assert step is not None
    assert seam(picture, -2) > 3
    assert seam(picture - step, -2) < 1
    assert seam(picture - step, -1) < 1
    assert float(step[..., 28:36, 44:52].abs().max()) < 0.02


def test_it_is_the_smooth_component_faded_towards_the_middle() -> None:
    """Against Moisan's own formula, solved with a Fourier transform of the whole plane."""
    picture = photograph(30, 41, 1).double()
    picture = picture + torch.rand(1, 1, 30, 41, generator=torch.Generator().manual_seed(2)) * 0.1
    height, width = picture.shape[-2:]
    down = torch.arange(height, dtype=torch.float64)[:, None]
    right = torch.arange(width, dtype=torch.float64)
    divisor = 2 * torch.cos(2 * math.pi * down / height) + 2 * torch.cos(
        2 * math.pi * right / width
    )
    divisor[0, 0] = 5.0
    expected = torch.zeros_like(picture)
    for axis, place, length in ((-2, down, height), (-1, right, width)):
        border = torch.zeros_like(picture)
        jump = picture.select(axis, -1) - picture.select(axis, 0)
        border.select(axis, 0).add_(jump)
        border.select(axis, -1).sub_(jump)
        smooth = torch.fft.ifft2(torch.fft.fft2(border) / (divisor - 4)).real
        expected += smooth * torch.cos(math.pi * (place + 0.5) / length) ** 2
    step = step_between_edges(picture.float())
    assert step is not None
    torch.testing.assert_close(step.double(), expected, atol=1e-5, rtol=0)


def test_wrapped_goes_round_as_often_as_it_takes() -> None:
    row = torch.tensor([1.0, 2.0, 3.0]).view(1, 1, 1, 3)
    assert wrapped(row, 4)[0, 0, 2].tolist() == [3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1]
    assert wrapped(row, 4).shape == (1, 1, 9, 11)


def test_no_place_is_an_edge_to_a_step() -> None:
    """Rolled by what the network's stride divides, a canvas makes the same step, rolled."""
    network = TinyNetwork()
    objective = make_objective(network, parse({}))
    step = Step(0.1, 0, "std", 0.0, wrap=True, margin=8)
    canvas = photograph(32, 40)
    moved = canvas.roll((10, 26), (-2, -1))
    for one in (canvas, moved):
        ascend(one, one.clone(), objective, step, torch.Generator().manual_seed(3))
    torch.testing.assert_close(moved, canvas.roll((10, 26), (-2, -1)), atol=1e-5, rtol=0)


@pytest.mark.parametrize(("side", "minimum"), [(40, 8), (20, 100)])
def test_the_network_sees_beyond_the_edges(side: int, minimum: int) -> None:
    """By 32 pixels, or as far as it takes to fill its smallest picture."""

    class Watched(TinyNetwork):
        def features(
            self, canvas: torch.Tensor, layers: Collection[str]
        ) -> dict[str, torch.Tensor]:
            seen.append(canvas.shape[-1])
            return super().features(canvas, layers)

    seen: list[int] = []
    network = Watched(minimum)
    settings = parse({"tileable": True, "octaves": 1, "iterations": 2})
    dream(texture(side, side), settings, network)
    assert seen == 2 * [max(side + 64, minimum)]


@pytest.mark.parametrize("source", [texture, photograph])
@pytest.mark.parametrize(
    "changes",
    [
        {"channels": 1},
        {"working_size": 32, "antialias": False},
        {"colours": "keep", "hold_brightness": True, "details": "source"},
        {"smoothing": 0.5, "laplacian_levels": 2, "blur_every": 2, "total_variation": 0.1},
        {"start": "blurred", "start_blur": 6.0},
        {"start": "noise", "parameterisation": "fourier"},
    ],
)
def test_the_dreams_edges_meet(source: Any, changes: dict[str, Any]) -> None:
    """Of three pictures together: in a single one the edges may lie on its busiest lines."""
    changes = dict(changes)
    channels = changes.pop("channels", 3)
    steps = []
    for seed in range(3):
        picture = source(48, 64, channels, seed)
        result = dreamed(pixels_of(picture), tileable=True, seed=seed, **changes)
        assert float((result - picture).abs().mean()) > 0.01
        steps += [steepness(result, -2), steepness(result, -1)]
    assert sum(steps) / len(steps) < 0.9


def test_a_dream_that_need_not_be_tileable_is_not() -> None:
    result = dreamed(pixels_of(photograph()))
    assert max(steepness(result, -2), steepness(result, -1)) > 2


def test_transparency_and_light_beyond_white_stay() -> None:
    pixels = np.concatenate([pixels_of(photograph()), np.ones((64, 96, 1), np.float32)], 2)
    pixels[20:30, 30:50, 3] = 0
    pixels[20:30, 30:50, :3] = -50
    pixels[40:44, 40:44, :3] = 4.0
    result = pixels_of(dreamed(pixels, tileable=True))
    assert np.array_equal(result[..., 3], pixels[..., 3])
    assert (result[40:44, 40:44, :3] > 3).all()
    hidden = pixels.copy()
    hidden[20:30, 30:50, :3] = 0.5
    other = pixels_of(dreamed(hidden, tileable=True))
    np.testing.assert_allclose(other[pixels[..., 3] == 1], result[pixels[..., 3] == 1], atol=1e-5)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (3, 9), (20, 33)])
def test_small_pictures_dream_tileably(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).random((*size, 3), dtype=np.float32) * 0.5 + 0.2
    settings = parse({"tileable": True, "octaves": 2, "iterations": 2})
    result = dream_picture(pixels, settings, TinyNetwork(minimum_side=32)).pixels
    assert result.shape == pixels.shape
    assert not np.array_equal(result, pixels)


def test_a_neuron_stays_where_it_is() -> None:
    pixels = np.full((64, 96, 3), 0.3, np.float32)
    places = {"neuron_x": 0.75, "neuron_y": 0.25, "layers": "low", "octaves": 1, "pull": 0.0}
    result = dreamed(pixels, tileable=True, objective="neuron", **places)
    rows, columns = ((result - 0.3).abs().amax((0, 1)) > 0.01).nonzero().T
    assert len(rows)
    assert (rows - 16).abs().max() <= 2
    assert (columns - 72).abs().max() <= 2
