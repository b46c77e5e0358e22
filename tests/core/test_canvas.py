"""Pictures as artists have them: depth, alpha, grey, masks, working size, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.canvas import dream_picture, working_size
from core.errors import GradientError, OutOfMemory, PictureError
from core.progress import Progress
from core.settings import Settings, parse
from tests.core.tiny_network import TinyNetwork


def settings(**changes: object) -> Settings:
    values = {"octaves": 2, "iterations": 2, "jitter": 4, **changes}
    return parse({name.replace("_", "-"): value for name, value in values.items()})


def picture(channels: int = 3, height: int = 40, width: int = 32) -> NDArray[np.float32]:
    return np.random.default_rng(4).random((height, width, channels), dtype=np.float32)


def as_u8(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(pixels * 255).astype(np.uint8)


def dreamed(pixels: NDArray[Any], changes: Settings | None = None, **more: Any) -> NDArray[Any]:
    return dream_picture(pixels, changes or settings(), TinyNetwork(), **more).pixels


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("depth", ["u8", "float"])
def test_every_kind_comes_back_as_it_was_but_dreamed(channels: int, depth: str) -> None:
    pixels = as_u8(picture(channels)) if depth == "u8" else picture(channels)
    copy = pixels.copy()
    result = dreamed(pixels)
    assert result.shape == pixels.shape
    assert result.dtype == pixels.dtype
    assert np.array_equal(pixels, copy), "the source stays as it was"
    colours = slice(0, 3 if channels > 2 else 1)
    assert np.mean(result[..., colours] != pixels[..., colours]) > 0.9
    if channels in (2, 4):
        assert np.array_equal(result[..., -1], pixels[..., -1])


def test_8_bit_and_float_dream_the_same() -> None:
    pixels = as_u8(picture())
    as_float = dreamed((pixels / np.float32(255)).astype(np.float32))
    assert np.abs(dreamed(pixels) / 255.0 - as_float).max() <= 0.5 / 255 + 1e-6


def test_grey_is_the_luma_of_its_colour_dream() -> None:
    grey = picture(1)
    colour = dreamed(np.repeat(grey, 3, axis=2))
    luma = (colour - grey) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    inside = (colour > 0).all(-1) & (colour < 1).all(-1)
    np.testing.assert_allclose((dreamed(grey) - grey)[..., 0][inside], luma[inside], atol=2e-5)


def test_mask_weighs_the_change_and_spares_the_rest_bit_for_bit() -> None:
    pixels = as_u8(picture(4))
    mask = np.zeros((40, 32), np.uint8)
    mask[5:20, 3:30] = 255
    mask[20:30] = 128
    result, full = dreamed(pixels, mask=mask), dreamed(pixels)
    assert np.array_equal(result[mask == 0], pixels[mask == 0])
    assert np.array_equal(result[mask == 255], full[mask == 255])
    half = pixels[mask == 128] + (full[mask == 128].astype(float) - pixels[mask == 128]) * 128 / 255
    assert np.abs(result[mask == 128] - half).max() <= 1.01


def test_a_mask_of_floats_that_is_brighter_than_white_is_white() -> None:
    pixels = picture()
    glaring, white = (np.full((40, 32), strength, np.float32) for strength in (1.5, 1.0))
    assert np.array_equal(dreamed(pixels, mask=glaring), dreamed(pixels, mask=white))


def test_working_size_adds_the_change_and_keeps_the_sharpness() -> None:
    """One-pixel stripes cannot survive a working size of a quarter; in the result they do."""
    pixels = np.full((128, 96, 3), 0.4, np.float32)
    pixels[::2] = 0.6
    result = dreamed(pixels, settings(working_size=32, step_size=8.0))
    stripes = result[::2] - result[1::2]
    assert abs(float(np.median(stripes)) - 0.2) < 0.02
    assert float(np.abs(result - pixels).mean()) > 0.005


def test_working_sizes() -> None:
    assert working_size((768, 1024), 0) == (768, 1024)
    assert working_size((768, 1024), 1024) == (768, 1024)
    assert working_size((3000, 4000), 1024) == (768, 1024)
    assert working_size((1, 30000), 1024) == (1, 1024)


def test_high_dynamic_range_keeps_its_excess() -> None:
    pixels = picture()
    pixels[3:9, 4:12] = 5.0
    pixels[20:22] = -0.5
    result = dreamed(pixels)
    clipped = dreamed(pixels.clip(0, 1))
    np.testing.assert_allclose(result, clipped + (pixels - pixels.clip(0, 1)), atol=1e-6)


def test_what_hides_under_transparency_does_not_steer_the_dream() -> None:
    pixels = picture(4)
    pixels[..., 3] = 1
    pixels[10:30, 8:20, 3] = 0
    other = pixels.copy()
    other[10:30, 8:20, :3] = 0
    changes = [dreamed(p) for p in (pixels, other)]
    seen = pixels[..., 3] == 1
    assert np.array_equal(changes[0][seen], changes[1][seen])


def test_all_transparent_dreams() -> None:
    pixels = picture(4)
    pixels[..., 3] = 0
    assert dreamed(pixels).shape == pixels.shape


def test_who_keeps_a_dream_without_a_step_is_told() -> None:
    pixels = picture()
    ended = dream_picture(pixels, settings(), TinyNetwork(), lambda _: False)
    assert ended.partial
    assert np.array_equal(ended.pixels, pixels)
    assert "before its first step" in " ".join(ended.notes)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_the_last_preview_is_the_result(channels: int) -> None:
    """At full working size the last preview is the picture that is delivered, mask and grey too."""
    seen: list[NDArray[np.float32]] = []
    pixels = picture(channels)
    pixels[..., -1] = 1 if channels == 4 else pixels[..., -1]
    mask = np.full((40, 32), 0.5, np.float32)

    def look(progress: Progress) -> bool:
        seen.append(progress.picture())
        return True

    result = dreamed(pixels, mask=mask, on_progress=look)
    assert all(shown.shape[2] == 3 for shown in seen)
    np.testing.assert_allclose(seen[-1], np.broadcast_to(result[..., :3], (40, 32, 3)), atol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_pixels_that_are_no_numbers_are_refused(bad: float) -> None:
    pixels = picture()
    pixels[7, 8, 1] = bad
    with pytest.raises(PictureError, match="not numbers"):
        dreamed(pixels)
    with pytest.raises(PictureError, match="not numbers"):
        dreamed(picture(), mask=pixels[..., 1])


@pytest.mark.parametrize(
    ("pixels", "mask"),
    [
        (np.zeros((4, 4), np.float32), None),
        (np.zeros((4, 4, 5), np.float32), None),
        (np.zeros((0, 4, 3), np.float32), None),
        (np.zeros((4, 4, 3), np.float64), None),
        (np.zeros((4, 4, 3), np.float32), np.zeros((4, 5), np.float32)),
        (np.zeros((4, 4, 3), np.float32), np.zeros((4, 4), np.uint8)),
    ],
)
def test_what_is_no_picture_is_refused(
    pixels: NDArray[Any], mask: NDArray[np.float32] | None
) -> None:
    with pytest.raises(PictureError):
        dreamed(pixels, mask=mask)


def test_a_dream_that_never_moves_is_an_error_not_a_copy() -> None:
    network = TinyNetwork()
    network._high.zero_()
    with pytest.raises(GradientError, match="nothing in this picture"):
        dream_picture(picture(), settings(), network)


def test_running_out_of_memory_is_its_own_error() -> None:
    """The real message of PyTorch's allocator, provoked by a feature map beyond any machine."""

    class Huge(TinyNetwork):
        def features(self, canvas: Any, layers: Any) -> Any:
            return {"high": canvas.new_empty(1 << 52)}

    with pytest.raises(OutOfMemory):
        dream_picture(picture(), settings(), Huge())
