"""The doctor names each fault and what to do; after the repair it is content."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.installing.doctor import unused_card
from core.installing.manifest import Manifest
from tests.installing.stand_in import World, tree


def _entry(world: World) -> Path:
    return world.plugin / "deep_dream.py"


def _no_exec_bit(world: World) -> None:
    _entry(world).chmod(0o644)


def _no_plugin(world: World) -> None:
    shutil.rmtree(world.plugin)


def _wrong_folder_name(world: World) -> None:
    world.plugin.rename(world.plugin.with_name("deep-dream"))


def _no_first_line(world: World) -> None:
    _entry(world).write_text("import sys\n")


def _missing_part(world: World) -> None:
    (world.plugin / "common" / "frames.py").unlink()


def _old_part(world: World) -> None:
    (world.plugin / "common" / "frames.py").write_text("# of last year\n")


def _half_a_config(world: World) -> None:
    (world.plugin / "core.json").write_text('{"python": ')


def _another_program(world: World) -> None:
    config = world.plugin / "core.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "program": "/gone"}))


def _another_python(world: World) -> None:
    config = world.plugin / "core.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "python": "/gone/python"}))


def _no_core(world: World) -> None:
    shutil.rmtree(world.home / "program" / "core")


def _core_that_fails(world: World) -> None:
    (world.home / "program" / "core" / "__main__.py").write_text("raise SystemExit('no good')")


def _damaged_weights(world: World) -> None:
    (world.home / "program" / "core" / "installing" / "device_pass.py").write_text(
        "import core.errors\n"
        "def compute_on(name): raise core.errors.WeightsError('The weights are damaged.')\n"
    )


def _cache(world: World, time: float, procedure: str = "plug-in-deep-dream") -> None:
    (world.profile / "pluginrc").write_text(
        "# GIMP pluginrc\n\n(protocol-version 277)\n(file-version 15)\n\n"
        '(plug-in-def "${gimp_plug_in_dir}/plug-ins/blinds/blinds" 1789831040\n'
        '    (proc-def "plug-in-blinds" 1\n         "Simulate"))\n'
        f'(plug-in-def "${{gimp_dir}}/plug-ins/deep_dream/deep_dream.py" {int(time)}\n'
        f'    (proc-def "{procedure}" 1\n         "Dream"))\n'
    )


def _damaged_download(world: World) -> None:
    (world.home / "program" / "core" / "installing" / "weights_here.py").write_text(
        "def weights_here(): return [{'title': 'GoogLeNet', 'repair': 'Get them again.',\n"
        "    'wrong': 'The weights of GoogLeNet are damaged.'}]\n"
    )


def _a_card_that_works_again(world: World) -> None:
    """Installed while it did not, as after a broken update of its driver."""
    manifest = world.home / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"device": "auto"', '"device": "cpu"'))
    (world.home / "program" / "core" / "installing" / "device_pass.py").write_text(
        "def compute_on(name): return 'cuda' if name == 'best' else 'cpu'\n"
    )


def _stale_cache(world: World) -> None:
    """The file is another since GIMP looked, its time the same."""
    _cache(world, _entry(world).stat().st_mtime)
    os.utime(world.profile / "pluginrc", (1, 1))


def _cache_of_another(world: World) -> None:
    _cache(world, _entry(world).stat().st_mtime, "plug-in-other")


def _folder_not_searched(world: World) -> None:
    (world.profile / "gimprc").write_text('(plug-in-path "/somewhere/plug-ins")\n')


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (_no_exec_bit, "is not marked as a program, so GIMP ignores it"),
        (_no_plugin, "The plug-in is not in"),
        (_wrong_folder_name, "is in the wrong place: GIMP needs deep_dream/deep_dream.py"),
        (_no_first_line, "does not begin with “#!”"),
        (_missing_part, "frames.py is missing"),
        (_old_part, "frames.py is of another version"),
        (_half_a_config, "core.json cannot be read"),
        (_another_program, "points to a core that is not there: /gone"),
        (_another_python, "points to a Python that is not there: /gone/python"),
        (_no_core, "The core does not start"),
        (_core_that_fails, "no good"),
        (_damaged_weights, "The built-in network does not compute: The weights are damaged."),
        (_damaged_download, "The weights of GoogLeNet are damaged."),
        (_a_card_that_works_again, "Dreams are made on the CPU, though cuda computes here."),
        (_stale_cache, "GIMP remembers another plug-in"),
        (_cache_of_another, "GIMP remembers another plug-in"),
        (_folder_not_searched, "GIMP does not look for plug-ins in"),
    ],
)
def test_a_fault_is_named(
    world: World, ready_python: Path, harm: Callable[[World], None], sentence: str
) -> None:
    world.run("--python", ready_python)
    harm(world)
    done = world.run("--doctor")
    assert done.returncode == 1
    problems = [line for line in done.stdout.splitlines() if line.startswith("PROBLEM")]
    assert any(sentence in line for line in problems), done.stdout + done.stderr
    assert done.stdout.count("        -> ") == len(problems)


@pytest.mark.parametrize(
    ("best", "version", "own", "nvidia", "said"),
    [
        ("cpu", "2.14.1+cpu", True, True, "is the one without CUDA. Run install.py again"),
        ("cpu", "2.14.1+cpu", False, True, "Install PyTorch with CUDA into that environment"),
        ("cpu", "2.14.1", True, True, "2.14.1 cannot use the graphics card. If a newer driver"),
        ("xpu", "2.14.1", True, False, "though xpu computes here"),
    ],
)
def test_a_card_that_lies_idle(best: str, version: str, own: bool, nvidia: bool, said: str) -> None:
    check = unused_card(best, Manifest(own=own), version, nvidia)
    assert check is not None
    assert said in f"{check.text} {check.remedy}"


def test_a_computer_without_a_card_has_none_idle() -> None:
    assert unused_card("cpu", Manifest(), "2.14.1", nvidia=False) is None


def test_the_doctor_names_the_command_that_repairs(world: World, ready_python: Path) -> None:
    elsewhere = world.folder / "other place"
    world.run("--python", ready_python, "--home", elsewhere)
    _no_exec_bit(world)
    said = world.run("--doctor", "--home", elsewhere).stdout.splitlines()[-1]
    command = shlex.split(said.removeprefix("This repairs it: "))
    assert world.start(*command).returncode == 0
    assert world.run("--doctor", "--home", elsewhere).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="NOT RUN: Windows has no pty.")
def test_the_doctor_repairs_where_somebody_says_yes(world: World, ready_python: Path) -> None:
    import pty

    world.run("--python", ready_python)
    _no_exec_bit(world)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, world.project / "install.py", "--doctor"],
        env=world.environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as doctor:
        os.close(theirs)
        said = b""
        while b"[y/N]" not in said:
            said += os.read(ours, 4096)
        os.write(ours, b"y\n")
        with contextlib.suppress(OSError):  # how Linux says that nobody writes any more
            while more := os.read(ours, 4096):
                said += more
    os.close(ours)
    assert doctor.returncode == 0, said.decode()
    assert os.access(_entry(world), os.X_OK)


def test_all_well(world: World, ready_python: Path) -> None:
    world.run("--python", ready_python)
    _cache(world, _entry(world).stat().st_mtime)
    (world.profile / "gimprc").write_text(
        f'(plug-in-path "${{gimp_dir}}/plug-ins{os.pathsep}${{gimp_plug_in_dir}}/plug-ins")\n'
    )
    done = world.run("--doctor")
    assert done.returncode == 0, done.stdout
    assert "PROBLEM" not in done.stdout
    assert "ok      torchvision 99.0" in done.stdout
    assert f"ok      The plug-in is in {world.plugin}" in done.stdout


def test_a_newer_file_than_the_cached_one_is_fine(world: World, ready_python: Path) -> None:
    """GIMP will ask it again by itself."""
    world.run("--python", ready_python)
    _cache(world, 1, "plug-in-other")
    assert world.run("--doctor").returncode == 0


def test_a_second_copy_is_named(world: World, ready_python: Path) -> None:
    world.run("--python", ready_python)
    other = world.user / "more plug-ins"
    (world.profile / "gimprc").write_text(
        f'(plug-in-path "${{gimp_dir}}/plug-ins{os.pathsep}{other}")\n'
    )
    shutil.copytree(world.plugin, other / "deep_dream")
    done = world.run("--doctor")
    assert done.returncode == 1
    assert f"There is a second copy: {other / 'deep_dream' / 'deep_dream.py'}" in done.stdout


def test_a_broken_python_is_named(world: World, tmp_path: Path, ready_python: Path) -> None:
    environment = tmp_path / "env that goes"
    shutil.copytree(ready_python.parents[1], environment, symlinks=True)
    world.run("--python", environment / "bin" / "python")
    shutil.rmtree(environment)
    done = world.run("--doctor")
    assert done.returncode == 1
    assert f"PROBLEM Python does not run: {environment}" in done.stdout


def test_nothing_installed(world: World) -> None:
    done = world.run("--doctor")
    assert done.returncode == 1
    assert "PROBLEM Nothing is installed" in done.stdout


def test_the_doctor_changes_nothing(world: World, ready_python: Path) -> None:
    world.run("--python", ready_python)
    before = _times(world)
    world.run("--doctor")
    assert _times(world) == before


def _times(world: World) -> dict[str, int]:
    files = [name for name, text in tree(world.user).items() if text is not None]
    return {name: (world.user / name).stat().st_mtime_ns for name in files}


def _gimp(world: World, *answer: str) -> None:
    world.program(
        "gimp-console",
        'if [ "$1" = --version ]; then echo "version 3.0.4"; exit; fi',
        *answer,
    )


def test_gimp_itself_is_asked(world: World, ready_python: Path) -> None:
    world.run("--python", ready_python)
    _gimp(world, 'echo "deep dream known: 1"')
    done = world.run("--doctor")
    assert done.returncode == 0, done.stdout
    assert "GIMP 3.0.4 has the plug-in in its menu" in done.stdout
    _gimp(world, 'echo "deep dream known: 0"')
    assert "PROBLEM GIMP 3.0.4 does not load the plug-in." in world.run("--doctor").stdout
    _gimp(world, "exit 69")
    assert "PROBLEM GIMP 3.0.4 cannot run plug-ins in Python." in world.run("--doctor").stdout
