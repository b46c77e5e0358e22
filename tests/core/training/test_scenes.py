"""Scenes depend on seed and number alone, and their labels are where the sprites are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.training import bank as bank_module
from core.training import scenes
from core.training.bank import Bank, write_chunk
from core.training.motifs import MOTIFS
from core.training.scenes import BACKGROUND, IGNORED, SIDE, Layout, jumble, make_chunk


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bank_module, "make_chunk", lambda seed, number: make_chunk(seed, number, 8, 1)
    )


def _flat_sprite(colour: tuple[int, int, int]) -> Image.Image:
    """A round sprite of one colour."""
    line = np.linspace(-1, 1, 96)
    cover = (np.hypot(line[:, None], line[None]) < 0.97) * 255
    image = Image.new("RGBA", (96, 96), (*colour, 255))
    image.putalpha(Image.fromarray(cover.astype(np.uint8)))
    return image


def test_same_seed_same_bytes() -> None:
    first, second = make_chunk(4, 1, 6, 1), make_chunk(4, 1, 6, 1)
    assert first.pixels.tobytes() == second.pixels.tobytes()
    assert first.labels.tobytes() == second.labels.tobytes()
    assert first.centres.tobytes() == second.centres.tobytes()


@pytest.mark.parametrize("other", [(5, 1), (4, 2)])
def test_another_seed_or_number_is_another_chunk(other: tuple[int, int]) -> None:
    assert make_chunk(4, 1, 3, 1).pixels.tobytes() != make_chunk(*other, 3, 1).pixels.tobytes()


def test_scenes_have_every_kind_of_label() -> None:
    scene = make_chunk(1, 0, 40, 1)
    assert scene.pixels.shape == (40, SIDE, SIDE, 3)
    found = set(np.unique(scene.labels).tolist())
    assert found <= {*range(len(MOTIFS)), BACKGROUND, IGNORED}
    assert {BACKGROUND, IGNORED} < found
    assert len(found) > len(MOTIFS) / 2
    share = (scene.labels == BACKGROUND).mean()
    assert 0.2 < share < 0.8


def test_labels_lie_where_the_sprites_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sprites of one flat red on a blue ground: red is labelled or ignored, blue background."""
    monkeypatch.setattr(scenes, "JUMBLED", 0.0)
    monkeypatch.setattr(
        scenes, "background", lambda rng: np.broadcast_to([0, 0, 0.5], (SIDE, SIDE, 3))
    )
    monkeypatch.setattr(
        scenes,
        "_photographed",
        lambda rng, rgb: (np.clip(rgb, 0, 1) * 255 + 0.5).astype(np.uint8),
    )
    sprites = [[_flat_sprite((255, 255, 255))] for _ in MOTIFS]
    rng = np.random.default_rng(2)
    for _ in range(20):
        pixels, labels, centres = scenes.make_scene(rng, sprites)
        white = pixels[..., 0] > 230
        assert (labels[white] != BACKGROUND).all()
        bare = pixels[..., 0] == 0
        assert (labels[bare] == BACKGROUND).all()
        assert (centres[bare] == BACKGROUND).all()
        whole = centres < BACKGROUND
        # Of the smallest things the middle is larger than the core.
        assert ((centres == labels) | (labels == IGNORED))[whole].all()


def test_only_the_core_of_a_whole_motif_is_labelled() -> None:
    labels = np.full((SIDE, SIDE), BACKGROUND, np.uint8)
    covered = np.ones((SIDE, SIDE), np.bool_)
    covered[:, 60:] = False
    scenes.mark(labels, covered, Layout(30.0, 40.0, 50.0), 0)
    assert labels[40, 30] == 0
    reach = MOTIFS[0].core * 25
    assert labels[40, int(30 + reach) - 2] == 0
    assert labels[40, int(30 + reach) + 2] == IGNORED
    assert labels[40, 70] == BACKGROUND


def test_a_thing_has_its_middle_and_hides_others() -> None:
    centres = np.full((SIDE, SIDE), BACKGROUND, np.uint8)
    covered = np.ones((SIDE, SIDE), np.bool_)
    covered[:, 60:] = False
    scenes.mark_centre(centres, covered, Layout(30.0, 40.0, 50.0), 5)
    assert centres[40, 30 + 7] == 5
    assert centres[40, 30 + 12] == IGNORED
    assert centres[40, 30 + 18] == BACKGROUND
    hiding = np.zeros_like(covered)
    hiding[:, :32] = True
    scenes.mark_centre(centres, hiding, Layout(10.0, 40.0, 40.0), None)
    assert (centres[:, :32] == BACKGROUND).all()
    assert centres[40, 30 + 7] == 5


def test_the_middle_of_the_smallest_thing_has_a_cell() -> None:
    for shift in np.arange(0, 8, 0.5):
        centres = np.full((SIDE, SIDE), BACKGROUND, np.uint8)
        layout = Layout(40.0 + shift, 40.0 + shift, scenes.SMALLEST)
        scenes.mark_centre(centres, np.ones((SIDE, SIDE), np.bool_), layout, 3)
        assert (centres[4::8, 4::8] == 3).any()


def test_textures_are_labelled_to_their_edge() -> None:
    labels = np.full((SIDE, SIDE), BACKGROUND, np.uint8)
    texture = next(index for index, motif in enumerate(MOTIFS) if motif.texture)
    scenes.mark(labels, np.ones((SIDE, SIDE), np.bool_), Layout(40.0, 40.0, 30.0), texture)
    assert (labels == texture).all()


def test_jumble_moves_every_quarter_and_loses_none() -> None:
    values = np.arange(16, dtype=np.uint8).reshape(4, 4)
    image = Image.fromarray(np.dstack([values] * 4), "RGBA")
    for seed in range(5):
        result = np.asarray(jumble(np.random.default_rng(seed), image))[..., 0]
        assert sorted(result.ravel().tolist()) == list(range(16))
        for rows in (slice(0, 2), slice(2, 4)):
            for columns in (slice(0, 2), slice(2, 4)):
                assert (result[rows, columns] != values[rows, columns]).any()


def test_bank_reads_what_was_written(tmp_path: Path) -> None:
    for number in range(3):
        write_chunk(tmp_path, 9, number)
    bank = Bank(tmp_path)
    assert bank.training_chunks == 2
    np.testing.assert_array_equal(bank.validation(8).pixels.numpy(), make_chunk(9, 0, 8, 1).pixels)
    assert len(bank.sample_first(5)) == 5


def test_bank_takes_up_new_chunks_but_no_unfinished_ones(tmp_path: Path) -> None:
    write_chunk(tmp_path, 9, 0)
    bank = Bank(tmp_path)
    assert bank.training_chunks == 0
    np.save(tmp_path / "pixels-0001.npy", np.zeros(3, np.uint8))
    assert bank.refresh() == 0
    write_chunk(tmp_path, 9, 1)
    assert bank.refresh() == 1


def test_digest_tells_banks_apart(tmp_path: Path) -> None:
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_chunk(tmp_path / folder, seed, 0)
    first, same, other = (Bank(tmp_path / folder).digest() for folder in "abc")
    assert first == same != other


def test_validation_scenes_are_never_sampled(tmp_path: Path) -> None:
    for number in range(2):
        write_chunk(tmp_path, 3, number)
    bank = Bank(tmp_path)
    held_out = {pixels.numpy().tobytes() for pixels in bank.validation(8).pixels}
    sampled = bank.sample(np.random.default_rng(0), 50)
    assert not held_out & {pixels.numpy().tobytes() for pixels in sampled.pixels}
