"""A dream that is dropped goes on for the next one, where that is the very same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.worker.worker_process import Said, WorkerProcess, dream_header, noise

SIZE = (64, 48)
PIXELS = noise(SIZE[0] * SIZE[1])
SETTINGS = {"iterations": 200, "octaves": 1}
# So far is the first one when it is dropped.
STEPS = 20


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerProcess]:
    """One for all tests, which leave nothing open, and no dream that the next one asks for."""
    with WorkerProcess() as process:
        yield process


def begun_and_dropped(worker: WorkerProcess, **settings: object) -> None:
    worker.dream(1, SIZE, **settings)
    worker.until_step(1, STEPS)
    worker.send({"op": "cancel", "id": 1})
    assert worker.until_end(1).header["code"] == "cancelled"


def first_iteration(worker: WorkerProcess, request: int) -> int:
    """The steps that are done when the first one is told of; the dream is under way then."""
    while True:
        header = worker.until("progress", id=request).header
        if header["octave"]:
            return header["iteration"]


def alone(seed: int, **settings: object) -> bytes:
    """The dream as a worker makes it that has heard of no other."""
    with WorkerProcess() as process:
        process.dream(1, SIZE, **SETTINGS, seed=seed, **settings)
        return process.until_end(1).payload


def test_the_same_dream_goes_on(worker: WorkerProcess) -> None:
    begun_and_dropped(worker, **SETTINGS, seed=1)
    worker.dream(2, SIZE, **SETTINGS, seed=1)
    assert first_iteration(worker, 2) >= STEPS
    ended = worker.until_end(2)
    assert not ended.header["partial"]
    assert ended.payload == alone(seed=1)


def test_it_goes_on_for_a_picture_that_it_is_laid_on(worker: WorkerProcess) -> None:
    begun_and_dropped(worker, **SETTINGS, seed=2)
    ended = laid_on_a_large_one(worker, seed=2)
    with WorkerProcess() as process:
        assert laid_on_a_large_one(process, seed=2).payload == ended.payload


def laid_on_a_large_one(worker: WorkerProcess, seed: int) -> Said:
    """Dream 2, of the same picture in a larger size beside which it is `seen`."""
    header = dream_header(2, 128, 96, **SETTINGS, seed=seed, working_size=64)
    header["seen"] = {"width": SIZE[0], "height": SIZE[1], "channels": 1}
    header["bytes"] += len(PIXELS)
    worker.send(header, noise(128 * 96) + PIXELS)
    if worker.said:
        assert first_iteration(worker, 2) >= STEPS
    return worker.until_end(2)


@pytest.mark.parametrize("change", ["seed", "strength", "picture"])
def test_another_dream_begins_anew(worker: WorkerProcess, change: str) -> None:
    settings: dict[str, object] = {**SETTINGS, "seed": 3}
    begun_and_dropped(worker, **settings)
    other = {"seed": {"seed": 4}, "strength": {"strength": 0.5}}.get(change, {})
    pixels = PIXELS[::-1] if change == "picture" else PIXELS
    worker.send(dream_header(2, *SIZE, **{**settings, **other}), pixels)
    assert first_iteration(worker, 2) < STEPS
    worker.send({"op": "cancel", "id": 2})
    worker.until_end(2)


def test_what_goes_on_can_be_kept_and_is_not_taken_for_the_whole(worker: WorkerProcess) -> None:
    settings = {**SETTINGS, "seed": 5}
    begun_and_dropped(worker, **settings)
    worker.dream(2, SIZE, **settings)
    assert first_iteration(worker, 2) >= STEPS
    worker.send({"op": "cancel", "id": 2, "keep": True})
    kept = worker.until_end(2)
    assert kept.header["partial"]
    assert kept.payload != PIXELS
    worker.dream(3, SIZE, **settings)
    whole = worker.until_end(3)
    assert not whole.header["partial"]
    assert whole.payload == alone(seed=5)


def test_it_goes_on_after_another_that_was_dropped_before_it_began(worker: WorkerProcess) -> None:
    settings = {**SETTINGS, "seed": 6}
    begun_and_dropped(worker, **settings)
    worker.dream(2, SIZE, **settings)
    worker.send({"op": "cancel", "id": 2})
    worker.until_end(2)
    worker.dream(3, SIZE, **settings)
    assert first_iteration(worker, 3) >= STEPS
    worker.until_end(3)


def test_what_was_wrong_with_the_next_one_is_told(worker: WorkerProcess) -> None:
    begun_and_dropped(worker, **SETTINGS, seed=7)
    worker.dream(2, SIZE, octaves="many")
    assert worker.until_end(2).header["code"] == "bad-setting"
