"""The guide against the published formula."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.canvas import GUIDE_SIZE, dream_picture
from core.errors import SettingError
from core.objectives import guide as guide_module
from core.settings import parse
from tests.core.objectives.pictures import features, gradient, level, noise, objective_of
from tests.core.tiny_network import TinyNetwork

CANVAS, GUIDE = noise(20, 28), noise(16, 24, seed=9)


def matched(layer: str) -> tuple[np.ndarray, np.ndarray]:
    """Features of the canvas, (C, places), and for each place the best match of the guide's."""
    x = features(TinyNetwork(), CANVAS, layer)
    x = x.reshape(len(x), -1)
    y = features(TinyNetwork(), GUIDE, layer).reshape(len(x), -1)
    return x, y[:, (x.T @ y).argmax(1)]


def test_each_place_is_drawn_to_the_guides_best_match() -> None:
    """The gradient with respect to the features is the match itself."""
    network = TinyNetwork()
    objective = objective_of(network, GUIDE, objective="guide", layers="high")
    x, y = matched("high")
    assert float(objective(CANVAS)) == pytest.approx((x * y).sum())
    assert level(objective, CANVAS) == pytest.approx((x * y).sum(0).mean())
    held = torch.from_numpy(y).float().view(1, 6, 10, 14)

    def drawn(canvas: torch.Tensor) -> torch.Tensor:
        return (network.features(canvas, ["high"])["high"] * held).sum()

    torch.testing.assert_close(gradient(objective, CANVAS), gradient(drawn, CANVAS))


def test_matching_in_parts_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = objective_of(TinyNetwork(), GUIDE, objective="guide", layers="high")
    whole = objective(CANVAS)
    monkeypatch.setattr(guide_module, "_MATCHES", 96 * 13)
    torch.testing.assert_close(objective(CANVAS), whole)


def test_several_layers_before_their_relus() -> None:
    objective = objective_of(TinyNetwork(), GUIDE, objective="guide", layers="low/pre, high/pre:3")
    means = [(x * y).sum(0).mean() for x, y in (matched("low/pre"), matched("high/pre"))]
    assert level(objective, CANVAS) == pytest.approx(means[0] + 3 * means[1], rel=1e-5)


def test_without_a_guide_there_is_nothing_to_follow() -> None:
    with pytest.raises(SettingError, match="no guide picture") as caught:
        objective_of(TinyNetwork(), objective="guide")
    assert "--guide FILE" in caught.value.hint


@pytest.mark.parametrize(
    ("shape", "seen"),
    [((300, 448, 4), (GUIDE_SIZE * 300 // 448, GUIDE_SIZE)), ((40, 20, 1), (40, 20))],
)
def test_guides_of_any_kind_are_looked_at_in_fitting_size(
    shape: tuple[int, int, int], seen: tuple[int, int]
) -> None:
    class Watching(TinyNetwork):
        def features(self, canvas, layers):  # type: ignore[no-untyped-def]
            sizes.append(tuple(canvas.shape))
            return super().features(canvas, layers)

    sizes: list[tuple[int, ...]] = []
    settings = parse({"objective": "guide", "octaves": 1, "iterations": 1})
    picture = np.full((24, 30, 3), 99, np.uint8)
    guide = np.random.default_rng(5).integers(0, 256, shape, np.uint8)
    dreamed = dream_picture(picture, settings, Watching(), guide=guide)
    assert sizes == [(1, 3, *seen), (1, 3, 24, 30)]
    assert (dreamed.pixels != picture).any()


def test_a_tiny_guide_is_continued_to_what_the_network_takes() -> None:
    settings = parse({"objective": "guide", "octaves": 1, "iterations": 1})
    picture = np.full((24, 30, 3), 99, np.uint8)
    guide = np.array([[[0, 90, 255], [255, 30, 0]]], np.uint8)
    dreamed = dream_picture(picture, settings, TinyNetwork(16), guide=guide)
    assert (dreamed.pixels != picture).any()
