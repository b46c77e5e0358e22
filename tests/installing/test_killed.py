"""An installer that is killed, anywhere: the next run puts everything right.

A few rounds; with `--faults`, as many as docs/faults.md says.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.installing.environment import MARKER, python_of
from tests.installing.stand_in import World, make_world, tree

KILLER = Path(__file__).with_name("killer.py")
ROUNDS = {"change": (4, 80), "time": (1, 20)}
"""How often the installer is killed at one of its changes, and at a moment while it makes its
environment: in every run of the tests, and with `--faults`."""
_LOG = ".local/share/deep-dream-gimp/logs/install.log"


def rounds(request: pytest.FixtureRequest, what: str) -> int:
    """How many rounds of a test are to be run."""
    few, many = ROUNDS[what]
    return many if request.config.getoption("--faults", default=False) else few


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


@pytest.mark.slow
def test_killed_at_any_change_of_install_update_and_uninstall(
    world: World, ready_python: Path, request: pytest.FixtureRequest
) -> None:
    before = tree(world.user)
    given = ("--python", ready_python)
    count = {"install": _changes(world, *given)}
    whole = _all_but_the_log(world)
    count["update"] = _changes(world, *given)
    count["uninstall"] = _changes(world, "--uninstall")
    assert tree(world.user) == before
    chance = random.Random(10)
    for number in range(rounds(request, "change")):
        what = ("install", "update", "uninstall", "install")[number % 4]
        if what != "install":
            assert world.run(*given).returncode == 0
        arguments = ("--uninstall",) if what == "uninstall" else given
        moment = chance.randint(1, count[what])
        at = f"round {number}: {what}, killed at change {moment} of {count[what]}"
        done = _killed(world, moment, *arguments)
        assert done.returncode == -signal.SIGKILL, at
        _nothing_is_half(world)
        if what != "uninstall":
            done = world.run(*given)
            assert done.returncode == 0, f"{at}\n{done.stdout}{done.stderr}"
            assert _all_but_the_log(world) == whole, at
        assert world.run("--uninstall").returncode == 0, at
        assert tree(world.user) == before, at


@pytest.mark.slow
def test_killed_while_it_makes_its_environment(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The installer alone, as by a task manager, or with all that it started, as by a reboot."""
    chance = random.Random(11)
    begun = time.monotonic()
    world = make_world(tmp_path / "O'Neill" / "日本 ü")
    before = tree(world.user)
    assert world.run().returncode == 0
    assert world.run("--uninstall").returncode == 0
    longest = time.monotonic() - begun
    for number in range(rounds(request, "time")):
        with world.begin() as installer:
            moment = chance.uniform(0.05, longest)
            at = f"round {number}: killed after {moment:.2f} s of {longest:.2f}"
            time.sleep(moment)
            if number % 2:
                os.killpg(installer.pid, signal.SIGKILL)
            else:
                installer.kill()
        _nothing_is_half(world)
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
