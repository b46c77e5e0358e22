"""An installer that is killed, anywhere: the next run puts everything right.

A few tries; with `--faults`, as many as docs/faults.md says.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.installing import lock
from core.installing.environment import MARKER, python_of
from tests.faults.trials import Fault, Trials
from tests.installing.stand_in import REAL, World, make_world, tree

KILLER = Path(__file__).with_name("killer.py")
_LOG = ".local/share/deep-dream-gimp/logs/install.log"


def _fault(trials: Trials, name: str, few: int, often: int) -> Fault:
    return trials.fault(name, "installer", few, often, "none: running it again puts all right")


def _until_all_have_ended(world: World, fault: Fault) -> None:
    """What the installer had started holds its lock too."""
    begun = time.monotonic()
    if (world.home / "lock").exists():
        with lock.only_one(world.home / "lock"):
            fault.left_after(time.monotonic() - begun)


def _killed(world: World, number: int, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    script = world.project / "install.py"
    return world.start(sys.executable, KILLER, str(number), script, *arguments)


def _changes(world: World, *arguments: str | Path) -> int:
    """How many moments there are to be killed at; runs to the end."""
    done = _killed(world, 0, *arguments)
    assert done.returncode == 0, done.stderr
    return int(done.stderr.splitlines()[-1])


def _all_but_the_log(world: World) -> dict[str, bytes | None]:
    return {name: text for name, text in tree(world.user).items() if name != _LOG}


def _files(world: World) -> dict[str, bytes]:
    """All files of the user; an uninstall that is killed at the very end leaves empty folders."""
    return {name: text for name, text in tree(world.user).items() if text is not None}


def _nothing_is_half(world: World) -> None:
    """What other programs may find is whole, or not there: GIMP, and the next run."""
    if world.plugin.exists():
        json.loads((world.plugin / "core.json").read_text("utf-8"))
        assert (world.plugin / "common" / "worker_client.py").stat().st_size > 0
    if (world.home / "program").exists():
        assert (world.home / "program" / "gimp_plugin").is_dir()
    if (world.home / "manifest.json").exists():
        json.loads((world.home / "manifest.json").read_text("utf-8"))
    if (world.home / "env").exists():
        assert (world.home / "env" / MARKER).is_file()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="NOT RUN: Linux alone can do it.")
def test_what_a_killed_installer_had_started_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pip that unpacks PyTorch says nothing for minutes, and holds the lock."""
    program = (
        "import sys; from pathlib import Path\n"
        "from core.installing.lock import only_one; from core.installing.running import Log\n"
        "folder = Path(sys.argv[1])\n"
        "with only_one(folder / 'lock') as lock, Log(folder / 'log', lock) as log:\n"
        "    silent = \"print('begun', flush=True); import time; time.sleep(100)\"\n"
        "    log.run([sys.executable, '-c', silent], lambda line: print(line, flush=True),\n"
        "            ends_with_us=True)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REAL) as installer:
        assert (installer.stdout and installer.stdout.readline()) == "begun\n"
        installer.kill()
    monkeypatch.setattr(lock, "PATIENCE", 30)
    with lock.only_one(tmp_path / "lock"):
        pass


@pytest.mark.slow
def test_killed_at_any_change_of_install_update_and_uninstall(
    world: World, ready_python: Path, trials: Trials
) -> None:
    files = _files(world)
    given = ("--python", ready_python)
    counts = {"Installing": _changes(world, *given)}
    whole = _all_but_the_log(world)
    counts["Updating"] = _changes(world, *given)
    counts["Uninstalling"] = _changes(world, "--uninstall")
    assert _files(world) == files
    for what, count in counts.items():
        fault = _fault(trials, f"{what} killed at one of its changes", 1, 30)
        for moment in fault.moments():
            number = moment.randint(1, count)
            at = f"{what}, killed at change {number} of {count}"
            if what != "Installing":
                assert world.run(*given).returncode == 0
            arguments = ("--uninstall",) if what == "Uninstalling" else given
            assert _killed(world, number, *arguments).returncode == -signal.SIGKILL, at
            _nothing_is_half(world)
            _until_all_have_ended(world, fault)
            if what != "Uninstalling":
                done = world.run(*given)
                assert done.returncode == 0, f"{at}\n{done.stdout}{done.stderr}"
                assert _all_but_the_log(world) == whole, at
            assert world.run("--uninstall").returncode == 0, at
            assert _files(world) == files, at


@pytest.mark.slow
@pytest.mark.parametrize("all_of_it", [False, True], ids=["alone", "all of it"])
def test_killed_while_it_makes_its_environment(
    tmp_path: Path, trials: Trials, all_of_it: bool
) -> None:
    """The installer alone, as by a task manager, or with all that it started, as by a reboot."""
    begun = time.monotonic()
    world = make_world(tmp_path / "O'Neill" / "日本 ü")
    before = tree(world.user)
    assert world.run().returncode == 0
    assert world.run("--uninstall").returncode == 0
    longest = time.monotonic() - begun
    which = "and all that it started killed" if all_of_it else "alone killed"
    fault = _fault(trials, f"Installer {which} while packages are installed", 1, 10)
    for moment in fault.moments():
        with world.begin() as installer:
            seconds = moment.uniform(0.05, longest)
            at = f"killed after {seconds:.2f} s of {longest:.2f}"
            time.sleep(seconds)
            if all_of_it:
                os.killpg(installer.pid, signal.SIGKILL)
            else:
                installer.kill()
        _nothing_is_half(world)
        _until_all_have_ended(world, fault)
        done = world.run()
        assert done.returncode == 0, f"{at}\n{done.stdout}{done.stderr}"
        assert not (world.home / "scratch").exists(), at
        assert not list(world.home.glob(".*")), at
        python = python_of(world.home / "env")
        greeting = [python, "-I", world.home / "program" / "core", "worker"]
        said = subprocess.run(greeting, input="hello\n", capture_output=True, encoding="utf-8")
        assert json.loads(said.stdout)["event"] == "ready", at
        assert world.run("--doctor").returncode == 0, at
        assert world.run("--uninstall").returncode == 0, at
        assert tree(world.user) == before, at
