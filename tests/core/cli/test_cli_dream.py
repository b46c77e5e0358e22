from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from core.cli import main
from core.cli.terminal import dream_progress, time_left
from core.pictures.files import read, read_record
from core.progress import Progress
from tests.core.pictures.picture_makers import gradient, png, tiff

ROOT = Path(__file__).resolve().parents[3]
QUICK = ["--octaves", "1", "--iterations", "1", "--device", "cpu"]
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ICC = (b"iCCP", b"sRGB\0\0" + zlib.compress(SRGB))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.png"
    path.write_bytes(png(gradient(3, np.uint8)))
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.png"


def mask_file(folder: Path, dreaming: slice, kind: type = np.uint8) -> Path:
    """A mask that is white in the columns `dreaming`."""
    mask = np.zeros((48, 64, 1), kind)
    mask[:, dreaming] = np.iinfo(kind).max
    path = folder / "mask.png"
    path.write_bytes(png(mask))
    return path


def stored(path: Path) -> np.ndarray:
    """Samples of a 16-bit picture as they are in its file."""
    return np.rint(read(path).pixels * 65535).astype(np.uint16)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("ending", ["png", "tif"])
def test_where_the_mask_is_black_16_bits_stay_exact(
    tmp_path: Path, channels: int, ending: str
) -> None:
    samples = gradient(channels)
    source, out = tmp_path / "in.png", tmp_path / f"out.{ending}"
    source.write_bytes(png(samples, (ICC,) if channels > 1 else ()))
    mask = mask_file(tmp_path, slice(32, 64))
    command = ["dream", str(source), "-o", str(out), "--mask", str(mask), *QUICK]
    assert main(command) == 0
    dreamed = stored(out)
    np.testing.assert_array_equal(dreamed[:, :32], samples[:, :32])
    colours = samples[:, 32:, : channels - 1 + channels % 2]
    assert (dreamed[:, 32:, : colours.shape[2]] != colours).mean() > 0.5
    if channels == 4:
        np.testing.assert_array_equal(dreamed[..., 3], samples[..., 3])
    assert read(out).bits == 16
    if channels > 1:
        assert Image.open(out).info["icc_profile"] == SRGB


def test_floats_keep_their_light_beyond_white(tmp_path: Path) -> None:
    samples = gradient(3, np.float32)
    source, out = tmp_path / "in.tif", tmp_path / "out.tif"
    source.write_bytes(tiff(samples))
    mask = mask_file(tmp_path, slice(0, 0), np.uint16)
    assert main(["dream", str(source), "-o", str(out), "--mask", str(mask), *QUICK]) == 0
    np.testing.assert_array_equal(read(out).pixels, samples)


def test_same_seed_same_file_other_seed_another(source: Path, tmp_path: Path) -> None:
    files = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        out = tmp_path / f"{name}.png"
        assert main(["dream", str(source), "-o", str(out), "--seed", seed, *QUICK]) == 0
        files.append(out.read_bytes())
    assert files[0] == files[1] != files[2]


def test_an_older_output_is_replaced(source: Path, out: Path) -> None:
    out.write_bytes(b"older")
    assert main(["dream", str(source), "-o", str(out), *QUICK]) == 0
    assert read(out).pixels.shape == (48, 64, 3)


