"""`python -m core zoom`: the folder of frames."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from core.cli import main
from core.cli.arguments import UsageError, read_arguments
from core.networks.registry import load_network
from core.pictures.files import read, read_record
from core.provenance import from_text
from core.settings import parse
from core.zoom import Motion, look_of, next_frame
from tests.core.pictures.picture_makers import gradient, png, saved

ROOT = Path(__file__).resolve().parents[3]
FLAGS = ["--octaves", "1", "--iterations", "1", "--layers", "m3a"]
FLAGS += ["--device", "cpu", "--precision", "float32"]
MOTION = ["--zoom", "1.1", "--rotation", "3", "--drift=-1,0.5"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return saved(tmp_path, "in.png", png(gradient(3, np.uint8)))


def zoom(source: Path, folder: str, frames: int, *flags: str) -> int:
    command = ["zoom", str(source), "-o", str(source.with_name(folder)), "--frames", str(frames)]
    return main([*command, *FLAGS, *MOTION, *flags])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def names(frames: int) -> list[str]:
    return [*(f"frame-{number:05}.png" for number in range(1, frames + 1)), "zoom.json"]


def test_there_are_as_many_frames_each_dreamed_on_the_last_as_it_lies_there(source: Path) -> None:
    assert zoom(source, "z", 3, "--seed", "7") == 0
    folder = source.with_name("z")
    assert list(contents(folder)) == names(3)
    first, second, third = (read(folder / name).pixels for name in names(3)[:3])
    assert first.dtype == np.uint8
    made = next_frame(
        3,
        np.divide(second, 255, dtype=np.float32),
        look_of(np.divide(first, 255, dtype=np.float32)),
        Motion(1.1, 3.0, (-1.0, 0.5)),
        parse({"octaves": 1, "iterations": 1, "layers": "m3a", "device": "cpu", "seed": 7}),
        load_network("built-in", torch.device("cpu"), torch.float32),
    )
    np.testing.assert_array_equal(third, np.rint(made.pixels * 255).astype(np.uint8))


def test_the_first_frame_is_the_pictures_dream_and_frames_keep_how(source: Path) -> None:
    assert zoom(source, "z", 2) == 0
    dreamed = source.with_name("dream.png")
    assert main(["dream", str(source), "-o", str(dreamed), *FLAGS]) == 0
    frames = [source.with_name("z") / name for name in names(2)[:2]]
    np.testing.assert_array_equal(read(frames[0]).pixels, read(dreamed).pixels)
    for frame in frames:
        assert from_text(read_record(frame)) == from_text(read_record(dreamed))


def test_same_seed_same_bytes_and_another_seed_other_ones(source: Path) -> None:
    for folder, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        assert zoom(source, folder, 2, "--seed", seed) == 0
    a, b, c = (contents(source.with_name(folder)) for folder in "abc")
    assert a == b
    assert all(a[name] != c[name] for name in a)


def test_a_stopped_zoom_goes_on_as_if_it_had_not_been(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert zoom(source, "whole", 4) == 0
    whole = contents(source.with_name("whole"))
    assert zoom(source, "parts", 2) == 0
    folder = source.with_name("parts")
    times = {name: (folder / name).stat().st_mtime_ns for name in names(2)}
    assert zoom(source, "parts", 4) == 0
    assert contents(folder) == whole
    assert {name: (folder / name).stat().st_mtime_ns for name in names(2)} == times
    (folder / "frame-00003.png").unlink()
    capsys.readouterr()
    assert zoom(source, "parts", 4) == 0
    assert contents(folder) == whole
    assert f"{folder}: 4 frames, 1 new" in capsys.readouterr().err
    assert zoom(source, "parts", 4) == 0
    assert "none new" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--seed", "3"], "seed was 0, and is 3 now"),
        (["--zoom", "1.2"], "zoom was 1.1, and is 1.2 now"),
        (["--drift", "0,0"], "drift was [-1.0, 0.5], and is [0.0, 0.0] now"),
        (["--preset", "classic"], "step-size was 2.8, and is 1.5 now"),
    ],
)
def test_the_folder_of_another_zoom_is_left_alone(
    source: Path, flags: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert zoom(source, "z", 1) == 0
    folder = source.with_name("z")
    before = contents(folder)
    capsys.readouterr()
    assert zoom(source, "z", 2, *flags) == 1
    told = capsys.readouterr().err
    assert f"{folder} holds the frames of another zoom:" in told
    assert sentence in told
    assert "Name another folder" in told
    assert contents(folder) == before


def test_another_picture_is_another_zoom(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert zoom(source, "z", 1) == 0
    before = contents(source.with_name("z"))
    source.write_bytes(png(gradient(3, np.uint8)[::-1]))
    assert zoom(source, "z", 2) == 1
    assert "picture was" in capsys.readouterr().err
    assert contents(source.with_name("z")) == before


@pytest.mark.parametrize(
    ("there", "sentence"),
    [
        ({"frame-00001.png": b""}, "has frames, but no zoom.json"),
        ({"zoom.json": b"{"}, "zoom.json is damaged"),
        ({"zoom.json": b"{}"}, "zoom.json is damaged"),
        ({"zoom.json": b"\xff"}, "zoom.json is damaged"),
        (
            {"zoom.json": b'{"format": "deep-dream-zoom", "number": 1, "record": 5}'},
            "zoom.json cannot be used. That is no record of a dream.",
        ),
        (
            {"zoom.json": b'{"format": "deep-dream-zoom", "number": 2}'},
            "cannot be used. It was written by another version",
        ),
    ],
)
def test_a_folder_that_cannot_be_understood_is_left_alone(
    source: Path, there: dict[str, bytes], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = source.with_name("z")
    folder.mkdir()
    for name, data in there.items():
        (folder / name).write_bytes(data)
    assert zoom(source, "z", 1) == 1
    told = capsys.readouterr().err
    assert sentence in told
    assert "Traceback" not in told
    assert contents(folder) == there


def test_a_frame_that_cannot_be_read_is_named(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert zoom(source, "z", 1) == 0
    frame = source.with_name("z") / "frame-00001.png"
    frame.write_bytes(frame.read_bytes()[:100])
    assert zoom(source, "z", 2) == 1
    assert "frame-00001.png" in capsys.readouterr().err
    assert list(contents(source.with_name("z"))) == ["frame-00001.png", "zoom.json"]


def test_places_that_are_no_folder_are_refused(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert zoom(source, "in.png", 1) == 1
    assert "in.png is a file." in capsys.readouterr().err
    nowhere = source.parent / "no" / "where"
    assert main(["zoom", str(source), "-o", str(nowhere)]) == 1
    assert f"There is no folder {nowhere.parent}." in capsys.readouterr().err
    assert [path.name for path in source.parent.iterdir()] == ["in.png"]


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--frames", "0"], "frames must be a whole number from 1 to 99999, not “0”."),
        (["--frames", "2.5"], "frames must be a whole number"),
        (["--zoom", "nan"], "zoom must be a number from 0.5 to 2, not “nan”."),
        (["--zoom", "3"], "zoom must be a number from 0.5 to 2"),
        (["--rotation", "181"], "rotation must be a number from -180 to 180"),
        (["--drift", "1"], "drift cannot be “1”."),
        (["--drift", "1,nan"], "drift cannot be “1,nan”."),
        (["--rotate", "3"], "There is no option --rotate."),
    ],
)
def test_a_motion_that_cannot_be_is_refused(flags: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_arguments(["zoom", "in.png", "-o", "z", *flags])
    assert caught.value.message.startswith(sentence)


@pytest.mark.parametrize(("channels", "bits"), [(1, 8), (3, 16), (4, 8)])
def test_frames_are_grey_or_16_bits_as_the_picture_is_and_opaque(
    tmp_path: Path, channels: int, bits: int, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = np.uint8 if bits == 8 else np.uint16
    source = saved(tmp_path, "in.png", png(gradient(channels, kind)))
    assert zoom(source, "z", 2) == 0
    frame = read(tmp_path / "z" / "frame-00002.png")
    assert (frame.bits, frame.pixels.shape) == (bits, (48, 64, 1 if channels == 1 else 3))
    assert ("Frames have no transparency" in capsys.readouterr().err) == (channels == 4)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
def test_whenever_it_ends_there_is_no_half_frame(source: Path, end: signal.Signals) -> None:
    folder = source.with_name("z")
    command = [sys.executable, "-m", "core", "zoom", str(source), "-o", str(folder)]
    zooming = subprocess.Popen(
        [*command, *FLAGS, *MOTION, "--frames", "9999"], stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert zooming.stderr
    for line in zooming.stderr:
        if "Frame 4 " in line:
            break
    zooming.send_signal(end)
    _, told = zooming.communicate(timeout=60)
    assert zooming.returncode == (130 if end == signal.SIGINT else -end)
    assert "Traceback" not in told
    assert (end == signal.SIGKILL) or "the same command goes on from there" in told
    frames = sorted(folder.glob("frame-*"))
    assert len(frames) >= 3
    for frame in frames:
        assert read(frame).pixels.shape == (48, 64, 3)
    assert zoom(source, "z", 6) == 0
    again = contents(folder)
    shutil.rmtree(folder)
    assert zoom(source, "z", 6) == 0
    assert {name: again[name] for name in names(6)} == contents(folder)
