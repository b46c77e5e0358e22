"""8-bit arithmetic, and the words and margins that plug-ins share."""

from __future__ import annotations

import numpy as np
import pytest

from gimp_plugin.common import planes
from gimp_plugin.common.context import widened
from gimp_plugin.common.wording import progress_text

RANDOM = np.random.default_rng(5)


def plane(*rows: object) -> bytes:
    return np.array(rows, np.uint8).tobytes()


def test_a_product_is_rounded_to_the_nearest_level() -> None:
    noise, other = RANDOM.integers(0, 256, (2, 6, 256))
    # Rows of one value are multiplied in another way.
    other[1], other[2], noise[3] = 255, 0, 77
    expected = np.floor(noise * other / 255 + 0.5).astype(np.uint8).tobytes()
    one, two = noise.astype(np.uint8).tobytes(), other.astype(np.uint8).tobytes()
    assert planes.product(one, two, 256) == expected
    assert planes.product(two, one, 256) == expected


def test_masks_are_decoded_as_gimp_encodes_them() -> None:
    # Kept -> shown, as a GIMP 2.10.22 did it.
    seen = {0: 0, 20: 79, 61: 134, 111: 176, 162: 209, 210: 234, 252: 254}
    assert planes.encoded(bytes(seen)) == bytes(seen.values())
    assert (
        max(abs(a - b) for a, b in zip(planes.linear(bytes(seen.values())), seen, strict=True)) <= 1
    )


def test_what_is_decoded_comes_back_as_it_was_shown_and_kept() -> None:
    levels = planes.linear(bytes(range(256)))
    assert planes.linear(planes.encoded(levels)) == levels


@pytest.mark.parametrize(
    ("data", "has_alpha", "is_rgb", "palette", "expected"),
    [
        ([1, 2, 3, 4, 5, 6], False, True, b"", [1, 2, 3, 255, 4, 5, 6, 255]),
        ([1, 2, 3, 4], True, True, b"", [1, 2, 3, 4]),
        ([7, 9], False, False, b"", [7, 7, 7, 255, 9, 9, 9, 255]),
        ([7, 9], True, False, b"", [7, 7, 7, 9]),
        ([1, 0], False, False, b"abcdef", [*b"def", 255, *b"abc", 255]),
    ],
)
def test_every_kind_of_layer_as_rgba(
    data: list[int], has_alpha: bool, is_rgb: bool, palette: bytes, expected: list[int]
) -> None:
    assert planes.rgba(bytes(data), has_alpha, is_rgb, palette) == bytes(expected)


def test_alpha_alone_is_multiplied() -> None:
    assert planes.with_alpha_times(plane(9, 9, 9, 200, 8, 8, 8, 100), b"\x80\xff", 2) == plane(
        9, 9, 9, 100, 8, 8, 8, 100
    )


@pytest.mark.parametrize(
    ("start", "length", "limit", "expected"),
    [(0, 10, 50, (0, 50)), (100, 40, 1000, (36, 168)), (1000, 800, 4000, (800, 1200))],
)
def test_surroundings(start: int, length: int, limit: int, expected: tuple[int, int]) -> None:
    assert widened(start, length, limit) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-1, ""), (0.6, ", 1 second left"), (89, ", 89 seconds left"), (100, ", 2 minutes left")],
)
def test_how_long_it_will_take(seconds: float, expected: str) -> None:
    assert progress_text("Octave 2 of 4", seconds) == "Dreaming: Octave 2 of 4" + expected
