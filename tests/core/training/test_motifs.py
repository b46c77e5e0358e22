"""Every motif draws something finite, in range, visible and never twice alike."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from core.training.motifs import CONCEPTS, MOTIFS, Motif
from core.training.motifs.drawing import SIDE, Layers, Pen, pose, smooth

EXAMPLES = 6


@pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.name)
def test_motif_draws_finite_visible_varied_sprites(motif: Motif) -> None:
    rng = np.random.default_rng(3)
    sprites = [motif.draw(rng) for _ in range(EXAMPLES)]
    for sprite in sprites:
        assert sprite.rgb.shape == (SIDE, SIDE, 3)
        assert sprite.alpha.shape == (SIDE, SIDE)
        for values in (sprite.rgb, sprite.alpha):
            assert values.dtype == np.float32
            assert np.isfinite(values).all()
            assert values.min() >= 0
            assert values.max() <= 1
        visible = sprite.alpha > 0.5
        assert visible.mean() > 0.1
        assert sprite.rgb[visible].std() > 0.04
    differences = [
        np.abs(a.rgb * a.alpha[..., None] - b.rgb * b.alpha[..., None]).mean()
        for a, b in pairwise(sprites)
    ]
    assert min(differences) > 0.02


@pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.name)
def test_same_generator_gives_the_same_sprite(motif: Motif) -> None:
    first = motif.draw(np.random.default_rng(5))
    second = motif.draw(np.random.default_rng(5))
    np.testing.assert_array_equal(first.rgb, second.rgb)
    np.testing.assert_array_equal(first.alpha, second.alpha)


@pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.name)
def test_the_core_of_a_motif_is_inked(motif: Motif) -> None:
    """Labels say "motif" inside the core, so there must be motif there."""
    line = (np.arange(SIDE) + 0.5) * 2 / SIDE - 1
    core = np.hypot(line[:, None], line[None]) < motif.core
    rng = np.random.default_rng(8)
    cover = np.mean([motif.draw(rng).alpha[core].mean() for _ in range(EXAMPLES)])
    assert cover > (0.99 if motif.texture else 0.3)


def test_names_are_as_an_artist_says_them_and_unique() -> None:
    assert len(set(CONCEPTS)) == len(CONCEPTS) >= 40
    assert all(
        name == name.lower().strip() and name.replace(" ", "").isalpha() for name in CONCEPTS
    )


def test_textures_are_at_most_a_fifth() -> None:
    assert sum(motif.texture for motif in MOTIFS) <= len(MOTIFS) / 5


def test_smooth_runs_either_way() -> None:
    values = np.array([0.0, 0.5, 1.0], np.float32)
    np.testing.assert_allclose(smooth(0, 1, values), [0, 0.5, 1])
    np.testing.assert_allclose(smooth(1, 0, values), [1, 0.5, 0])


def test_pen_keeps_a_colour_up_to_its_edge() -> None:
    pen = Pen()
    pen.disc((0.0, 0.0), 0.5, np.array([1.0, 0.2, 0.0]))
    sprite = pen.sprite()
    edge = (sprite.alpha > 0.2) & (sprite.alpha < 0.8)
    assert edge.any()
    np.testing.assert_allclose(sprite.rgb[edge, 0], 1, atol=0.05)


def test_layers_cover_what_lies_below() -> None:
    layers = Layers()
    layers.add(np.array([1.0, 0.0, 0.0]), 0.5)
    layers.add(np.array([0.0, 1.0, 0.0]), (pose(np.random.default_rng(0)).x < 0).astype(float))
    sprite = layers.sprite()
    assert sprite.alpha.min() == 0.5
    np.testing.assert_array_equal(sprite.rgb[sprite.alpha == 1, 1], 1)
