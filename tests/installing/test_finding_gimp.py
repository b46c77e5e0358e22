"""Which GIMPs and profiles the installer finds, from programs and folders as they really are."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.installing.stand_in import World, tree

SAYS = "echo 'GNU Image Manipulation Program version {}'"


def _installed(world: World) -> list[str]:
    found = world.user.rglob("plug-ins/deep_dream")
    return sorted(str(path.parents[1].relative_to(world.user)) for path in found)


def test_every_profile_of_a_gimp_3_gets_the_plugin(world: World, ready_python: Path) -> None:
    for version in ("2.10", "2.99", "3.2"):
        (world.profile.parent / version).mkdir()
    assert world.run("--python", ready_python).returncode == 0
    assert _installed(world) == [".config/GIMP/3.0", ".config/GIMP/3.2"]


def test_no_gimp_is_no_failure(world: World, ready_python: Path) -> None:
    world.profile.rmdir()
    done = world.run("--python", ready_python)
    assert done.returncode == 0
    assert "No GIMP 3 was found on this computer. Install GIMP 3" in done.stdout
    assert done.stdout.splitlines()[-1] == str(world.home / "first-dream.png")
    assert world.run("--doctor").returncode == 1


def test_a_gimp_that_was_never_started_makes_its_own_profile(
    world: World, ready_python: Path
) -> None:
    made = world.profile.parent / "3.2"
    world.program(
        "gimp-console-3.2",
        f'[ "$1" = --version ] && {SAYS.format("3.2.6")} && exit',
        f'/bin/mkdir -p "{made}/brushes" "{made}/plug-ins"',
    )
    done = world.run("--python", ready_python)
    assert (made / "brushes").is_dir()
    assert ".config/GIMP/3.2" in _installed(world)
    assert "Starting GIMP 3.2.6 once" in done.stdout


def test_the_first_gimp_of_all_gets_a_profile_even_if_it_does_not_start(
    world: World, ready_python: Path
) -> None:
    world.profile.rmdir()
    world.program("gimp", SAYS.format("3.0.4"))
    before = tree(world.user)
    assert world.run("--python", ready_python).returncode == 0
    assert _installed(world) == [".config/GIMP/3.0"]
    assert world.run("--uninstall").returncode == 0
    assert tree(world.user) == before


def test_an_older_profile_is_never_cut_off_from_a_newer_gimp(
    world: World, ready_python: Path
) -> None:
    """A profile that we made would keep GIMP from taking over the older one's settings."""
    world.program("gimp", SAYS.format("3.2.6"))
    done = world.run("--python", ready_python)
    assert done.returncode == 1
    assert "Start GIMP once, close it, then run install.py again." in done.stdout
    assert _installed(world) == [".config/GIMP/3.0"]


def test_an_old_gimp_is_named(world: World, ready_python: Path) -> None:
    world.profile.rmdir()
    world.program("gimp-2.8", SAYS.format("2.8.22"))
    done = world.run("--python", ready_python)
    assert done.returncode == 0
    assert "GIMP 2.8.22 is too old: Deep Dream needs GIMP 2.10, or 3.0 or later." in done.stdout


def test_a_given_profile_of_an_old_gimp_is_refused(world: World, ready_python: Path) -> None:
    done = world.run("--python", ready_python, "--gimp-profile", world.folder / "2.8")
    assert done.returncode == 1
    assert "GIMP that is too old" in done.stdout
    assert _installed(world) == []


def test_a_snap_is_named_as_out_of_reach(world: World, ready_python: Path) -> None:
    """The program of a Snap is a link to snap itself."""
    world.profile.rmdir()
    snap = world.program("snap", SAYS.format("3.0.6"))
    (world.bin / "gimp").symlink_to(snap)
    done = world.run("--python", ready_python)
    assert done.returncode == 0
    assert "GIMP from Snap is locked in" in done.stdout
    assert _installed(world) == []


def _flatpak(world: World, python: str) -> None:
    """`flatpak` that knows GIMP 3.0.6 and whose sandbox has `python` as its python3."""
    world.program(
        "flatpak",
        'if [ "$1" = info ]; then echo "     Version: 3.0.6"; exit; fi',
        'program=${2#--command=}; [ "$program" = python3 ] && program=' + f"'{python}'",
        'shift 3; exec "$program" "$@"',
    )


def test_flatpak_gets_an_environment_of_its_sandboxs_python(world: World) -> None:
    own = world.user / ".var" / "app" / "org.gimp.GIMP" / "config" / "GIMP" / "3.0"
    world.profile.rmdir()
    world.profile.parent.rmdir()
    own.mkdir(parents=True)
    _flatpak(world, sys.executable)
    done = world.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert _installed(world) == [str(own.relative_to(world.user))]
    log = (world.home / "logs" / "install.log").read_text()
    assert "flatpak run --command=python3 org.gimp.GIMP -I -m venv" in log
    assert world.run("--doctor").returncode == 0


def test_flatpak_without_a_python_is_named_as_unsupported(world: World, ready_python: Path) -> None:
    _flatpak(world, "/bin/false")
    done = world.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "GIMP from Flatpak cannot run Deep Dream here" in done.stdout
    assert _installed(world) == []


def test_flatpak_beside_another_gimp_gives_way(world: World, ready_python: Path) -> None:
    _flatpak(world, "/bin/false")
    world.program("gimp", SAYS.format("3.0.4"))
    done = world.run("--python", ready_python)
    assert done.returncode == 0
    assert "GIMP 3.0.6 from Flatpak is here beside GIMP 3.0.4" in done.stdout
    assert _installed(world) == [".config/GIMP/3.0"]
