"""How a zoom moves, and that it keeps the first frame's lightness and colours."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.canvas import as_seen, dream_picture
from core.settings import Settings, parse
from core.zoom import Look, Motion, first_frame, look_of, moved, next_frame, with_look
from tests.core.tiny_network import TinyNetwork

CHOSEN = {"octaves": 1, "iterations": 2, "jitter": 4, "step-size": 12.0}
SETTINGS = parse(CHOSEN)


def dot(x: float, y: float, height: int = 41, width: int = 61) -> torch.Tensor:
    """A soft white dot on black, (1, 1, height, width), at (x, y) from the middle."""
    across = torch.arange(width) - (width - 1) / 2 - x
    down = torch.arange(height)[:, None] - (height - 1) / 2 - y
    return torch.exp(-(across**2 + down**2) / 8)[None, None]


def place(picture: torch.Tensor) -> tuple[float, float]:
    """The light's centre, (x, y) from the middle."""
    plane = picture[0, 0] / picture.sum()
    height, width = plane.shape
    across = (plane.sum(0) * (torch.arange(width) - (width - 1) / 2)).sum()
    down = (plane.sum(1) * (torch.arange(height) - (height - 1) / 2)).sum()
    return float(across), float(down)


def photograph(channels: int = 3, height: int = 48, width: int = 64) -> NDArray[np.float32]:
    """Soft shapes in other colours from place to place, (height, width, channels) in [0, 1]."""
    generator = torch.Generator().manual_seed(4)
    coarse = torch.rand(1, channels, 6, 8, generator=generator)
    fine = torch.nn.functional.interpolate(coarse, (height, width), mode="bilinear")
    return fine[0].permute(1, 2, 0).contiguous().numpy()


@pytest.mark.parametrize(
    ("motion", "expected"),
    [
        (Motion(1.5), (15.0, -4.5)),
        (Motion(0.8), (8.0, -2.4)),
        (Motion(1.0, 90), (3.0, 10.0)),
        (Motion(1.0, 0, (2.0, 0.5)), (12.0, -2.5)),
        (Motion(1.2, 90, (-3.0, 1.0)), (0.6, 13.0)),
    ],
)
def test_what_is_right_and_above_goes_where_the_motion_says(
    motion: Motion, expected: tuple[float, float]
) -> None:
    assert place(moved(dot(10, -3), motion, False)) == pytest.approx(expected, abs=0.02)


def test_no_motion_changes_nothing() -> None:
    picture = torch.rand(1, 3, 9, 12)
    still = moved(picture, Motion(1.0), False)
    torch.testing.assert_close(still, picture, atol=1e-5, rtol=0)


def test_what_comes_in_from_beyond_an_edge_is_its_mirror() -> None:
    picture = torch.rand(1, 3, 9, 12)
    shifted = moved(picture, Motion(1.0, 0, (3.0, 0.0)), False)
    torch.testing.assert_close(shifted[..., :3], picture[..., :3].flip(-1), atol=1e-5, rtol=0)


def test_a_tileable_picture_comes_in_again_at_the_other_edge() -> None:
    picture = torch.rand(1, 3, 9, 12)
    shifted = moved(picture, Motion(1.0, 0, (-3.0, 2.0)), True)
    torch.testing.assert_close(shifted, picture.roll((2, -3), (-2, -1)), atol=1e-5, rtol=0)
    turned = moved(torch.ones(1, 3, 9, 12), Motion(0.7, 30, (5.0, 0.0)), True)
    torch.testing.assert_close(turned, torch.ones(1, 3, 9, 12), atol=1e-5, rtol=0)


def test_a_look_is_given_and_nothing_else_changes() -> None:
    picture = torch.from_numpy(photograph()).permute(2, 0, 1)[None] * 0.3 + 0.3
    has = look_of(pixels_of(picture))
    wanted = Look(has.mean + torch.tensor([0.03, -0.01, 0.02]).view(1, 3, 1, 1), has.deviation)
    changed = with_look(picture, wanted)
    assert (changed != picture).float().mean() > 0.9
    now = look_of(pixels_of(changed))
    for expected, seen in zip(wanted, now, strict=True):
        torch.testing.assert_close(seen, expected, atol=2e-4, rtol=0)
    torch.testing.assert_close(with_look(changed, has), picture, atol=2e-4, rtol=0)


def test_a_flat_picture_and_a_grey_one_have_looks_too() -> None:
    flat = torch.full((1, 3, 8, 8), 0.4)
    torch.testing.assert_close(with_look(flat, look_of(pixels_of(flat))), flat, atol=1e-4, rtol=0)
    grey = torch.rand(1, 1, 8, 8)
    same = with_look(grey, look_of(pixels_of(grey)))
    assert same.shape == grey.shape
    torch.testing.assert_close(same, grey, atol=1e-4, rtol=0)


def pixels_of(picture: torch.Tensor) -> NDArray[np.float32]:
    return picture[0].permute(1, 2, 0).contiguous().numpy()


def zoomed(count: int, settings: Settings, motion: Motion) -> list[NDArray[np.float32]]:
    """`count` frames of a zoom into the photograph."""
    network = TinyNetwork()
    frames = [first_frame(photograph(), settings, network).pixels]
    look = look_of(frames[0])
    for number in range(2, count + 1):
        frames.append(next_frame(number, frames[-1], look, motion, settings, network).pixels)
    return frames


def test_the_first_frame_is_the_dream_of_the_picture_at_the_working_size() -> None:
    alpha = np.ones((48, 64, 1), np.float32)
    alpha[:20] = 0
    pixels = np.concatenate([photograph(), alpha], 2)
    settings = parse({"octaves": 1, "iterations": 2, "working-size": 32})
    frame = first_frame(pixels, settings, TinyNetwork()).pixels
    assert frame.shape == (24, 32, 3)
    opaque = dream_picture(as_seen(pixels, 32), settings, TinyNetwork()).pixels
    np.testing.assert_array_equal(frame, opaque)


def test_each_frame_is_dreamed_on_the_last_one_moved() -> None:
    motion = Motion(1.1, 5, (1.0, 0.0))
    first, second = zoomed(2, SETTINGS, motion)
    base = pixels_of(moved(torch.from_numpy(first).permute(2, 0, 1)[None], motion, False))
    dreamed = dream_picture(base, parse({**CHOSEN, "seed": 1}), TinyNetwork()).pixels
    planes = torch.from_numpy(dreamed).permute(2, 0, 1)[None]
    np.testing.assert_array_equal(second, pixels_of(with_look(planes, look_of(first))))
    assert np.abs(second - base).mean() > 0.005


def test_frames_after_the_first_dream_on_what_they_show_whatever_the_start() -> None:
    noise = parse({**CHOSEN, "start": "noise"})
    first, second = zoomed(2, noise, Motion(1.0))
    assert np.abs(second - first).mean() < 0.1
    assert np.abs(first - photograph()).mean() > 0.1


def drift(frames: list[NDArray[np.float32]]) -> float:
    """How far the mean lightness or colour of any frame is from that of the first, in OKLab."""
    first = look_of(frames[0]).mean
    return max(float((look_of(frame).mean - first).abs().max()) for frame in frames)


def test_frames_neither_darken_nor_drift_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    motion = Motion(1.05, 1, (0.5, 0.0))
    kept = zoomed(12, SETTINGS, motion)
    monkeypatch.setattr("core.zoom.with_look", lambda picture, look: picture)
    left_alone = zoomed(12, SETTINGS, motion)
    assert drift(kept) < 0.01
    assert drift(left_alone) > 3 * drift(kept)
