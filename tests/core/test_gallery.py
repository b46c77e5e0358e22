from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core import gallery as work
from core.cli import main
from core.cli.terminal import counted_progress
from core.errors import PictureFileError, SettingError
from core.gallery import Entry, Gallery, Outcome, Thumbnail, fill, read_square, write_sheets
from core.networks.registry import Description
from core.pictures.grid import captioned_grid
from core.settings import declarations, parse, presets
from gimp_plugin.common.plugin_settings import preset_values
from gimp_plugin.common.thumbnails import thumbnail_file

QUICK = {"octaves": 1, "iterations": 1, "device": "cpu"}
PHOTOGRAPH = np.random.default_rng(3).integers(0, 256, (64, 64, 3), np.uint8)
FILES = ["concepts/eye.jpg", "concepts/eye-noise.jpg", "layers/m4c.jpg", "presets/classic.jpg"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def entries(**changed: object) -> tuple[Entry, ...]:
    """A concept, a layer and a preset, dreamed in one step each."""
    concept = parse({**QUICK, "objective": "concept", "concept": "eye", **changed})
    layer = parse({**QUICK, "layers": "m4c"})
    return (
        Entry(
            "concept",
            "eye",
            "Eye",
            (Thumbnail(FILES[0], concept), Thumbnail(FILES[1], replace(concept, start="noise"))),
        ),
        Entry("layer", "m4c", "m4c", (Thumbnail(FILES[2], layer),)),
        Entry("preset", "classic", "Classic", (Thumbnail(FILES[3], layer),)),
    )


def small(folder: Path, shown: tuple[Entry, ...] | None = None) -> Gallery:
    gallery = Gallery(folder, "built-in", PHOTOGRAPH)
    # What `Gallery.entries` would work out.
    gallery.__dict__["entries"] = entries() if shown is None else shown
    return gallery


def listed(folder: Path) -> list[str]:
    index = json.loads((folder / "index.json").read_text("utf-8"))
    return [file for entry in index["entries"] for file in entry["files"]]


@pytest.fixture(scope="module")
def entries_of_built_in() -> dict[str, Entry]:
    return {
        thumbnail_file(entry.kind, entry.name): entry
        for entry in Gallery(Path("unused"), "built-in", PHOTOGRAPH).entries
    }


def test_every_concept_layer_and_preset_has_its_thumbnails(
    entries_of_built_in: dict[str, Entry],
) -> None:
    eye = entries_of_built_in["concepts/eye.jpg"]
    assert eye.title == "Eye"
    over, noise = eye.thumbnails
    wanted = {"objective": "concept", "concept": "eye", "working-size": 0}
    assert over == ("concepts/eye.jpg", parse(wanted))
    texture = {**preset_values("texture", texture=True), **wanted}
    assert noise == ("concepts/eye-noise.jpg", parse(texture))
    layer = entries_of_built_in["layers/m4a.jpg"].thumbnails[0]
    assert layer.settings == parse({"layers": "m4a", "working-size": 0})
    relative = entries_of_built_in["layers/relative.jpg"]
    assert relative.title == dict(declarations()["objective"].choices)["relative"]
    assert relative.thumbnails[0].settings.objective == "relative"
    classic = entries_of_built_in["presets/classic.jpg"].thumbnails
    assert classic[0] == ("presets/classic.jpg", parse({"preset": "classic", "working-size": 0}))
    texture = {**preset_values("classic", texture=True), "working-size": 0}
    assert classic[1] == ("presets/classic-noise.jpg", parse(texture))
    assert len(entries_of_built_in["presets/class-visualisation.jpg"].thumbnails) == 1
    kinds = [entry.kind for entry in entries_of_built_in.values()]
    assert kinds.count("preset") == len(presets())


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    steps: list[str] = []
    assert fill(small(tmp_path), on_step=lambda step: steps.append(step.file)) == (4, 4, ())
    assert steps == [*FILES, ""]
    assert listed(tmp_path) == FILES
    for file in FILES:
        with Image.open(tmp_path / file) as image:
            assert (image.format, image.size, image.mode) == ("JPEG", (32, 32), "RGB")
    index = json.loads((tmp_path / "index.json").read_text("utf-8"))
    assert {"version", "network", "weights", "size"} < index.keys()

    assert fill(small(tmp_path)) == (4, 0, ())
    (tmp_path / FILES[0]).unlink()
    assert fill(small(tmp_path)) == (4, 1, ())
    # Other settings, and another photograph, which noise does not see.
    assert fill(small(tmp_path, entries(jitter=3))) == (4, 2, ())
    inverted = replace(small(tmp_path), photograph=255 - PHOTOGRAPH)
    inverted.__dict__["entries"] = entries(jitter=3)
    assert fill(inverted) == (4, 3, ())


def test_other_weights_make_all_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(small(tmp_path))
    monkeypatch.setattr(work, "weights_sha256", lambda _: "0" * 64)
    # One kind alone: the index then leaves out what the network no longer dreams like that.
    assert fill(small(tmp_path), ("layer",)) == (1, 1, ())
    assert listed(tmp_path) == ["layers/m4c.jpg"]


def test_it_can_be_broken_off(tmp_path: Path) -> None:
    def stop(step: work.Step) -> None:
        if step.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(small(tmp_path), on_step=stop)
    assert listed(tmp_path) == FILES[:3]
    assert fill(small(tmp_path)).new == 1


def test_what_no_entry_has_any_more_is_deleted_and_nothing_else(tmp_path: Path) -> None:
    folder, outside = tmp_path / "gallery", tmp_path / "mine.jpg"
    fill(small(folder))
    index = json.loads((folder / "index.json").read_text("utf-8"))
    index["entries"][1]["files"] = ["../mine.jpg"]
    (folder / "index.json").write_text(json.dumps(index), "utf-8")
    outside.touch()
    (folder / "concepts" / "owl.jpg").touch()
    assert fill(small(folder, entries()[1:])) == (2, 1, ())
    assert not (folder / FILES[0]).exists()
    assert outside.exists()
    assert (folder / "concepts" / "owl.jpg").exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"network": "vgg16"}, "are not on this computer"),
        ({"layers": "m9"}, "has no layer named “m9”"),
    ],
)
def test_a_preset_that_cannot_be_dreamed_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, object], sentence: str
) -> None:
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path / "cache"))
    shown = Thumbnail("presets/p.jpg", parse({**QUICK, **wrong}))
    outcome = fill(small(tmp_path / "gallery", (Entry("preset", "p", "Poor", (shown,)),)))
    assert outcome[:2] == Outcome(0, 0, ())[:2]
    assert outcome.notes[0].startswith("The preset “Poor” is left out. ")
    assert sentence in outcome.notes[0]


