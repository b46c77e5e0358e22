"""The environment of our own: made by a real pip, from wheels that hold next to nothing."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.installing import building
from core.installing.environment import python_of
from core.installing.pins import LOCK
from core.installing.places import Home
from core.installing.plan import _require_space
from core.installing.talk import InstallError
from tests.installing.stand_in import World, make_wheels, tree


@pytest.mark.slow
def test_an_environment_is_made_kept_repaired_and_removed(world: World) -> None:
    before = tree(world.user)
    done = world.run()
    assert done.returncode == 0, done.stdout + done.stderr
    python = python_of(world.home / "env")
    manifest = json.loads((world.home / "manifest.json").read_text())
    assert json.loads((world.plugin / "core.json").read_text())["python"] == str(python)
    assert manifest["python"] == str(python)
    # Nothing is left of the place where it was made, in the scripts neither.
    assert not (world.home / "scratch").exists()
    assert not (world.home / ".env.new").exists()
    pip = subprocess.run([world.home / "env" / "bin" / "pip", "list"], capture_output=True)
    assert b"torchvision" in pip.stdout
    assert world.run("--doctor").returncode == 0

    # A good environment is kept, even where nothing could be downloaded.
    shutil.rmtree(world.wheels)
    assert world.run().returncode == 0

    # A broken one is made anew; where that fails, the next run tries again.
    (torch,) = (world.home / "env").glob("lib/python*/site-packages/torch.py")
    torch.write_text("raise RuntimeError('operator torchvision::nms does not exist')")
    assert "operator torchvision::nms does not exist" in world.run("--doctor").stdout
    failed = world.run()
    assert failed.returncode == 1
    assert "Traceback" not in failed.stdout + failed.stderr
    make_wheels(world)
    assert world.run().returncode == 0
    assert world.run("--doctor").returncode == 0

    assert world.run("--uninstall").returncode == 0
    assert tree(world.user) == before


@pytest.mark.slow
def test_a_failed_update_leaves_the_old_environment_at_work(world: World) -> None:
    assert world.run().returncode == 0
    lock = world.project / LOCK
    good = lock.read_text()
    lock.write_text(good.replace("tqdm==99.0", "tqdm==100.0"))
    failed = world.run()
    assert failed.returncode == 1
    assert "There is no package tqdm 100.0 for Python" in failed.stderr
    core = world.home / "program" / "core"
    python = python_of(world.home / "env")
    assert subprocess.run([python, "-I", core, "worker"], input=b"").returncode == 0
    lock.write_text(good.replace("tqdm==99.0", "tqdm==99.0 ; python_version >= '3'"))
    assert world.run().returncode == 0
    assert "tqdm==99.0 ; python" in (world.home / "env" / "deep-dream.json").read_text()


def test_packages_that_do_not_work_are_never_put_in_place(world: World) -> None:
    make_wheels(world, torch="raise OSError('libcudart.so: not found')")
    done = world.run()
    assert done.returncode == 1
    assert "torch: OSError: libcudart.so: not found" in done.stderr
    assert not (world.home / "env").exists()


def test_no_connection_is_said_plainly(world: World) -> None:
    done = world.run(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_RETRIES="1")
    assert done.returncode == 1
    assert "The packages cannot be downloaded" in done.stderr
    assert str(world.home / "logs" / "install.log") in done.stderr


def test_pip_settings_that_would_break_it_are_overruled(world: World) -> None:
    done = world.run(PIP_USER="1", PIP_TARGET=str(world.user / "target"), PYTHONPATH="/nowhere")
    assert done.returncode == 0, done.stderr
    assert not (world.user / "target").exists()


def test_a_python_without_venv_names_the_remedy(world: World, tmp_path: Path) -> None:
    """As on bare Debian: the standard library is there, but for `ensurepip`."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    library = tmp_path / "bare" / sys.platlibdir / version
    library.mkdir(parents=True)
    for entry in Path(os.__file__).parent.iterdir():
        if entry.name != "ensurepip":
            (library / entry.name).symlink_to(entry)
    before = tree(world.user)
    real = Path(sys.base_prefix) / "bin" / version
    done = world.run(python=real, PYTHONHOME=str(tmp_path / "bare"))
    assert done.returncode == 1
    assert "its venv module is missing" in done.stderr
    assert ("sudo apt install python" in done.stderr) == Path("/etc/debian_version").exists()
    assert tree(world.user) == before


def test_too_little_room_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="not enough room"):
        _require_space(Home(tmp_path / "home"), 10**18)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package index on this computer that has a page for torch."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/whl/cpu/torch/" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(building, "may_have_nvidia", lambda: False)
    monkeypatch.setattr(sys, "platform", "linux")
    with http.server.HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/whl/cpu"
        server.shutdown()
        thread.join()


def test_linux_without_nvidia_prefers_the_small_packages(
    index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "CPU_INDEX", index)
    assert building.choose_index() == index
    assert building.space_needed(index) < building.space_needed("")


def test_with_nvidia_the_default_packages_are_taken(
    index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "CPU_INDEX", index)
    monkeypatch.setattr(building, "may_have_nvidia", lambda: True)
    assert building.choose_index() == ""


def test_an_index_out_of_reach_is_done_without(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "CPU_INDEX", index + "/nothing")
    assert building.choose_index() == ""


@pytest.mark.slow
@pytest.mark.parametrize("then", ["--uninstall", "install"])
def test_a_killed_install_is_no_obstacle(world: World, then: str) -> None:
    before = tree(world.user)
    with world.begin() as installer:
        while not (world.home / ".env.new").exists():
            time.sleep(0.02)
        installer.kill()
    assert not (world.home / "env").exists()
    if then == "install":
        assert world.run().returncode == 0
        assert world.run("--doctor").returncode == 0
    assert world.run("--uninstall").returncode == 0
    assert tree(world.user) == before


def test_what_pip_downloads_is_shown_with_what_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr("core.installing.building.moving", told.append)
    shows = building._Shown()
    logged = [
        line
        for line in (
            "Downloading https://example.org/torch-2.14.1-cp311-cp311-linux.whl (900.0 MB)",
            "Progress 450000000 of 900000000",
            "Progress 900000000 of 900000000",
            "  Downloading numpy-2.0-py3.whl (20 MB)",
            "Progress 10000000 of 20000000",
        )
        if not shows(line)
    ]
    assert [line.split()[0] for line in logged] == ["Downloading", "Downloading"]
    assert told[1] == "  downloading torch: 450 MB of 900 MB, 450 MB in all so far"
    assert told[-1] == "  downloading numpy: 10 MB of 20 MB, 910 MB in all so far"
