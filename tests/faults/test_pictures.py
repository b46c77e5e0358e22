"""Pictures at the edge of what one can be: they dream, or it is said why not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gimp_plugin.common.errors import WorkerError
from tests.faults.studio import Studio

_LARGEST = np.finfo(np.float32).max


def noisy(height: int, width: int, channels: int = 3) -> NDArray[np.float32]:
    return np.random.default_rng(1).random((height, width, channels), np.float32)


def with_alpha(alpha: float) -> NDArray[np.float32]:
    picture = noisy(24, 33, 4)
    picture[..., 3] = alpha
    return picture


PICTURES = {
    "1x1": noisy(1, 1),
    "1x1, grey": noisy(1, 1, 1),
    "1x2": noisy(2, 1),
    "1x30000": noisy(30000, 1),
    "30000x1": noisy(1, 30000),
    "all transparent": with_alpha(0.0),
    "almost transparent": with_alpha(1e-40),
    "alpha below 0": with_alpha(-3.0),
    "alpha beyond all": with_alpha(float(_LARGEST)),
    "HDR": noisy(24, 33) * 60_000,
    "HDR, below 0": noisy(24, 33) * -60_000,
    "beyond all": np.full((24, 33, 3), _LARGEST, np.float32),
    "too small for floats": np.full((24, 33, 3), 1e-44, np.float32),
}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("tileable", [False, True], ids=["", "tileable"])
def test_it_dreams(studio: Studio, name: str, tileable: bool) -> None:
    picture = PICTURES[name]
    height, width, channels = picture.shape
    if tileable:
        # It takes long as it is, and wraps around in the same way when it is shorter.
        picture, height, width = picture[:3000, :3000], min(3000, height), min(3000, width)
    settings = {"working-size": 0, "octaves": 2, "iterations": 1, "tileable": tileable}
    settings |= {"precision": "float32"}
    request = studio.client.dream(width, height, channels, settings, picture.tobytes())
    dreamed = np.frombuffer(studio.client.wait(request).payload, "<f4").reshape(picture.shape)
    assert np.isfinite(dreamed).all()
    if channels == 4:
        assert (dreamed[..., 3] == picture[..., 3]).all()
    if name != "beyond all":
        # There a change is smaller than what a float can tell.
        assert (dreamed != picture).any()


@pytest.mark.parametrize("sample", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", ["pixels", "alpha", "mask", "guide"])
def test_no_number_at_all(studio: Studio, sample: float, where: str) -> None:
    planes = {"pixels": noisy(24, 33, 4), "mask": noisy(24, 33, 1), "guide": noisy(8, 8)}
    if where == "alpha":
        planes["pixels"][..., 3] = sample
    else:
        planes[where][:] = sample
    request = studio.client.dream(
        *(33, 24, 4, {"objective": "guide", "octaves": 1, "precision": "float32"}),
        planes["pixels"].tobytes(),
        planes["mask"].tobytes(),
        guide=(8, 8, 3, planes["guide"].tobytes()),
    )
    with pytest.raises(WorkerError) as caught:
        studio.client.wait(request)
    assert caught.value.code == "bad-picture"
