"""Previews are the beginning of the dream: the same octaves at the same sizes."""

from __future__ import annotations

import pytest

from core.octaves import octave_sizes
from gimp_plugin.common.plugin_settings import preset_values
from gimp_plugin.common.preview_plan import LONGEST, cost, plan


def sides(longest: int, values: dict) -> list[int]:
    """The longer sides of all octaves of a dream with `values` over a square picture."""
    side = min(longest, values["working-size"] or longest)
    return [
        size[0] for size in octave_sizes(side, side, values["octaves"], values["octave-scale"], 32)
    ]


@pytest.mark.parametrize("longest", [300, 1024, 4000, 8000])
@pytest.mark.parametrize("working", [0, 512, 1024, 3000])
def test_octaves_of_a_preview_are_the_first_ones_of_the_dream(longest: int, working: int) -> None:
    values = {**preset_values("default"), "octaves": 10, "working-size": working}
    found = plan(longest, values)
    assert found.side <= LONGEST * values["octave-scale"] ** 0.5 + 1
    seen = sides(found.side, {**values, **found.settings})
    whole = sides(longest, values)
    assert len(seen) == len(whole) - found.left_out
    for one, other in zip(seen, whole, strict=False):
        assert abs(one - other) <= max(2, 0.02 * other)


def test_a_small_picture_is_dreamed_as_it_will_be() -> None:
    values = {**preset_values("default"), "working-size": 256}
    found = plan(640, values)
    # Scaled by the core, just as the dream: a picture that is scaled otherwise dreams otherwise.
    assert (found.side, found.left_out) == (640, 0)
    assert found.settings == {"working-size": 256, "octaves": values["octaves"]}


@pytest.mark.parametrize(
    ("longest", "working", "octaves", "exact"),
    [
        (300, 1024, 5, True),
        (4000, 1024, 5, True),
        (4000, 256, 5, True),
        (1100, 0, 5, True),
        (4000, 3000, 5, False),
        (4000, 0, 5, False),
        (4000, 0, 1, False),
    ],
)
def test_it_is_known_whether_the_preview_is_the_dream(
    longest: int, working: int, octaves: int, exact: bool
) -> None:
    values = {**preset_values("default"), "octaves": octaves, "working-size": working}
    assert plan(longest, values).exact == exact


def test_a_dream_without_small_octaves_is_shown_at_a_size_that_can_be_dreamed() -> None:
    values = {**preset_values("default"), "octaves": 1, "working-size": 0}
    found = plan(8000, values)
    assert found.settings["octaves"] == 1
    assert found.side <= 2 * LONGEST


def test_costs_grow_with_pixels_steps_and_octaves() -> None:
    values = {**preset_values("default"), "working-size": 0, "octaves": 1}
    base = cost(1000, 500, values)
    assert cost(2000, 1000, values) == pytest.approx(4 * base)
    assert cost(1000, 500, {**values, "iterations": 20}) == pytest.approx(2 * base)
    assert cost(1000, 500, {**values, "octaves": 2}) == pytest.approx(base * (1 + 1.4**-2))
    assert cost(4000, 2000, {**values, "working-size": 1000}) == pytest.approx(base)
