"""--guide and --guide-region."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.cli.arguments import UsageError, read_arguments
from core.cli.guide import Region, read_guide
from core.errors import PictureError, PictureFileError
from core.pictures.files import read
from tests.core.pictures.picture_makers import gradient, png

GUIDED = ["--objective", "guide", "--octaves", "1", "--iterations", "1", "--device", "cpu"]


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    path = tmp_path / "guide.png"
    samples = np.random.default_rng(3).integers(0, 256, (60, 90, 3), np.uint8)
    path.write_bytes(png(samples))
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.png"
    path.write_bytes(png(gradient(3, np.uint8)))
    return path


def test_the_guide_and_its_region_shape_the_dream(
    source: Path, guide: Path, tmp_path: Path
) -> None:
    dreams = []
    for number, flags in enumerate(([], ["--guide-region", "0,0,40,32"])):
        out = tmp_path / f"{number}.png"
        command = ["dream", str(source), "-o", str(out), "--guide", str(guide)]
        assert main([*command, *GUIDED, *flags]) == 0
        dreams.append(read(out).pixels)
    assert (dreams[0] != read(source).pixels).mean() > 0.5
    assert (dreams[0] != dreams[1]).any()


def test_a_region_is_what_lies_in_it(guide: Path) -> None:
    whole = read(guide).pixels
    assert read_guide(None, None) is None
    np.testing.assert_array_equal(read_guide(guide, None), whole)
    np.testing.assert_array_equal(
        read_guide(guide, Region(50, 10, 40, 30)), whole[10:40, 50:90], strict=True
    )
    with pytest.raises(PictureError, match="The region 51,10,40,30 does not lie in guide"):
        read_guide(guide, Region(51, 10, 40, 30))
    with pytest.raises(PictureError, match="does not lie"):
        read_guide(guide, Region(0, 31, 40, 30))
    with pytest.raises(PictureFileError):
        read_guide(guide.with_name("none.png"), None)


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--guide", "g.png", "--guide-region", "1,2,3"], "“1,2,3” is no region of a picture."),
        (["--guide", "g.png", "--guide-region", "0,0,0,9"], "“0,0,0,9” is no region"),
        (["--guide", "g.png", "--guide-region", "0,0,-4,9"], "“0,0,-4,9” is no region"),
        (["--guide-region", "0,0,4,9"], "A guide-region needs a guide."),
    ],
)
def test_what_is_no_region_is_refused(flags: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        read_arguments(["dream", "in.png", "-o", "out.png", *flags])


def test_without_a_guide_the_objective_says_so(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.png"
    assert main(["dream", str(source), "-o", str(out), *GUIDED]) == 1
    told = capsys.readouterr().err
    assert "There is no guide picture" in told
    assert "--guide FILE" in told
    assert not out.exists()


def test_the_guide_itself_is_never_replaced(
    source: Path, guide: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = guide.read_bytes()
    command = ["dream", str(source), "-o", str(guide), "--guide", str(guide)]
    assert main([*command, *GUIDED]) == 1
    assert "would replace the guide" in capsys.readouterr().err
    assert guide.read_bytes() == before
