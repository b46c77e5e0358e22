"""Each prior's setting reaches the dream, and does there what it says."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from core.canvas import dream_picture
from core.dream import dream
from core.priors.gaussian import blur
from core.progress import Progress
from core.settings import Settings, parse
from tests.core.tiny_network import TinyNetwork


def source() -> Tensor:
    return torch.rand(1, 3, 48, 40, generator=torch.Generator().manual_seed(2)) * 0.6 + 0.2


def settings(**changes: object) -> Settings:
    values = {"octaves": 2, "iterations": 3, "jitter": 4, **changes}
    return parse({name.replace("_", "-"): value for name, value in values.items()})


def roughness(canvas: Tensor) -> float:
    return float((canvas[..., 1:] - canvas[..., :-1]).abs().mean())


@pytest.mark.parametrize(
    "changes",
    [
        {"random_scale": 0.1},
        {"random_rotation": 10.0},
        {"smoothing": 0.5},
        {"laplacian_levels": 2},
        {"total_variation": 0.5},
        {"optimiser": "adam"},
        {"parameterisation": "fourier"},
        {"decorrelate": True},
        {"optimiser": "adam", "parameterisation": "fourier", "decorrelate": True},
        {"gradient_normalisation": "zero-mean"},
        {"antialias": False, "alignment": "centres"},
        {"antialias": False, "alignment": "origin"},
    ],
)
def test_it_makes_another_dream_and_the_same_one_again(changes: dict[str, object]) -> None:
    network = TinyNetwork()
    plain = dream(source(), settings(), network).canvas
    first, again = (dream(source(), settings(**changes), network).canvas for _ in range(2))
    assert torch.equal(first, again)
    assert float((first - plain).abs().mean()) > 1e-4
    assert 0 <= float(first.min()) <= float(first.max()) <= 1
    before = network.features(source(), ["high"])["high"].square().sum()
    assert float(network.features(first, ["high"])["high"].square().sum()) > float(before)


def test_smoothing_total_variation_and_blur_make_dreams_smoother() -> None:
    plain = roughness(dream(source(), settings(), TinyNetwork()).canvas)
    for changes in ({"smoothing": 0.5}, {"total_variation": 1.0}, {"blur_every": 1}):
        assert roughness(dream(source(), settings(**changes), TinyNetwork()).canvas) < plain


def test_smoothing_widens_over_an_octave() -> None:
    """Coarser in the last step than in the first: the published schedule, not one width."""
    changes = {"octaves": 1, "pull": 0, "jitter": 0, "smoothing": 0.5, "step_size": 0.5}
    canvases = [source()]

    def look(progress: Progress) -> bool:
        # Within a long step, nothing has changed yet.
        if progress.within == 0:
            canvases.append(torch.from_numpy(progress.picture()).permute(2, 0, 1)[None])
        return True

    dream(source(), settings(iterations=10, **changes), TinyNetwork(), look)
    first, last = canvases[2] - canvases[1], canvases[-1] - canvases[-2]
    assert roughness(last) < 0.6 * roughness(first)


def test_blurs_are_counted_through_all_octaves() -> None:
    """Two octaves of three steps, a blur after the fourth alone, which is in the second."""
    changes = {"step_size": 0, "pull": 0, "blur_every": 4, "blur_sigma": 1.5}
    dreamed = dream(source(), settings(**changes), TinyNetwork()).canvas
    torch.testing.assert_close(dreamed, blur(source(), 1.5))


def test_decay_fades_what_nothing_holds() -> None:
    changes = {"step_size": 0, "pull": 0, "decay": 0.1, "octaves": 1}
    dreamed = dream(source(), settings(**changes), TinyNetwork()).canvas
    torch.testing.assert_close(dreamed, 0.5 + 0.9**3 * (source() - 0.5))


@pytest.mark.parametrize("rule", ["source", "high-band", "none"])
def test_without_clipping_a_dream_leaves_the_range_and_its_picture_does_not(rule: str) -> None:
    network, strong = TinyNetwork(), {"step_size": 50.0, "details": rule, "pull": 0}
    clipped = dream(source(), settings(**strong), network).canvas
    assert (float(clipped.min()), float(clipped.max())) == (0, 1)
    free = dream(source(), settings(**strong, clip=False), network).canvas
    assert float(free.min()) < -0.1
    assert float(free.max()) > 1.1
    pixels = source()[0].permute(1, 2, 0).contiguous().numpy()
    shown = dream_picture(pixels, settings(**strong, clip=False), network).pixels
    assert (shown.min(), shown.max()) == (0, 1)


def test_octaves_end_above_the_loss_limit() -> None:
    network = TinyNetwork()
    at_once = dream(source(), settings(loss_limit=1e-9), network)
    torch.testing.assert_close(at_once.canvas, source())
    assert (at_once.steps, at_once.still, at_once.partial) == (2, 0, False)
    never = dream(source(), settings(loss_limit=1e9), network)
    assert torch.equal(never.canvas, dream(source(), settings(), network).canvas)
    some = dream(source(), settings(loss_limit=0.02, iterations=40, jitter=0), network)
    assert 2 < some.steps < 80


def test_adam_begins_anew_with_every_octave() -> None:
    """Octaves differ in size, and so do their moments."""
    dreamed = dream(source(), settings(optimiser="adam", octaves=4), TinyNetwork())
    assert dreamed.still == 0
    assert dreamed.steps == 12
