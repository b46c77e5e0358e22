"""GIMP 2.10: found, fitted with its own plug-in, or refused with a sentence."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from core.installing import python_fu
from core.installing.kinds import is_gimp_2
from tests.installing.stand_in import World, tree

SAYS = "echo 'GNU Image Manipulation Program version {}'"
# As GIMP 2.10 begins the list of its plug-ins.
_LIST = '(protocol-version 26)\n(file-version 5)\n\n(plug-in-def "x" 1\n    (proc-def "{}" 1'
WITH = _LIST.format("python-fu-eval")
WITHOUT = _LIST.format("plug-in-blinds")


def _profile(world: World, cache: str = "") -> Path:
    """A profile of GIMP 2.10 and no other; `cache` is what GIMP has written down of plug-ins."""
    if world.profile.is_dir():
        world.profile.rmdir()
    profile = world.profile.with_name("2.10")
    profile.mkdir(exist_ok=True)
    if cache:
        (profile / "pluginrc").write_text(cache)
    return profile


def _plugin(profile: Path) -> Path:
    return profile / "plug-ins" / "deep_dream_gimp2"


def _gimp(world: World, with_python: bool, *answer: str) -> None:
    """A GIMP 2.10 in a folder of its own, on the PATH by a link, as packages have it."""
    root = world.folder / "usr"
    libraries = root / "lib" / "x86_64-linux-gnu" / "gimp" / "2.0"
    (libraries / "plug-ins").mkdir(parents=True, exist_ok=True)
    if with_python:
        (libraries / "python").mkdir(exist_ok=True)
        (libraries / "python" / "gimpfu.py").touch()
    (root / "bin").mkdir(exist_ok=True)
    program = root / "bin" / "gimp-console-2.10"
    version = f'[ "$1" = --version ] && {SAYS.format("2.10.36")} && exit'
    program.write_text("\n".join(("#!/bin/sh", version, *answer, "")))
    program.chmod(0o755)
    link = world.bin / "gimp-console-2.10"
    if not link.is_symlink():
        link.symlink_to(program)


def test_its_plugin_is_complete_and_knows_where_the_core_is(
    world: World, ready_python: Path
) -> None:
    plugin = _plugin(_profile(world, WITH))
    done = world.run("--python", ready_python)
    assert done.returncode == 0, done.stderr
    source = world.project / "gimp_plugin"
    expected = tree(source / "deep_dream_gimp2") | {
        f"common/{name}": text for name, text in tree(source / "common").items()
    }
    installed = tree(plugin)
    assert json.loads(installed.pop("core.json") or b"")["python"] == str(ready_python)
    assert installed == expected | {"common": None}
    assert os.access(plugin / "deep_dream_gimp2.py", os.X_OK)
    assert world.run("--doctor").returncode == 0


def test_both_gimps_get_their_own(world: World, ready_python: Path) -> None:
    profile = world.profile.with_name("2.10")
    profile.mkdir()
    _gimp(world, with_python=True)
    assert world.run("--python", ready_python).returncode == 0
    assert world.plugin.is_dir()
    assert _plugin(profile).is_dir()
    assert not (world.profile / "plug-ins" / "deep_dream_gimp2").exists()


def test_uninstall_leaves_nothing(world: World, ready_python: Path) -> None:
    _profile(world, WITH)
    before = tree(world.user)
    assert world.run("--python", ready_python).returncode == 0
    assert world.run("--uninstall").returncode == 0
    assert tree(world.user) == before


def test_a_build_without_python_fu_is_refused_with_a_sentence(
    world: World, ready_python: Path
) -> None:
    profile = _profile(world)
    _gimp(world, with_python=False)
    done = world.run("--python", ready_python)
    assert done.returncode == 0
    assert "GIMP 2.10.36 was built without Python-Fu, so Deep Dream cannot work" in done.stdout
    assert "https://www.gimp.org/downloads/" in done.stdout
    assert not (profile / "plug-ins").exists()
    doctor = world.run("--doctor")
    assert doctor.returncode == 1
    assert "PROBLEM GIMP 2.10.36 was built without Python-Fu" in doctor.stdout


def test_a_given_profile_of_such_a_build_is_refused(world: World, ready_python: Path) -> None:
    profile = _profile(world, WITHOUT)
    done = world.run("--python", ready_python, "--gimp-profile", profile)
    assert done.returncode == 1
    assert "was built without Python-Fu" in done.stdout
    assert not (profile / "plug-ins").exists()


@pytest.mark.parametrize("cache", ["", WITHOUT])
def test_what_is_left_of_another_gimp_is_left_alone(
    world: World, ready_python: Path, cache: str
) -> None:
    profile = world.profile.with_name("2.10")
    profile.mkdir()
    (profile / "pluginrc").write_text(cache)
    assert world.run("--python", ready_python).returncode == 0
    assert world.plugin.is_dir()
    assert not (profile / "plug-ins").exists()


def test_a_gimp_whose_files_cannot_be_seen_is_tried(world: World, ready_python: Path) -> None:
    """An AppImage is one file."""
    profile = _profile(world)
    world.program("gimp-2.10", SAYS.format("2.10.38"))
    done = world.run("--python", ready_python)
    assert done.returncode == 0
    assert "Whether GIMP 2.10.38 has Python-Fu cannot be seen from outside" in done.stdout
    assert _plugin(profile).is_dir()


def test_a_gimp_that_was_never_started_makes_its_own_profile(
    world: World, ready_python: Path
) -> None:
    world.profile.rmdir()
    made = world.profile.with_name("2.10")
    # It has no --quit, and would wait for ever.
    leave = f'case "$*" in *"-b (gimp-quit 1)") /bin/mkdir -p "{made}/brushes";; *) exit 3;; esac'
    _gimp(world, True, leave)
    done = world.run("--python", ready_python)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (made / "brushes").is_dir()
    assert _plugin(made).is_dir()


def test_the_doctor_asks_it_by_script_fu(world: World, ready_python: Path) -> None:
    _profile(world)
    _gimp(world, True)
    assert world.run("--python", ready_python).returncode == 0
    # GIMP 2.10 says such things on its standard error.
    question = '*gimp-procedural-db-proc-exists*python-fu-deep-dream*"(gimp-quit 1)"'
    asked = f'case "$*" in {question}) {{}};; esac'
    for known, words in ((1, "has the plug-in in its menu"), (0, "does not load the plug-in")):
        answer = f"echo 'script-fu-Warning: deep dream known: {known}' >&2"
        _gimp(world, True, asked.format(answer))
        assert f"GIMP 2.10.36 {words}" in world.run("--doctor").stdout


def test_faults_are_named_and_repaired(world: World, ready_python: Path) -> None:
    plugin = _plugin(_profile(world, WITH))
    world.run("--python", ready_python)
    (plugin / "deep_dream_gimp2.py").chmod(0o644)
    (plugin / "pixels.py").unlink()
    (plugin.parent / "deep_dream_gimp2.py").write_text(
        "#!/usr/bin/env python2\n# python-fu-deep-dream\n"
    )
    done = world.run("--doctor")
    assert done.returncode == 1
    for words in ("is not marked as a program", "pixels.py is missing", "is in the wrong place"):
        assert words in done.stdout
    (plugin.parent / "deep_dream_gimp2.py").unlink()
    assert world.run().returncode == 0
    assert world.run("--doctor").returncode == 0


def test_flatpak_has_a_profile_of_its_own(world: World) -> None:
    own = world.user / ".var" / "app" / "org.gimp.GIMP" / "config" / "GIMP" / "2.10"
    world.profile.rmdir()
    world.profile.parent.rmdir()
    own.mkdir(parents=True)
    files = world.folder / "flatpak" / "files" / "lib" / "gimp" / "2.0" / "python"
    files.mkdir(parents=True)
    (files / "gimpfu.py").touch()
    world.program(
        "flatpak",
        f'[ "$2" = --show-location ] && echo "{world.folder / "flatpak"}" && exit',
        'if [ "$1" = info ]; then echo "     Version: 2.10.36"; exit; fi',
        'program=${2#--command=}; [ "$program" = python3 ] && program=' + f"'{sys.executable}'",
        'shift 3; exec "$program" "$@"',
    )
    done = world.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert _plugin(own).is_dir()
    (files / "gimpfu.py").unlink()
    assert "GIMP 2.10.36 from Flatpak was built without Python-Fu" in world.run("--doctor").stdout


def test_a_folder_that_gimp_is_told_of(world: World, ready_python: Path) -> None:
    own = world.folder / "my settings"
    own.mkdir()
    _gimp(world, True)
    (own / "pluginrc").write_text(WITH)
    done = world.run("--python", ready_python, GIMP2_DIRECTORY=str(own))
    assert done.returncode == 0, done.stderr
    assert _plugin(own).is_dir()
    assert world.plugin.is_dir(), "GIMP 3 has its own"


@pytest.mark.parametrize(
    ("program", "python"),
    [
        ("bin/gimp-2.10.exe", "lib/gimp/2.0/python/gimpfu.py"),
        ("usr/bin/gimp-2.10", "usr/lib64/gimp/2.0/python/gimpfu.py"),
        ("Contents/MacOS/gimp", "Contents/Resources/lib/gimp/2.0/python/gimpfu.py"),
    ],
    ids=["Windows", "Fedora", "macOS"],
)
def test_where_each_system_keeps_python_fu(tmp_path: Path, program: str, python: str) -> None:
    module = tmp_path / python
    (tmp_path / program).parent.mkdir(parents=True)
    assert python_fu.of_program(tmp_path / program) is None
    module.parent.mkdir(parents=True)
    assert python_fu.of_program(tmp_path / program) is False
    module.touch()
    assert python_fu.of_program(tmp_path / program) is True


@pytest.mark.parametrize(
    ("name", "cache", "expected"),
    [
        ("2.10", "", True),
        ("GIMP 2.10", "", True),
        ("3.0", "(protocol-version 277)\n", False),
        ("mine", WITH, True),
        ("mine", "", False),
        ("12.10", "", False),
    ],
)
def test_profiles_are_told_apart(tmp_path: Path, name: str, cache: str, expected: bool) -> None:
    profile = tmp_path / name
    profile.mkdir()
    (profile / "pluginrc").write_text(cache)
    assert is_gimp_2(profile) is expected


def test_names_that_windows_old_python_cannot_read() -> None:
    assert python_fu.readable(Path("C:/Users/Jöhn/2.10"), "cp1252")
    assert not python_fu.readable(Path("C:/Users/夢/2.10"), "cp1252")
