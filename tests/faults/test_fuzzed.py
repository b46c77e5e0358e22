"""Bytes that nobody would send on purpose, thought up by hypothesis, thousands of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.worker.worker_process import PATIENCE, WorkerProcess
from tests.faults import seeds, targets
from tests.faults.trials import Trials

# A number that JSON cannot name, one that no float holds, and those at which sizes overflow.
_NUMBERS = st.sampled_from(
    [0, -1, 2**31, 2**32, 2**32 + 1, 2**63, 2**64, 10**400, 1e308, float("nan"), float("inf")]
)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | _NUMBERS | st.text(max_size=20)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
_NESTED = st.integers(1, 30_000).map(lambda depth: "[" * depth + "]" * depth)
# The plain run tries the same bytes every time; `--faults` tries others, and more of them.
_PLAIN = settings(max_examples=150, deadline=None, derandomize=True, database=None)
_MANY = settings(_PLAIN, max_examples=6000, derandomize=False, print_blob=True)


@st.composite
def changed(draw: st.DrawFn, good: bytes) -> bytes:
    """`good`, which may begin with JSON, with one thing wrong, or more."""
    line, newline, rest = good.partition(b"\n")
    if draw(st.booleans()) and line.startswith(b"{"):
        fields = json.loads(line)
        for _ in range(draw(st.integers(1, 3))):
            fields[draw(st.sampled_from([*fields, "bytes", "id", "?"]))] = draw(_VALUES)
        text = json.dumps(fields)
        if draw(st.booleans()):
            text = text.replace("null", draw(_NESTED), 1)
        line = text.encode("utf-8", "surrogatepass")
    data = bytearray(line + newline + rest)
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 12))
        data[start : start + length] = draw(st.binary(max_size=12))
    if draw(st.booleans()):
        del data[draw(st.integers(0, len(data))) :]
    return bytes(data)


def streams(goods: list[bytes]) -> st.SearchStrategy[bytes]:
    """Good and bad frames, one after the other, and what is no frame at all."""
    one = st.sampled_from(goods).flatmap(lambda good: st.just(good) | changed(good))
    return st.lists(one | st.binary(max_size=40), max_size=5).map(b"".join)


@pytest.mark.parametrize("target", targets.ALL, ids=lambda target: target.__name__)
def test_whatever_comes_is_borne(target: targets.Target, trials: Trials) -> None:
    @(_MANY if trials.many else _PLAIN)
    @given(streams(seeds.BY_TARGET[target]))
    def bears(data: bytes) -> None:
        target(data)

    bears()


def test_a_worker_answers_in_frames_and_ends_cleanly(trials: Trials) -> None:
    """Whatever it is sent, and wherever that breaks off."""

    @settings(_MANY if trials.many else _PLAIN, max_examples=200 if trials.many else 25)
    @given(streams(seeds.REQUESTS))
    def answers(data: bytes) -> None:
        with WorkerProcess() as worker:
            worker.send_bytes(data)
            worker.stdin.close()
            for said in worker.rest():
                assert said.header["event"]
            assert worker.process.wait(PATIENCE) in (0, 2)

    answers()
