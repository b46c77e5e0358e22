"""Places that are full, locked or far away: what is said, and that the next run gets through."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.core.weights.file_server import serving
from tests.installing.stand_in import World, make_world, tree

Disk = Callable[[str], None]
"""Changes the disk by mount's options, such as "size=2m" or "ro"."""


@pytest.fixture
def disk(world: World) -> Iterator[Disk]:
    """A small disk of its own at the place of the user's installed programs."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("NOT RUN: a small disk can be had by root on Linux alone.")
    place = world.home.parent
    place.mkdir(parents=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", place])
    if done.returncode != 0:
        pytest.skip("NOT RUN: this machine lets nobody mount a disk.")

    def remount(options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)

    yield remount
    subprocess.run(["umount", "-l", place], check=True)


def _undemanding(world: World) -> None:
    """Let the installer begin, however little room there is."""
    for name in ("building", "plan"):
        path = world.project / "core" / "installing" / f"{name}.py"
        text, count = re.subn(r"^(\w+) = [\d_]{9,}$", r"\1 = 1", path.read_text(), flags=re.M)
        assert count > 0
        path.write_text(text)


def _finds_it_full(world: World) -> str:
    """What was said before that."""
    done = world.run()
    assert done.returncode == 1, done.stdout
    assert "The disk is full.\nFree some space, then run install.py again" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_disk_that_fills_up_is_named_and_more_room_is_enough(world: World, disk: Disk) -> None:
    """At the first file, while the environment is made, and while an update is copied."""
    _undemanding(world)
    disk("size=8k")
    assert "Making an environment" not in _finds_it_full(world)
    disk("size=12m")
    assert "Making an environment" in _finds_it_full(world)
    disk("size=200m")
    assert world.run().returncode == 0
    assert world.run("--doctor").returncode == 0

    taken = sum(path.stat().st_blocks for path in world.home.parent.rglob("*")) // 2
    disk(f"size={taken + 300}k")
    assert "The program is in" not in _finds_it_full(world)
    # Until there is room the old one is at work.
    assert (world.home / "program" / "core" / "__main__.py").stat().st_size > 0
    disk("size=200m")
    assert world.run().returncode == 0
    assert world.run("--doctor").returncode == 0
    assert world.run("--uninstall").returncode == 0


def test_a_locked_place_is_named(world: World, ready_python: Path, disk: Disk) -> None:
    disk("size=9m,ro")
    done = world.run("--python", ready_python)
    assert done.returncode == 1
    assert f"This place cannot be written to: {world.home}" in done.stderr
    assert "or choose another with --home" in done.stderr


def test_a_locked_profile_keeps_no_other_gimp_from_its_plugin(
    world: World, ready_python: Path, disk: Disk
) -> None:
    locked = world.home.parent / "3.2"
    locked.mkdir()
    disk("ro")
    home = ("--home", world.user / "home")
    both = ("--gimp-profile", locked, "--gimp-profile", world.profile)
    done = world.run("--python", ready_python, *home, *both)
    assert done.returncode == 1
    assert f"Not done: {locked} cannot be written to: Read-only file system." in done.stdout
    assert (world.plugin / "core.json").is_file()
    assert (world.user / "home" / "first-dream.png").is_file()


def test_a_locked_download_folder_is_no_obstacle(
    world: World, ready_python: Path, disk: Disk
) -> None:
    """As on a CD or another's share."""
    disk("size=50m")
    project = world.home.parent / "project"
    subprocess.run(["cp", "-r", world.project, project], check=True)
    disk("ro")
    home = ("--home", world.user / "home")
    for options in (("--python", ready_python), ("--doctor",), ("--uninstall",)):
        done = world.start(sys.executable, project / "install.py", *home, *options)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["O'Neill", "Jöhn Smith/日本", '$HOME & "more"; %PATH% \\'])
def test_names_of_all_kinds(tmp_path: Path, ready_python: Path, name: str) -> None:
    world = make_world(tmp_path / name)
    before = tree(world.user)
    assert world.run("--python", ready_python).returncode == 0
    done = world.run("--doctor")
    assert done.returncode == 0, done.stdout
    assert world.run("--uninstall").returncode == 0
    assert tree(world.user) == before


def test_packages_are_asked_for_through_the_proxy(world: World) -> None:
    """The one that the system names; where it has none of them, that is said."""
    with serving(b"") as proxy:
        proxy.plan = ["404"] * 100
        done = world.run(
            PIP_NO_INDEX="",
            PIP_FIND_LINKS="",
            PIP_INDEX_URL="http://index.invalid/simple",
            PIP_TRUSTED_HOST="index.invalid",
            http_proxy=proxy.address,
        )
        asked = set(proxy.paths)
    assert done.returncode == 1
    assert "http://index.invalid/simple/torch/" in asked
    assert "There is no package torch 99.0" in done.stderr
