"""Octaves: sizes and details by each project's rule, and layers by the octave."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from core.dream import dream
from core.errors import LayerUnknown, SettingError
from core.octaves import layer_schedule, octave_sizes
from core.progress import Progress
from core.settings import Settings, parse
from tests.core.tiny_network import TinyNetwork

SIZE, OCTAVES, SCALE, ITERATIONS, STEP = (50, 41), 3, 1.3, 2, 6.0 / 255
RULES = ("dream", "source", "high-band", "none")


def source() -> Tensor:
    return torch.rand(1, 3, *SIZE, generator=torch.Generator().manual_seed(2)) * 0.5 + 0.25


def settings(**changes: object) -> Settings:
    values = {
        "octaves": OCTAVES,
        "octave-scale": SCALE,
        "iterations": ITERATIONS,
        "step-size": STEP * 255,
        "jitter": 0,
        "pull": 0,
        "gradient-normalisation": "mean-abs",
        "antialias": False,
    }
    return parse({**values, **{name.replace("_", "-"): value for name, value in changes.items()}})


def zoom(canvas: Tensor, size: tuple[int, int]) -> Tensor:
    return F.interpolate(canvas.double(), size, mode="bilinear", align_corners=True).float()


def climb(network: TinyNetwork, canvas: Tensor) -> Tensor:
    for _ in range(ITERATIONS):
        leaf = canvas.clone().requires_grad_(True)
        value = network.features(leaf, ["high"])["high"].square().sum()
        (slope,) = torch.autograd.grad(value, leaf)
        canvas = (canvas + STEP * slope / slope.abs().mean()).clamp(0, 1)
    return canvas


def caffe(network: TinyNetwork, picture: Tensor) -> Tensor:
    octaves = [picture]
    for _ in range(OCTAVES - 1):
        height, width = octaves[-1].shape[-2:]
        octaves.append(zoom(octaves[-1], (round(height / SCALE), round(width / SCALE))))
    detail = torch.zeros_like(octaves[-1])
    for base in octaves[::-1]:
        dreamed = climb(network, base + zoom(detail, (base.shape[-2], base.shape[-1])))
        detail = dreamed - base
    return picture + detail


def keras(network: TinyNetwork, picture: Tensor) -> Tensor:
    shapes = [
        (int(SIZE[0] / SCALE**power), int(SIZE[1] / SCALE**power)) for power in range(OCTAVES)
    ][::-1]
    shrunk, dreamed = zoom(picture, shapes[0]), picture
    for shape in shapes:
        dreamed = climb(network, zoom(dreamed, shape))
        dreamed = (dreamed + zoom(picture, shape) - zoom(shrunk, shape)).clamp(0, 1)
        shrunk = zoom(picture, shape)
    return dreamed


def tensorflow(network: TinyNetwork, picture: Tensor) -> Tensor:
    bands, low = [], picture
    for _ in range(OCTAVES - 1):
        height, width = low.shape[-2:]
        lower = zoom(low, (int(height / SCALE), int(width / SCALE)))
        bands.append(low - zoom(lower, (height, width)))
        low = lower
    dreamed = climb(network, low)
    for band in bands[::-1]:
        started = zoom(dreamed, (band.shape[-2], band.shape[-1])) + band
        dreamed = climb(network, started.clamp(0, 1))
    return dreamed


def plain(network: TinyNetwork, picture: Tensor) -> Tensor:
    dreamed = picture
    for power in range(OCTAVES)[::-1]:
        height, width = np.round(np.array(SIZE) / SCALE**power).astype(int).tolist()
        dreamed = climb(network, zoom(dreamed, (height, width)))
    return dreamed


@pytest.mark.parametrize(
    ("rule", "reference"),
    [("dream", caffe), ("source", keras), ("high-band", tensorflow), ("none", plain)],
)
def test_each_rule_is_its_project_s(rule: str, reference: object) -> None:
    network = TinyNetwork()
    ours = dream(source(), settings(details=rule), network).canvas
    theirs = reference(network, source())  # type: ignore[operator]
    assert float((theirs - source()).abs().mean()) > 0.01
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


def test_sizes_by_each_rule() -> None:
    def sizes(rule: str) -> list[tuple[int, int]]:
        return octave_sizes(500, 333, 4, 1.4, 32, rule)

    assert sizes("dream") == [(182, 121), (255, 170), (357, 238), (500, 333)]
    assert sizes("source") == [(182, 121), (255, 169), (357, 237), (500, 333)]
    assert sizes("high-band") == [(182, 120), (255, 169), (357, 237), (500, 333)]
    assert sizes("none") == [(182, 121), (255, 170), (357, 238), (500, 333)]


@pytest.mark.parametrize("rule", RULES)
def test_octaves_below_the_smallest_side_are_left_out(rule: str) -> None:
    sizes: list[tuple[int, ...]] = []

    def look(progress: Progress) -> bool:
        sizes.append(progress.picture().shape[:2])
        return True

    changes = {"octaves": 20, "details": rule, "iterations": 1}
    dream(source(), settings(smallest_side=25, **changes), TinyNetwork(), look)
    assert min(sizes[0]) >= 25 > min(sizes[0]) / SCALE
    sizes.clear()
    dream(source(), settings(smallest_side=4096, **changes), TinyNetwork(), look)
    assert set(sizes) == {SIZE}


@pytest.mark.parametrize("rule", RULES)
def test_an_early_end_shows_what_the_octave_had(rule: str) -> None:
    """Ended as the third octave begins, the picture is what that began with."""
    begun: list[np.ndarray] = []

    def look(progress: Progress) -> bool:
        if (progress.octave, progress.iteration) == (3, 0):
            begun.append(progress.picture())
        return True

    dream(source(), settings(details=rule), TinyNetwork(), look)
    ended = dream(source(), settings(details=rule), TinyNetwork(), lambda p: p.octave != 3)
    assert ended.partial
    expected = torch.from_numpy(begun[0]).permute(2, 0, 1)[None]
    if rule == "source":
        # Its lost detail comes last.
        small = zoom(source(), octave_sizes(*SIZE, OCTAVES, SCALE, 8, rule)[1])
        expected = expected + source() - zoom(small, SIZE)
    torch.testing.assert_close(ended.canvas, expected.clamp(0, 1), atol=1e-5, rtol=0)


def test_each_octave_has_its_layers_and_the_last_ones_stay() -> None:
    assert layer_schedule("a:2,b", 3) == ["a:2,b"] * 3
    assert layer_schedule(" a ; b,c ", 4) == ["a", "b,c", "b,c", "b,c"]
    assert layer_schedule("a;b;c", 2) == ["a", "b"]
    assert layer_schedule("", 2) == ["", ""]
    network = TinyNetwork()
    asked: list[tuple[int, tuple[str, ...]]] = []

    def look(progress: Progress) -> bool:
        asked.extend((progress.octave, names) for names in network.asked)
        network.asked.clear()
        return True

    dream(source(), settings(layers="low; high"), network, look)
    # What is known at an octave's start was asked for in the one before.
    assert {names for octave, names in asked if octave == 1} == {("low",)}
    assert {names for octave, names in asked if octave == 3} == {("high",)}


@pytest.mark.parametrize("layers", ["low;", ";low", "low;;high"])
def test_an_octave_without_layers_is_refused(layers: str) -> None:
    with pytest.raises(SettingError, match="names nothing for one of its octaves"):
        layer_schedule(layers, 3)


def test_a_mistake_for_a_later_octave_is_told_before_the_first() -> None:
    calls: list[Progress] = []

    def look(progress: Progress) -> bool:
        calls.append(progress)
        return True

    with pytest.raises(LayerUnknown):
        dream(source(), settings(layers="low;low;hihg"), TinyNetwork(), look)
    assert not calls