def test_what_a_dream_says(source: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jpeg = out.with_suffix(".jpg")
    source.write_bytes(png(gradient(4)))
    flags = ["--octaves", "2", "--octave-scale", "1.4", "--iterations", "1", "--device", "cpu"]
    assert main(["dream", str(source), "-o", str(jpeg), *flags]) == 0
    said, told = capsys.readouterr()
    assert said == ""
    assert "Octave 1 of 2" in told
    assert "Octave 2 of 2" in told
    assert "64×48" in told
    assert "Note: JPEG has no transparency" in told
    assert main(["dream", str(source), "-o", str(jpeg), "--quiet", *QUICK]) == 0
    told = capsys.readouterr().err
    assert "Octave" not in told
    assert "64×48" not in told
    assert "Note: JPEG has no transparency" in told


class Case:
    """A command that must fail, and with which words."""

    def __init__(self, sentence: str, *flags: str, source: bytes = b"", status: int = 1) -> None:
        self.sentence, self.flags, self.source, self.status = sentence, flags, source, status


WHOLE = png(gradient(3))
NAN = gradient(3, np.float32)
NAN[5, 5, 1] = np.nan

CASES = {
    "layer": Case("has no layer named “nose”", "--layers", "nose"),
    "concept": Case("no concept named “nose”", "--objective", "concept", "--concept", "nose"),
    "network": Case("GoogLeNet (52 MB) are not on this computer", "--network", "googlenet"),
    "flag": Case("octaves must be from 1 to 20, not 0.", "--octaves", "0", status=2),
    "nan": Case("not numbers (NaN or infinite)", source=tiff(NAN)),
    "cut": Case("is no picture that can be read, or it is damaged", source=WHOLE[:200]),
    "text": Case("is no picture that can be read", source=b"Dear aunt,"),
    "device": Case("The CPU cannot dream in float16", "--precision", "float16"),
    "mask": Case("There is no file", "--mask", "no-mask.png"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_bad_input_has_its_own_sentence_and_writes_nothing(
    case: Case,
    source: Path,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(tmp_path_factory.mktemp("cache")))
    source.write_bytes(case.source or WHOLE)
    out.write_bytes(b"older")
    assert main(["dream", str(source), "-o", str(out), *QUICK, *case.flags]) == case.status
    told = capsys.readouterr().err
    assert case.sentence in told
    assert "Traceback" not in told
    assert out.read_bytes() == b"older"
    assert {path.name for path in source.parent.iterdir()} == {"in.png", "out.png"}


def test_damaged_weights(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = source.parent / "cache"
    cache.mkdir()
    (cache / "googlenet-1378be20.pth").write_bytes(b"half a download")
    monkeypatch.setenv("DEEP_DREAM_CACHE", str(cache))
    command = ["dream", str(source), "-o", str(out), "--network", "googlenet", *QUICK]
    assert main(command) == 1
    told = capsys.readouterr().err
    assert "The weights of GoogLeNet are damaged" in told
    assert "networks fetch googlenet" in told
    assert not out.exists()


def test_no_such_picture(tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dream", str(tmp_path / "none.png"), "-o", str(out)]) == 1
    assert f"There is no file {tmp_path / 'none.png'}." in capsys.readouterr().err


def test_a_mask_of_another_size(
    source: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mask = source.with_name("mask.png")
    mask.write_bytes(png(gradient(1, np.uint8, 10, 10)))
    assert main(["dream", str(source), "-o", str(out), "--mask", str(mask)]) == 1
    assert "The mask is 10×10 pixels large, the picture 64×48." in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("output", ["none/out.png", "out.gif", "out"])
def test_a_bad_output_is_told_before_the_dream(
    source: Path, output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dream", str(source), "-o", str(source.parent / output), *QUICK]) == 1
    told = capsys.readouterr().err
    assert "no folder" in told or "does not end like a picture file" in told
    assert "Octave" not in told


@pytest.mark.parametrize("link", [None, os.symlink, os.link])
def test_the_picture_itself_is_never_replaced(
    source: Path, out: Path, link: object, capsys: pytest.CaptureFixture[str]
) -> None:
    before = source.read_bytes()
    if callable(link):
        link(source, out)
    else:
        out = source.parent / "." / source.name
    assert main(["dream", str(source), "-o", str(out), *QUICK]) == 1
    assert "would replace the picture" in capsys.readouterr().err
    mask = mask_file(source.parent, slice(0, 9))
    assert main(["dream", str(source), "-o", str(mask), "--mask", str(mask), *QUICK]) == 1
    assert "would replace the mask" in capsys.readouterr().err
    assert source.read_bytes() == before


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "core", "dream", *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def test_as_a_program(source: Path, out: Path) -> None:
    done = start(str(source), "-o", str(out), *QUICK)
    _, told = done.communicate(timeout=120)
    assert done.returncode == 0, told
    assert read(out).pixels.shape == (48, 64, 3)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no way to send one process Ctrl-C")
def test_ctrl_c_ends_it_with_nothing_written(source: Path, out: Path) -> None:
    dreaming = start(str(source), "-o", str(out), "--iterations", "1000")
    assert dreaming.stderr
    assert "Octave 1" in dreaming.stderr.readline()
    dreaming.send_signal(signal.SIGINT)
    _, told = dreaming.communicate(timeout=60)
    assert dreaming.returncode == 130
    assert told.splitlines()[-1] == "Stopped; nothing was written."
    assert "Traceback" not in told
    assert [path.name for path in source.parent.iterdir()] == ["in.png"]


def no_picture() -> NDArray[np.float32]:
    raise AssertionError("Nobody looks at pictures here.")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_with_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with dream_progress(quiet=False) as on_progress:
        for step in range(3):
            time.sleep(0.12)  # It is drawn anew ten times a second at most.
            eta = 80.0 if step else -1.0
            assert on_progress(Progress(step / 4, 2, 3, step, 4, eta, no_picture))
    shown = terminal.getvalue()
    assert "Octave 2 of 3" in shown
    assert "1:20 min left" in shown
    assert shown.endswith("\r")


def test_times_are_for_people() -> None:
    assert [time_left(s) for s in (-1, 0.4, 59.4, 80, 3600 * 2 + 300)] == [
        "0 s",
        "0 s",
        "59 s",
        "1:20 min",
        "2:05 h",
    ]


def test_a_texture_is_rich_in_colour_no_noise_and_tileable(out: Path) -> None:
    command = ["texture", "-o", str(out), "--size", "160x128", "--tileable", "--octaves", "3"]
    assert main([*command, "--device", "cpu", "--quiet"]) == 0
    pixels = read(out).pixels.astype(np.float32)
    assert pixels.shape == (128, 160, 3)
    assert np.ptp(pixels, axis=2).mean() > 25
    grey = pixels.mean(2)
    inside = np.abs(np.diff(grey, axis=1)).mean()
    assert inside < 0.75 * grey.std(), "neighbours are alike in a picture, and not in noise"
    assert np.abs(grey[:, 0] - grey[:, -1]).mean() < 1.5 * inside
    assert np.abs(grey[0] - grey[-1]).mean() < 1.5 * np.abs(np.diff(grey, axis=0)).mean()
    assert '"start": "noise"' in read_record(out)
