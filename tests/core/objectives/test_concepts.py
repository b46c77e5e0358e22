"""Concept and probability against their formulas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.errors import ConceptUnknown
from tests.core.objectives.pictures import features, gradient, level, noise, objective_of
from tests.core.tiny_network import TinyNetwork

CANVAS = noise(20, 30)


def logits() -> NDArray[np.float64]:
    """(3, 10, 15): red, Tabby Cat, blue."""
    return features(TinyNetwork(), CANVAS, "logits")


def probabilities(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(values) / np.exp(values).sum(0)


def test_concept_is_its_logit_summed_over_places() -> None:
    objective = objective_of(TinyNetwork(), objective="concept", concept="tabby cat", window=0)
    assert float(objective(CANVAS)) == pytest.approx(logits()[1].sum())
    assert level(objective, CANVAS) == pytest.approx(logits()[1].mean())


def test_several_concepts_are_weighted() -> None:
    weighted = "red:0.5, blue:-2"
    objective = objective_of(TinyNetwork(), objective="concept", concept=weighted, window=0)
    expected = (0.5 * logits()[0] - 2 * logits()[2]).sum()
    assert float(objective(CANVAS)) == pytest.approx(expected, rel=1e-5)


def test_a_name_with_commas_needs_quotation_marks_among_others_only() -> None:
    network = TinyNetwork()
    network.concepts = ("red", "Tabby, the cat", "blue")
    alone = objective_of(network, objective="concept", concept="tabby, the cat", window=0)
    assert float(alone(CANVAS)) == pytest.approx(logits()[1].sum())
    both = objective_of(network, objective="concept", concept='"Tabby, the cat":2, red', window=0)
    assert float(both(CANVAS)) == pytest.approx((2 * logits()[1] + logits()[0]).sum(), rel=1e-5)


def test_of_each_window_the_best_cell_counts() -> None:
    """10 x 15 cells in windows of 4: the last ones are 2 high or 3 wide."""
    objective = objective_of(TinyNetwork(), objective="concept", concept="blue", window=4)
    best = [
        logits()[2, top : top + 4, left : left + 4].max()
        for top in range(0, 10, 4)
        for left in range(0, 15, 4)
    ]
    assert float(objective(CANVAS)) == pytest.approx(150 / len(best) * sum(best), rel=1e-5)
    assert level(objective, CANVAS) == pytest.approx(np.mean(best), rel=1e-5)


def test_each_window_has_room_for_one_of_several_things() -> None:
    """What stands out there most against the rest of the picture; what is to go has no windows."""
    several = "red, tabby cat:0.5, blue:-0.25"
    objective = objective_of(TinyNetwork(), objective="concept", concept=several, window=4)
    values, weights = logits()[:2], np.array([1.0, 0.5]).reshape(2, 1, 1)
    spread = values.std((1, 2), keepdims=True) + 0.1 * logits()[:2].std()
    standing = weights * (values - values.mean((1, 2), keepdims=True)) / spread
    best, chosen = [], set()
    for top in range(0, 10, 4):
        for left in range(0, 15, 4):
            place = (slice(None), slice(top, top + 4), slice(left, left + 4))
            at = np.unravel_index(standing[place].argmax(), standing[place].shape)
            best.append((weights * values)[place][at])
            chosen.add(at[0])
    expected = 150 / len(best) * sum(best) - 0.25 * logits()[2].sum()
    assert chosen == {0, 1}
    assert float(objective(CANVAS)) == pytest.approx(expected, rel=1e-5)


def test_whole_things_grow_where_their_middles_are() -> None:
    """The layer "high" stands in for a map of centres."""
    network = TinyNetwork()
    network.record = replace(network.record, centre_layer="high")
    network.textures = frozenset({"Tabby Cat"})
    objective = objective_of(network, objective="concept", concept="blue, tabby cat", window=5)
    centres = features(network, CANVAS, "high")[2]
    best = [centres[top : top + 5, left : left + 5].max() for top in (0, 5) for left in (0, 5, 10)]
    expected = sum(best) * centres.size / len(best) + logits()[1].sum()
    assert float(objective(CANVAS)) == pytest.approx(expected, rel=1e-5)
    parts = objective_of(network, objective="concept", concept="blue", window=0)
    assert float(parts(CANVAS)) == pytest.approx(logits()[2].sum())


def test_textures_have_no_windows() -> None:
    network = TinyNetwork()
    network.textures = frozenset({"Tabby Cat"})
    objective = objective_of(network, objective="concept", concept="tabby cat", window=4)
    assert float(objective(CANVAS)) == pytest.approx(logits()[1].sum())


def test_a_border_is_left_out() -> None:
    objective = objective_of(TinyNetwork(), objective="concept", concept="red", border=2, window=0)
    assert float(objective(CANVAS)) == pytest.approx(logits()[0, 2:-2, 2:-2].sum(), rel=1e-5)


@pytest.mark.parametrize("objective", ["concept", "probability"])
def test_without_a_map_the_one_logit_keeps_its_direction(objective: str) -> None:
    """It is scaled with the canvas, by a power of two, for it is a mean over the canvas."""
    network = TinyNetwork(pooled=True)
    canvas = noise(64, 80)
    grown = objective_of(network, objective=objective, concept="blue", window=4)
    pooled = features(network, canvas, "pooled")
    value = pooled[2] if objective == "concept" else probabilities(pooled)[2]
    assert level(grown, canvas) == pytest.approx(value, rel=1e-5)
    if objective == "concept":
        assert float(grown(canvas)) == pytest.approx(8 * value)


def test_probability_is_the_softmax_at_each_place() -> None:
    objective = objective_of(
        TinyNetwork(), objective="probability", concept="red, blue:-0.5", border=1
    )
    likely = probabilities(logits())[:, 1:-1, 1:-1]
    assert level(objective, CANVAS) == pytest.approx((likely[0] - 0.5 * likely[2]).mean(), rel=1e-4)


def test_probability_follows_its_gradient() -> None:
    network = TinyNetwork()
    objective = objective_of(network, objective="probability", concept="blue")

    def plain(canvas: torch.Tensor) -> torch.Tensor:
        return network.features(canvas, ["logits"])["logits"].softmax(1)[:, 2].sum()

    expected, found = gradient(plain, CANVAS), gradient(objective, CANVAS)
    torch.testing.assert_close(found / found.norm(), expected / expected.norm())


def test_what_is_next_to_impossible_has_a_gradient() -> None:
    """The probability itself is about 1e-40: 0 in any arithmetic of 32 bits or fewer."""

    class Certain(TinyNetwork):
        def features(self, canvas, layers):  # type: ignore[no-untyped-def]
            made = super().features(canvas, layers)
            bias = torch.tensor([92.0, 0.0, 0.0]).view(1, 3, 1, 1)
            return {name: values + bias for name, values in made.items()}

    objective = objective_of(Certain(), objective="probability", concept="blue")
    assert float(gradient(objective, CANVAS).abs().max()) > 1e-3


def test_unknown_concepts_are_refused_by_name() -> None:
    for objective in ("concept", "probability"):
        with pytest.raises(ConceptUnknown, match="no concept named “green”"):
            objective_of(TinyNetwork(), objective=objective, concept="red, green:2")
