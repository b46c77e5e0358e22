"""Dreams on a small picture that was dreamed before, laid on the large one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.canvas import dream_picture
from core.dream import DreamedCanvas
from core.errors import PictureError
from core.last_dream import LastDream
from core.settings import Settings
from tests.core.tiny_network import TinyNetwork

SETTINGS = Settings(octaves=2, iterations=3, layers="low")


def picture(seed: int, height: int = 40, width: int = 60) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_the_change_is_that_of_what_is_seen() -> None:
    small = picture(1, 20, 30)
    large = np.full((40, 60, 3), 128, np.uint8)
    alone = dream_picture(small, SETTINGS, TinyNetwork()).pixels.astype(float) - small
    laid = dream_picture(large, SETTINGS, TinyNetwork(), seen=small).pixels.astype(float) - large
    blocks = laid.reshape(20, 2, 30, 2, 3).mean((1, 3))
    inside = (alone + small > 4) & (alone + small < 251)
    assert np.corrcoef(blocks[inside], alone[inside])[0, 1] > 0.9
    assert np.abs(laid).mean() > 2


def test_what_is_seen_is_checked_as_the_picture_is() -> None:
    seen = np.full((4, 4, 3), np.nan, np.float32)
    with pytest.raises(PictureError, match="not numbers"):
        dream_picture(picture(1), SETTINGS, TinyNetwork(), seen=seen)


@pytest.mark.parametrize(
    "changed", [{}, {"strength": 0.5}, {"colours": "keep"}, {"working_size": 0}]
)
def test_the_same_dream_is_not_dreamed_twice(changed: dict[str, Any]) -> None:
    network, last = TinyNetwork(), LastDream()
    settings = replace(SETTINGS, **changed)
    dream_picture(picture(1), SETTINGS, network, last=last)
    before = list(network.asked)
    again = dream_picture(picture(1), settings, network, last=last).pixels
    assert network.asked == before
    anew = dream_picture(picture(1), settings, TinyNetwork()).pixels
    assert np.array_equal(again, anew)
    # What became a picture has not become another canvas.
    assert np.array_equal(dream_picture(picture(1), settings, network, last=last).pixels, anew)


@pytest.mark.parametrize("what", ["picture", "seed", "layer", "network"])
def test_another_dream_is_dreamed(what: str) -> None:
    network, last = TinyNetwork(), LastDream()
    dream_picture(picture(1), SETTINGS, network, last=last)
    before = list(network.asked)
    other = TinyNetwork() if what == "network" else network
    settings = {"seed": replace(SETTINGS, seed=1), "layer": replace(SETTINGS, layers="high")}
    pixels = picture(2 if what == "picture" else 1)
    dream_picture(pixels, settings.get(what, SETTINGS), other, last=last)
    assert len(other.asked) > (0 if what == "network" else len(before))


def test_a_dream_that_was_ended_is_not_taken_for_the_whole() -> None:
    network, last = TinyNetwork(), LastDream()
    dream_picture(picture(1), SETTINGS, network, lambda _: False, last=last)
    before = list(network.asked)
    assert not dream_picture(picture(1), SETTINGS, network, last=last).partial
    assert len(network.asked) > len(before)


def test_large_canvases_are_forgotten() -> None:
    last, canvas = LastDream(), torch.zeros(1, 3, 1500, 1500)
    network, dreamed = TinyNetwork(), DreamedCanvas(canvas, False, 1, 0)
    last.keep(canvas, SETTINGS, network, None, dreamed)
    assert last.recall(canvas, SETTINGS, network, None) is None
