"""OKLab itself, and what the settings of colour do to a dream."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.canvas import dream_picture
from core.colour import recolour, to_oklab, to_srgb
from core.progress import Progress
from core.settings import Settings, parse
from tests.core.tiny_network import TinyNetwork


def settings(**changes: object) -> Settings:
    values = {"octaves": 2, "iterations": 3, "jitter": 4, "step_size": 8.0, **changes}
    return parse({name.replace("_", "-"): value for name, value in values.items()})


def picture(channels: int = 3, height: int = 40, width: int = 32) -> NDArray[np.float32]:
    return np.random.default_rng(5).random((height, width, channels), dtype=np.float32)


def as_u8(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(pixels * 255).astype(np.uint8)


def dreamed(pixels: NDArray[Any], mask: NDArray[Any] | None = None, **changes: Any) -> Any:
    return dream_picture(pixels, settings(**changes), TinyNetwork(), mask=mask).pixels


def lab(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(3, H, W): lightness, a, b."""
    return to_oklab(torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None])[0].numpy()


def hue_shift(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far apart two colours' hues are, as a distance at the smaller of their chromas."""
    angle = np.arctan2(one[2], one[1]) - np.arctan2(other[2], other[1])
    chroma = np.minimum(np.hypot(*one[1:]), np.hypot(*other[1:]))
    return np.abs(2 * np.sin(angle / 2)) * chroma


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [
        ((1, 1, 1), (1, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((1, 0, 0), (0.627955, 0.224863, 0.125846)),
        ((0, 1, 0), (0.866440, -0.233888, 0.179498)),
        ((0, 0, 1), (0.452014, -0.032457, -0.311528)),
    ],
)
def test_oklab_of_the_primaries(
    rgb: tuple[float, ...], expected: tuple[float, float, float]
) -> None:
    """The values that CSS Color 4 and others publish for sRGB's primaries."""
    found = to_oklab(torch.tensor(rgb, dtype=torch.float32).view(1, 3, 1, 1)).flatten()
    torch.testing.assert_close(found, torch.tensor(expected).float(), atol=2e-5, rtol=0)


def test_there_and_back() -> None:
    samples = torch.linspace(0, 1, 12)
    cube = torch.cartesian_prod(samples, samples, samples).T[None, :, :, None]
    torch.testing.assert_close(to_srgb(to_oklab(cube)), cube, atol=5e-5, rtol=0)


def test_a_grey_picture_has_its_greys_lightness_and_no_colour() -> None:
    grey = torch.linspace(0, 1, 9).view(1, 1, 1, 9)
    found = to_oklab(grey)
    torch.testing.assert_close(found, to_oklab(grey.expand(-1, 3, -1, -1)))
    assert float(found[:, 1:].abs().max()) < 1e-6


def test_colours_that_srgb_lacks_keep_lightness_and_hue_and_lose_chroma() -> None:
    wanted = torch.stack([torch.linspace(0.05, 0.98, 60), torch.full((60,), 0.3 * math.cos(2.0))])
    wanted = torch.cat([wanted, torch.full((1, 60), 0.3 * math.sin(2.0))])[None, :, :, None]
    shown = to_srgb(wanted)
    assert float(shown.min()) >= 0
    assert float(shown.max()) <= 1
    found = to_oklab(shown)[0, :, :, 0].numpy()
    target = wanted[0, :, :, 0].numpy()
    np.testing.assert_allclose(found[0], target[0], atol=1e-3)
    assert hue_shift(found, target).max() < 1e-3
    at_the_border = (shown < 0.03) | (shown > 0.99)
    assert bool(at_the_border.any(1).all()), "no more than they must"


def test_large_pictures_in_strips_are_as_small_ones() -> None:
    generator = torch.Generator().manual_seed(3)
    dream, base = (torch.rand(1, 3, 1300, 500, generator=generator) for _ in range(2))
    whole = dream.clone()
    recolour(whole, base, settings(colours="keep"), None)
    for rows in (slice(0, 40), slice(1030, 1070), slice(1260, 1300)):
        part = dream[..., rows, :].clone()
        recolour(part, base[..., rows, :], settings(colours="keep"), None)
        torch.testing.assert_close(whole[..., rows, :], part, atol=1e-5, rtol=0)


@pytest.mark.parametrize("working_size", [0, 16])
def test_kept_colours_are_the_pictures_and_lightness_is_the_dreams(working_size: int) -> None:
    pixels = picture() * 0.5 + 0.25
    free = lab(dreamed(pixels, working_size=working_size))
    kept = lab(dreamed(pixels, working_size=working_size, colours="keep"))
    source = lab(pixels)
    np.testing.assert_allclose(kept[0], free[0], atol=1e-3)
    assert hue_shift(kept, source).max() < 1e-3
    fewer = np.hypot(*source[1:]) - np.hypot(*kept[1:])
    assert fewer.min() > -1e-3, "no colour is stronger than the picture's"
    assert np.median(fewer) < 1e-3, "and most are as strong"
    assert np.abs(free[1:] - source[1:]).max() > 0.05


def test_saturation_scales_the_chroma_of_the_dream() -> None:
    pixels = picture() * 0.4 + 0.3
    free = lab(dreamed(pixels))
    grey = dreamed(pixels, saturation=0.0)
    assert np.abs(grey - grey.mean(-1, keepdims=True)).max() < 1e-3
    np.testing.assert_allclose(lab(grey)[0], free[0], atol=1e-3)
    half = lab(dreamed(pixels, saturation=0.5))
    np.testing.assert_allclose(half[1:], free[1:] * 0.5, atol=1e-3)


class Brightening(TinyNetwork):
    """A network whose every layer is the canvas's own brightness."""

    def features(self, canvas: torch.Tensor, layers: Any) -> dict[str, torch.Tensor]:
        return {name: canvas * torch.tensor([1.0, 0.8, 1.2]).view(1, 3, 1, 1) for name in layers}


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_held_brightness_is_the_pictures_patch_by_patch(channels: int) -> None:
    pixels = picture(channels) * 0.3 + 0.3
    pixels[:20] += 0.2
    changes = {"gradient_normalisation": "mean-abs", "pull": 0.0}
    colours = slice(0, 1 if channels == 1 else 3)

    def patches(**more: object) -> NDArray[np.float32]:
        made = dream_picture(pixels, settings(**changes, **more), Brightening()).pixels
        shown = np.repeat(made[..., colours], 4 - channels if channels == 1 else 1, axis=-1)
        lost = (
            lab(np.ascontiguousarray(shown))[0]
            - lab(np.repeat(pixels[..., colours], 3 if channels == 1 else 1, axis=-1))[0]
        )
        return lost.reshape(5, 8, 4, 8).mean((1, 3))

    assert np.abs(patches()).min() > 0.05, "this network makes pictures brighter"
    assert np.abs(patches(hold_brightness=True)).max() < 0.01


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("kind", ["u8", "float"])
@pytest.mark.parametrize("tileable", [True, False])
def test_at_strength_0_it_is_the_source_to_the_byte(
    channels: int, kind: str, tileable: bool
) -> None:
    pixels = as_u8(picture(channels)) if kind == "u8" else picture(channels) * 7 - 2
    changes = {"colours": "keep", "saturation": 2.0, "hold_brightness": True, "tileable": tileable}
    assert np.array_equal(dreamed(pixels, strength=0.0, **changes), pixels)


def test_strength_blends_and_multiplies_the_mask() -> None:
    pixels = picture() * 3 - 1
    mask = np.random.default_rng(1).random((40, 32), dtype=np.float32)
    full = dreamed(pixels)
    half = dreamed(pixels, strength=0.5)
    np.testing.assert_allclose(half, (pixels + full) / 2, atol=1e-5)
    both = dreamed(pixels, mask, strength=0.5)
    np.testing.assert_allclose(both, pixels + (full - pixels) * mask[..., None] / 2, atol=1e-5)


@pytest.mark.parametrize("changes", [{"colours": "keep"}, {"saturation": 0.2}])
def test_a_grey_picture_has_no_colours_to_change(changes: dict[str, Any]) -> None:
    assert np.array_equal(dreamed(picture(1), **changes), dreamed(picture(1)))


def test_light_beyond_white_stays_with_kept_colours() -> None:
    pixels = picture()
    pixels[3:9, 4:12] = (5.0, 3.0, 2.0)
    pixels[20:22] -= 1.5
    clipped = pixels.clip(0, 1)
    expected = dreamed(clipped, colours="keep") + (pixels - clipped)
    np.testing.assert_allclose(dreamed(pixels, colours="keep"), expected, atol=1e-5)


@pytest.mark.parametrize("channels", [3, 4])
def test_without_a_change_colours_are_kept_to_the_byte(channels: int) -> None:
    pixels = as_u8(picture(channels))
    changes: dict[str, Any] = {
        "step_size": 0.0,
        "pull": 0.0,
        "hold_brightness": True,
        "colours": "keep",
    }
    assert np.array_equal(dreamed(pixels, **changes), pixels)


def test_a_dream_from_noise_can_have_the_pictures_colours() -> None:
    pixels = picture() * 0.5 + 0.25
    kept = lab(dreamed(pixels, start="noise", colours="keep", hold_brightness=True))
    assert hue_shift(kept, lab(pixels)).max() < 1e-3
    assert abs(kept[0].mean() - lab(pixels)[0].mean()) < 0.01


@pytest.mark.parametrize(
    "changes",
    [
        {"colours": "keep", "strength": 0.6},
        {"saturation": 1.7, "hold_brightness": True},
        {"tileable": True, "colours": "keep", "strength": 0.8},
        {"start": "blurred", "start_blur": 3.0, "hold_brightness": True},
    ],
)
def test_the_last_preview_has_the_results_colours(changes: dict[str, Any]) -> None:
    seen: list[NDArray[np.float32]] = []

    def look(progress: Progress) -> bool:
        seen.append(progress.picture())
        return True

    pixels = picture()
    result = dream_picture(pixels, settings(**changes), TinyNetwork(), look).pixels
    np.testing.assert_allclose(seen[-1], result, atol=1e-6)
