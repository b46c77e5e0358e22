"""The installer's smaller parts."""

from __future__ import annotations

import os
import runpy
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core import device
from core.installing import cli, lock
from core.installing.files import copy_folder, remove, staging, swap_in
from core.installing.machine import Machine, require_machine, this_machine
from core.installing.places import find_home
from core.installing.requirements import Requirement, read_requirements
from core.installing.talk import InstallError
from tests.installing.stand_in import REAL

if sys.version_info >= (3, 11):
    import tomllib
else:
    from pip._vendor import tomli as tomllib


def test_the_dependencies_are_those_of_the_project_file() -> None:
    project = REAL / "pyproject.toml"
    tables = tomllib.loads(project.read_text("utf-8"))
    found = [requirement.text for requirement in read_requirements(project)]
    assert found == tables["project"]["dependencies"]
    found = [wanted.text for wanted in read_requirements(project, "dependency-groups", "test")]
    assert found == tables["dependency-groups"]["test"]


def test_names_and_modules_of_requirements() -> None:
    requirements = read_requirements(REAL / "pyproject.toml")
    found = {requirement.name: requirement.module for requirement in requirements}
    assert found["pillow"] == "PIL"
    assert found["pyvips"] == "pyvips"


@pytest.mark.parametrize(
    ("text", "version", "good"),
    [
        ("torch>=2.4", "2.15.0+cpu", True),
        ("torch>=2.4", "2.4", True),
        ("torch>=2.4", "2.3.1", False),
        ("numpy>=1.26,<3", "3.0.0", False),
        ("numpy>=1.26,<3", "2.4.6rc1", True),
        ("pyvips[binary]>=3.0", "3", True),
        ("tqdm!=4.1", "4.1.0", False),
        ("tqdm", "0.1", True),
    ],
)
def test_accepted_versions(text: str, version: str, good: bool) -> None:
    assert Requirement(text, "", "").accepts(version) is good


MINE = Machine("linux", "x86_64", (2, 36), 64)


@pytest.mark.parametrize(
    ("machine", "sentence"),
    [
        (replace(MINE, bits=32), "needs 64"),
        (replace(MINE, release=(2, 17)), "glibc 2.28 or later, and this one has 2.17"),
        (Machine("darwin", "x86_64", (15, 1), 64), "no longer made for Macs with Intel"),
        (Machine("darwin", "arm64", (13, 7), 64), "macOS 14 or later, and this is macOS 13.7"),
        (Machine("win32", "arm64", (), 64), "no packages on Windows"),
    ],
)
def test_a_computer_without_packages_of_pytorch_is_told_so(machine: Machine, sentence: str) -> None:
    with pytest.raises(InstallError, match=sentence):
        require_machine(machine)


@pytest.mark.parametrize(
    "machine",
    [
        this_machine(),
        replace(MINE, processor="aarch64", release=()),
        Machine("darwin", "arm64", (14, 0), 64),
        Machine("win32", "amd64", (), 64),
    ],
)
def test_a_computer_with_packages_of_pytorch(machine: Machine) -> None:
    require_machine(machine)


def test_swapping_in_replaces_all_at_once_and_keeps_no_times(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for folder, text in ((source, "new"), (target, "old")):
        (folder / "in").mkdir(parents=True)
        (folder / "in" / "file").write_text(text)
    (target / "more").touch()
    os.utime(source / "in" / "file", (1, 1))
    copy_folder(source, staging(target))
    swap_in(target)
    assert (target / "in" / "file").read_text() == "new"
    assert (target / "in" / "file").stat().st_mtime > 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source", "target"]
    assert not (target / "more").exists()


def test_removing_a_link_spares_what_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    remove(tmp_path / "link")
    remove(tmp_path / "nothing")
    assert [path.name for path in tmp_path.iterdir()] == ["real"]


def test_one_installer_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.3)
    another = pytest.raises(InstallError, match="Another installation is running")
    with lock.only_one(tmp_path / "lock"), another, lock.only_one(tmp_path / "lock"):
        pass
    with lock.only_one(tmp_path / "lock"):
        pass


def test_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert find_home(None).folder == tmp_path.resolve() / "data" / "deep-dream-gimp"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert find_home(None).folder == tmp_path.resolve() / ".local/share/deep-dream-gimp"
    monkeypatch.setattr(sys, "platform", "darwin")
    expected = tmp_path.resolve() / "Library/Application Support/deep-dream-gimp"
    assert find_home(None).folder == expected
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert find_home(None).folder == tmp_path.resolve() / "local" / "deep-dream-gimp"


def test_an_old_python_is_told_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(REAL / "install.py"), run_name="__main__")
    assert ended.value.code == 1
    assert "needs Python 3.10 or later, and this is Python 3.9." in capsys.readouterr().err


def test_the_unexpected_is_a_sentence_and_a_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("what nobody foresaw")

    monkeypatch.setattr(cli, "survey", break_down)
    (tmp_path / "logs").mkdir()
    assert cli.main(["--home", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert "what nobody foresaw" in said.err
    assert "Traceback" in (tmp_path / "logs" / "install-error.log").read_text()


def test_stopping_is_no_accident(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "survey", stop)
    assert cli.main(["--home", str(tmp_path)]) == 130
    assert "Run install.py again to go on." in capsys.readouterr().err


def test_the_core_prefers_the_device_that_was_found_to_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(device, "available_devices", lambda: ("cuda", "cpu"))
    monkeypatch.setattr(device, "_FOUND_TO_WORK", tmp_path / "device.txt")
    assert device.choose_device("auto").type == "cuda"
    (tmp_path / "device.txt").write_text("cpu\n")
    assert device.choose_device("auto").type == "cpu"
    assert device.choose_device("cuda").type == "cuda"