def test_one_note_is_enough_for_all_presets_of_a_missing_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path / "cache"))
    entries = tuple(
        Entry("preset", name, name, (Thumbnail(f"presets/{name}.jpg", settings),))
        for name, settings in (
            ("one", parse({**QUICK, "network": "vgg16"})),
            ("two", parse({**QUICK, "network": "alexnet"})),
            ("three", parse({**QUICK, "network": "vgg16", "iterations": 2})),
        )
    )
    notes = fill(small(tmp_path / "gallery", entries)).notes
    assert [note.partition(" left out. ")[0] for note in notes] == [
        "The presets “one”, “three” are",
        "The preset “two” is",
    ]


def test_a_layer_that_cannot_be_dreamed_is_an_error(tmp_path: Path) -> None:
    shown = Thumbnail("layers/m9.jpg", parse({**QUICK, "layers": "m9"}))
    with pytest.raises(SettingError, match="m9"):
        fill(small(tmp_path, (Entry("layer", "m9", "m9", (shown,)),)))


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        ('{"network": "vgg16", "entries": []}', "is the gallery of the network vgg16"),
        ('{"entries": 3}', "is no index of a gallery"),
        ("", "is no index of a gallery"),
    ],
)
def test_another_index_is_not_overwritten(tmp_path: Path, index: str, sentence: str) -> None:
    (tmp_path / "index.json").write_text(index, "utf-8")
    with pytest.raises(PictureFileError, match=sentence):
        fill(small(tmp_path))
    assert (tmp_path / "index.json").read_text("utf-8") == index


