"""The octave loop: sizes, determinism, progress, early ends, small pictures."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from core.ascent import Outcome
from core.ascent import ascend as really_ascend
from core.dream import dream, octave_sizes
from core.errors import Cancelled
from core.progress import Progress
from core.settings import Settings, parse
from tests.core.tiny_network import TinyNetwork


def source(height: int = 48, width: int = 40) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(2))


def settings(**changes: object) -> Settings:
    values = {"octaves": 3, "iterations": 2, "jitter": 4, **changes}
    return parse({name.replace("_", "-"): value for name, value in values.items()})


def test_octave_sizes_round_to_nearest_one_by_one() -> None:
    assert octave_sizes(768, 1024, 4, 1.4, 32) == [(280, 373), (392, 522), (549, 731), (768, 1024)]


def test_octaves_below_the_minimum_are_left_out() -> None:
    assert octave_sizes(40, 90, 10, 1.4, 15) == [(15, 33), (21, 46), (29, 64), (40, 90)]
    assert octave_sizes(8, 8, 4, 1.4, 15) == [(8, 8)]


def test_the_objective_grows() -> None:
    network, canvas = TinyNetwork(), source()
    dreamed = dream(canvas, settings(iterations=5), network).canvas
    before = network.features(canvas, ["high"])["high"].square().sum()
    after = network.features(dreamed, ["high"])["high"].square().sum()
    assert float(after) > 1.5 * float(before)
    assert dreamed.shape == canvas.shape


def test_same_seed_same_bytes_other_seed_other_dream() -> None:
    first, again, other = (
        dream(source(), settings(seed=seed), TinyNetwork()).canvas for seed in (3, 3, 4)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_the_global_random_state_is_neither_used_nor_changed() -> None:
    torch.manual_seed(0)
    state = torch.get_rng_state()
    first = dream(source(), settings(), TinyNetwork()).canvas
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(99)
    assert torch.equal(dream(source(), settings(), TinyNetwork()).canvas, first)


def test_the_source_is_not_touched() -> None:
    canvas = source()
    copy = canvas.clone()
    dream(canvas, settings(), TinyNetwork())
    assert torch.equal(canvas, copy)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (3, 9), (8, 8), (32, 32)])
def test_small_pictures_dream(size: tuple[int, int]) -> None:
    canvas = source(*size) * 0.5 + 0.2
    dreamed = dream(canvas, settings(), TinyNetwork(minimum_side=32)).canvas
    assert dreamed.shape == canvas.shape
    assert not torch.equal(dreamed, canvas)


def test_progress_counts_up_to_the_end() -> None:
    seen: list[Progress] = []

    def look(progress: Progress) -> bool:
        seen.append(progress)
        return True

    dream(source(), settings(), TinyNetwork(), look)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    assert [(p.octave, p.iteration) for p in seen] == [
        *((1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2))
    ]
    # Of an octave that takes moments nothing is said.
    assert [progress.eta < 0 for progress in seen[:3]] == [True, True, False]
    assert seen[-1].eta == 0
    assert seen[0].picture().shape == (24, 21, 3)
    assert seen[-1].picture().shape == (48, 40, 3)


def test_the_time_left_follows_the_pace_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first step takes longer than all others, and whoever watches may have the dream wait."""
    clock = [0.0]
    left: dict[tuple[int, int], float] = {}

    def look(progress: Progress) -> bool:
        if progress.within == 0:
            left[progress.octave, progress.iteration] = progress.eta
        if (progress.octave, progress.iteration) == (2, 2):
            clock[0] += 500.0
        return True

    def ascend(*arguments: Any) -> Outcome:
        outcome = really_ascend(*arguments)
        clock[0] += 1.0 if clock[0] else 60.0
        return outcome

    monkeypatch.setattr("core.dream.ascend", ascend)
    monkeypatch.setattr("core.dream.time.monotonic", lambda: clock[0])
    dream(source(), settings(octaves=2, iterations=8), TinyNetwork(), look)
    assert left[1, 1] > 60
    assert [left[2, 6], left[2, 7]] == pytest.approx([2, 1], rel=0.01)


def test_cancelling_raises_at_the_next_step() -> None:
    calls = 0

    def stop(_: Progress) -> bool:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Cancelled
        return True

    with pytest.raises(Cancelled):
        dream(source(), settings(), TinyNetwork(), stop)
    assert calls == 3


def test_an_early_end_keeps_what_is_there() -> None:
    """Stopped in the second octave, the picture has that octave's details at full size."""
    canvas = source()
    ended = dream(canvas, settings(), TinyNetwork(), lambda p: (p.octave, p.iteration) != (2, 1))
    assert ended.partial
    assert ended.canvas.shape == canvas.shape
    assert float((ended.canvas - canvas).abs().mean()) > 1e-3
    untouched = dream(canvas, settings(), TinyNetwork(), lambda p: False)
    assert torch.equal(untouched.canvas, canvas)


def test_steps_without_a_gradient_are_counted() -> None:
    network = TinyNetwork()
    network._high.zero_()
    ended = dream(source(), settings(), network)
    assert (ended.still, ended.steps) == (6, 6)
    assert not ended.partial
