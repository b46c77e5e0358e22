"""Dreams from the command line keep how they were made, and are made again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.networks.registry import weights_sha256
from core.pictures.files import read, read_record
from core.provenance import as_fields, as_text, from_text
from core.settings import parse, values_of
from tests.core.pictures.picture_makers import gradient, png, saved

FLAGS = ["--octaves", "2", "--iterations", "1", "--seed", "5", "--layers", "m4b:0.5"]
FLAGS += ["--step-size", "3.3", "--no-antialias", "--device", "cpu"]
FLAGS += ["--precision", "float32"]
WANTED = {"octaves": 2, "iterations": 1, "seed": 5, "layers": "m4b:0.5", "step-size": 3.3}
WANTED |= {"antialias": False, "device": "cpu"}
WANTED |= {"precision": "float32"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return saved(tmp_path, "in.png", png(gradient(3, np.uint8)))


def dreamed(source: Path, name: str, *flags: str) -> Path:
    out = source.with_name(name)
    assert main(["dream", str(source), "-o", str(out), *flags]) == 0
    return out


@pytest.mark.parametrize("ending", ["png", "tif", "jpg", "webp"])
def test_a_dreamed_picture_is_dreamed_again_to_the_byte(
    source: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first = dreamed(source, f"first.{ending}", *FLAGS)
    capsys.readouterr()
    again = dreamed(source, f"again.{ending}", "--settings-from", str(first))
    assert again.read_bytes() == first.read_bytes()
    assert "Note" not in capsys.readouterr().err
    other = dreamed(source, f"other.{ending}", "--settings-from", str(first), "--seed", "6")
    assert not np.array_equal(read(other).pixels, read(first).pixels)


def test_the_record_says_what_was_asked_and_what_was_used(source: Path) -> None:
    record = from_text(read_record(dreamed(source, "out.png", *FLAGS)))
    assert record.settings == values_of(parse(WANTED))
    assert record.weights == weights_sha256("built-in")
    assert (record.device, record.precision) == ("cpu", "float32")


def test_a_json_file_of_settings_and_one_of_a_record(source: Path) -> None:
    first = dreamed(source, "first.png", *FLAGS)
    record = from_text(read_record(first))
    plain = saved(source.parent, "plain.json", json.dumps(WANTED).encode())
    # As GIMP keeps it, and with the mark that Windows puts at the beginning.
    kept = {**as_fields(record), "layer": {"source": 3}}
    whole = saved(source.parent, "record.txt", b"\n " + json.dumps(kept).encode())
    marked = saved(source.parent, "marked.json", b"\xef\xbb\xbf" + as_text(record).encode())
    for number, file in enumerate((plain, whole, marked)):
        again = dreamed(source, f"{number}.png", "--settings-from", str(file))
        assert again.read_bytes() == first.read_bytes(), file


def test_a_dream_of_a_dream_has_its_own_record(source: Path) -> None:
    first = dreamed(source, "first.png", *FLAGS)
    second = dreamed(first, "second.png", *FLAGS, "--seed", "9")
    assert from_text(read_record(second)).settings["seed"] == 9


def test_what_keeps_it_from_being_the_same_is_told(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mask = saved(source.parent, "mask.png", png(np.full((48, 64, 1), 255, np.uint8)))
    first = dreamed(source, "first.png", *FLAGS, "--mask", str(mask))
    kept = {**as_fields(from_text(read_record(first))), "weights": "0" * 64}
    file = saved(source.parent, "other.json", json.dumps(kept).encode())
    dreamed(source, "again.png", "--settings-from", str(file))
    told = capsys.readouterr().err
    assert "Note: The network's weights are not those" in told
    assert "Note: The dream was made with a strength map, and this one has none." in told


@pytest.mark.parametrize(
    ("content", "sentence", "hint"),
    [
        (png(gradient(3, np.uint8)), "It holds no record of a dream.", "Name a picture"),
        (b"Dear aunt,", "is no picture that can be read", "PNG"),
        (b"{" + b" " * 200_000, "It is too large", "Name a picture"),
        (b'{"octaves": 2', "no JSON", ""),
        (b'{"\xff": 2}', "UTF-8", "Name a picture"),
        (b'{"vividness": 2}', "There is no setting named “vividness”.", "The settings are"),
        (b'{"format": "deep-dream-record", "number": 7}', "kind 7", "This is version"),
    ],
)
def test_a_file_that_cannot_be_repeated_is_refused(
    source: Path, content: bytes, sentence: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(source.parent, "file", content)
    out = source.with_name("out.png")
    assert main(["dream", str(source), "-o", str(out), "--settings-from", str(file)]) == 1
    told = capsys.readouterr().err
    assert sentence in told
    assert hint in told
    assert "Traceback" not in told
    assert not out.exists()


def test_a_missing_file_is_named(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(source.with_name("none.png"))
    command = ["dream", str(source), "-o", str(source.with_name("out.png"))]
    assert main([*command, "--settings-from", missing]) == 1
    assert f"There is no file {missing}." in capsys.readouterr().err