def test_the_photograph_is_the_middle_square(tmp_path: Path) -> None:
    samples = np.zeros((20, 60, 4), np.uint8)
    samples[..., 3] = 255
    samples[:, 20:40, 0] = 255
    path = tmp_path / "wide.png"
    Image.fromarray(samples).save(path)
    square = read_square(path, 16)
    assert (square.shape, square.dtype) == ((32, 32, 3), np.uint8)
    assert square[..., 0].min() > 250
    assert square[..., 1:].max() == 0


def test_thumbnails_are_the_dream_scaled_down(tmp_path: Path) -> None:
    still = Thumbnail("presets/p.jpg", parse({**QUICK, "step-size": 0.0}))
    smooth = torch.linspace(0, 255, 64).round().to(torch.uint8).expand(3, 64, 64).permute(1, 2, 0)
    gallery = Gallery(tmp_path, "built-in", smooth.contiguous().numpy())
    gallery.__dict__["entries"] = (Entry("preset", "p", "P", (still,)),)
    fill(gallery)
    with Image.open(tmp_path / still.file) as image:
        found = np.asarray(image, np.float32)
    wanted = gallery.photograph.reshape(32, 2, 32, 2, 3).mean((1, 3))
    assert np.abs(found - wanted).max() < 8


def test_sheets_show_every_kind_by_ground(tmp_path: Path) -> None:
    fill(small(tmp_path / "gallery"))
    written = write_sheets(small(tmp_path / "gallery"), tmp_path / "sheets")
    names = ["concepts.jpg", "concepts-noise.jpg", "layers.jpg", "presets.jpg"]
    assert [path.name for path in written] == names
    assert all(path.is_file() for path in written)


def test_captions_stand_below_their_pictures_and_are_no_wider() -> None:
    tiles = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime", "blue")]
    grid = np.asarray(captioned_grid(tiles, ["", "i", "interminable caption"], 2)).astype(int)
    assert tuple(grid[20, 20]) == (255, 0, 0)
    assert tuple(grid[20, 66]) == (0, 255, 0)
    assert grid[37:46, 6:46].min() == 255
    assert grid[37:46, 52:92].min() < 128
    below = grid.shape[0] // 2 + 3
    assert tuple(grid[below + 10, 20]) == (0, 0, 255)
    # The third caption is of two lines, both in its column.
    for line in (grid[below + 32 : below + 41], grid[below + 42 :]):
        assert line[:, :46].min() < 128
    assert grid[below + 32 :, 48:].min() == 255


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--network", "vgg16"], "The plug-in's gallery is that of the built-in network."),
        (["--size", "8"], "Argument --size: “8” is no whole number from 16 to 512."),
        (["--only", "cats"], "Argument --only: invalid choice"),
    ],
)
def test_mistakes_in_the_command(
    flags: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gallery", *flags]) == 2
    assert capsys.readouterr().err.startswith(sentence)


def test_a_terminal_gets_a_bar_that_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with counted_progress(quiet=False) as show:
        show(0, 3, "concepts/eye.jpg")
        show(2, 3, "layers/m4c.jpg")
    shown = terminal.getvalue()
    assert "concepts/eye.jpg |" in shown
    assert "2 of 3" in shown
    assert shown.endswith("\r")


def test_the_command_makes_a_gallery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(work, "describe", lambda _: Description(("m4c",), ("eye",)))
    folder, sheets = tmp_path / "gallery", tmp_path / "sheets"
    photograph = tmp_path / "photograph.png"
    Image.fromarray(PHOTOGRAPH).save(photograph)
    command = ["gallery", "-o", str(folder), "--photograph", str(photograph), "--size", "16"]
    assert main([*command, "--only", "concepts", "--sheets", str(sheets)]) == 0
    assert listed(folder) == ["concepts/eye.jpg", "concepts/eye-noise.jpg"]
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == ["1 of 2: concepts/eye.jpg", "2 of 2: concepts/eye-noise.jpg"]
    notes = [line for line in said[2:] if line.startswith("Note: The preset")]
    elsewhere = {sets["network"] for sets in presets().values() if "network" in sets}
    assert len(notes) == len(elsewhere) > 1
    said = [line for line in said if line not in notes]
    assert said[2] == f"{folder}: 2 thumbnails, 2 of them new"
    assert said[3:] == [str(sheets / "concepts.jpg"), str(sheets / "concepts-noise.jpg")]
