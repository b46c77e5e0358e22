"""The installer with the real core, and with real GIMPs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.gimp import gimps
from tests.installing.stand_in import REAL, make_environment, make_world


def _install(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(REAL / "install.py"), *map(str, arguments)]
    environment = {**os.environ, **variables}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment)


@pytest.mark.slow
def test_the_first_dream_is_a_dream_of_the_sample(tmp_path: Path) -> None:
    place = tmp_path / "Jöhn Smith" / "日本 o'x"
    profile = place / "GIMP" / "3.0"
    profile.mkdir(parents=True)
    home = ("--home", place / "home")
    done = _install(*home, "--python", sys.executable, "--gimp-profile", profile)
    assert done.returncode == 0, done.stderr
    sample = Image.open(REAL / "core" / "sample.jpg").convert("RGB")
    dream = Image.open(done.stdout.splitlines()[-1]).convert("RGB")
    assert dream.size == sample.size
    darkest, brightest = zip(*ImageChops.difference(dream, sample).getextrema(), strict=True)
    assert max(brightest) > 20
    assert max(darkest) == 0
    checked = _install(*home, "--doctor")
    assert checked.returncode == 0, checked.stdout
    assert "ok      The core starts" in checked.stdout
    assert "ok      The built-in network computes on" in checked.stdout

    # Weights that are not what they were: the built-in network's gone, a downloaded one's damaged.
    (place / "home" / "program" / "core" / "networks" / "built_in.safetensors").unlink()
    (place / "cache").mkdir()
    (place / "cache" / "googlenet-1378be20.pth").write_bytes(b"something else")
    checked = _install(*home, "--doctor", DEEP_DREAM_CACHE=str(place / "cache"))
    assert "PROBLEM The built-in network does not compute" in checked.stdout
    assert "PROBLEM The weights of GoogLeNet are damaged or another file" in checked.stdout
    shutil.rmtree(place / "cache")
    assert _install(*home, "--uninstall").returncode == 0
    assert list(place.iterdir()) == [place / "GIMP"]


@pytest.fixture(params=gimps.versions())
def gimp(request: pytest.FixtureRequest) -> gimps.Gimp:
    """Each GIMP of this machine."""
    if request.param == gimps.NONE:
        pytest.skip("NOT RUN: no GIMP. Needs Debian and root to make one, or gimp-console on PATH.")
    return gimps.get(request.param)


@pytest.mark.gimp
def test_a_gimp_that_was_never_started_ends_up_with_the_plugin(
    gimp: gimps.Gimp, tmp_path: Path
) -> None:
    world = make_world(tmp_path / "Jöhn Smith 日本")
    python = make_environment(world.folder / "env")
    profile = world.folder / "profile"
    command = [sys.executable, str(world.project / "install.py"), "--home", str(world.home)]

    gimp.run(profile, [*command, "--python", str(python)], HOME=str(world.user))
    assert (profile / "plug-ins" / "deep_dream" / "deep_dream.py").is_file()
    # GIMP's own doing: without it GIMP could not save a brush.
    assert (profile / "brushes").is_dir()

    said = gimp.run(profile, [*command, "--doctor"], HOME=str(world.user))
    assert "has the plug-in in its menu" in said


@pytest.mark.gimp
def test_the_doctor_sees_that_gimp_lacks_python(gimp: gimps.Gimp, tmp_path: Path) -> None:
    """A `python3` before the system's own on PATH, as pyenv and conda have it, without gi."""
    world = make_world(tmp_path / "computer")
    python = make_environment(world.folder / "env")
    profile = world.folder / "profile"
    command = [sys.executable, str(world.project / "install.py"), "--home", str(world.home)]
    world.program("python3", "exit 1")
    gimp.run(profile, [*command, "--python", str(python)], HOME=str(world.user))
    (profile / "pluginrc").unlink()
    path = f"{world.bin}:/usr/sbin:/usr/bin:/sbin:/bin"
    with pytest.raises(AssertionError, match="cannot run plug-ins in Python"):
        gimp.run(profile, [*command, "--doctor"], HOME=str(world.user), PATH=path)


@pytest.mark.gimp
def test_bare_debian_is_told_what_brings_venv(gimp: gimps.Gimp, tmp_path: Path) -> None:
    if gimp.root is None:
        pytest.skip("NOT RUN: needs a Debian of its own, made with root.")
    world = make_world(tmp_path / "computer")
    command = ["/usr/bin/python3", str(world.project / "install.py"), "--home", str(world.home)]
    with pytest.raises(AssertionError, match="sudo apt install python3-venv"):
        gimp.run(world.folder / "profile", command)
    assert not world.home.exists()
