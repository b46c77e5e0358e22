"""install.py from beginning to end, with an environment that is there already."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.installing.stand_in import World, make_environment, tree


def test_an_install_ends_with_the_path_of_the_first_dream(world: World, ready_python: Path) -> None:
    done = world.run("--python", ready_python)
    assert done.returncode == 0, done.stderr
    picture = Path(done.stdout.splitlines()[-1])
    assert picture == world.home / "first-dream.png"
    assert picture.read_bytes() == (world.project / "core" / "sample.jpg").read_bytes()


def test_it_says_how_far_it_is_in_the_language_of_the_plugin_that_runs_it(
    world: World, ready_python: Path
) -> None:
    done = world.run("--python", ready_python, DEEP_DREAM_LANGUAGE="de")
    assert "Träumt ein erstes Bild …" in done.stdout


def test_the_plugin_is_complete_and_knows_where_the_core_is(
    world: World, ready_python: Path
) -> None:
    world.run("--python", ready_python)
    source = world.project / "gimp_plugin"
    expected = tree(source / "deep_dream") | {
        f"common/{name}": text for name, text in tree(source / "common").items()
    }
    installed = tree(world.plugin)
    config = json.loads(installed.pop("core.json") or b"")
    packed = {name for name in installed if name.split("/")[0] == "install"}
    assert {name: installed[name] for name in installed.keys() - packed} == expected | {
        "common": None
    }
    assert {"install/install.py", "install/core/installing/cli.py"} <= packed
    assert os.access(world.plugin / "deep_dream.py", os.X_OK)
    assert config["python"] == str(ready_python)
    worker = [config["python"], "-I", config["program"] + "/core", "worker"]
    answer = subprocess.run(worker, input='{"op": "hello"}\n', capture_output=True, text=True)
    assert json.loads(answer.stdout)["version"] == config["version"]


def test_developers_parts_stay_behind(world: World, ready_python: Path) -> None:
    (world.project / "core" / "training").mkdir()
    (world.project / "core" / "training" / "train.py").touch()
    world.run("--python", ready_python)
    assert not (world.home / "program" / "core" / "training").exists()
    assert (world.home / "program" / "core" / "installing").is_dir()


def test_a_dry_run_writes_nothing(world: World, ready_python: Path) -> None:
    world.program("gimp", "echo GNU Image Manipulation Program version 3.2.6")
    before = tree(world.folder)
    done = world.run("--dry-run", "--python", ready_python)
    assert done.returncode == 0
    assert str(world.profile / "plug-ins") in done.stdout
    assert str(world.home / "first-dream.png") in done.stdout
    assert tree(world.folder) == before


def test_a_dry_run_of_a_whole_environment_writes_nothing(world: World) -> None:
    before = tree(world.folder)
    done = world.run("--dry-run")
    assert done.returncode == 0
    assert "torchvision==99.0" in done.stdout
    assert tree(world.folder) == before


def test_running_again_repairs(world: World, ready_python: Path) -> None:
    world.run("--python", ready_python)
    whole = tree(world.user)
    (world.plugin / "run.py").unlink()
    (world.plugin / "deep_dream.py").chmod(0o644)
    (world.plugin / "core.json").write_text("{")
    shutil.rmtree(world.home / "program" / "core")
    (world.home / ".program.new").mkdir()
    (world.plugin.parent / ".deep_dream.old").mkdir()
    (world.home / "scratch").mkdir()
    done = world.run()
    assert done.returncode == 0, done.stderr
    assert os.access(world.plugin / "deep_dream.py", os.X_OK)
    repaired = tree(world.user)
    log = ".local/share/deep-dream-gimp/logs/install.log"
    assert repaired.pop(log) != b""
    whole.pop(log)
    assert repaired == whole


def test_an_update_replaces_program_and_plugin(world: World, ready_python: Path) -> None:
    world.run("--python", ready_python)
    entry = world.plugin / "deep_dream.py"
    os.utime(entry, (1, 1))
    (world.project / "core" / "version.py").write_text('VERSION = "9.9.9"\n')
    (world.project / "gimp_plugin" / "common" / "presets.json").unlink()
    world.run()
    assert json.loads((world.plugin / "core.json").read_text())["version"] == "9.9.9"
    assert json.loads((world.home / "manifest.json").read_text())["version"] == "9.9.9"
    assert not (world.plugin / "common" / "presets.json").exists()
    assert not (world.home / "program" / "gimp_plugin" / "common" / "presets.json").exists()
    # GIMP asks a plug-in again only when its file's time has changed.
    assert entry.stat().st_mtime > 1


def test_an_update_keeps_settings_networks_and_what_was_chosen(
    world: World, ready_python: Path
) -> None:
    other = world.folder / "another profile"
    world.run("--python", ready_python, "--gimp-profile", other)
    kept = {
        other / "plug-in-settings" / "plug-in-deep-dream.settings": "(octaves 7)",
        other / "sessionrc": "(session-info)",
        world.user / "cache" / "googlenet-1378be20.pth": "weights",
    }
    for path, text in kept.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (world.project / "core" / "version.py").write_text('VERSION = "9.9.9"\n')
    assert world.run("--gimp-profile", world.profile).returncode == 0
    for profile in (other, world.profile):
        config = json.loads((profile / "plug-ins" / "deep_dream" / "core.json").read_text())
        assert (config["version"], config["python"]) == ("9.9.9", str(ready_python))
    assert {path: path.read_text() for path in kept} == kept


def test_uninstall_leaves_nothing(world: World, ready_python: Path) -> None:
    before = tree(world.user)
    world.run("--python", ready_python)
    done = world.run("--uninstall")
    assert done.returncode == 0, done.stderr
    assert tree(world.user) == before
    assert str(world.user / "cache") in done.stdout


def test_the_installed_copy_checks_repairs_and_removes_itself(
    world: World, ready_python: Path
) -> None:
    before = tree(world.user)
    world.run("--python", ready_python)
    shutil.rmtree(world.project)
    copy = world.home / "program" / "install.py"
    assert world.start(sys.executable, copy, "--doctor").returncode == 0
    assert world.start(sys.executable, copy).returncode == 0
    assert world.start(sys.executable, copy, "--uninstall").returncode == 0
    assert tree(world.user) == before


def test_uninstall_keeps_what_is_not_ours(world: World, ready_python: Path) -> None:
    world.run("--python", ready_python)
    mine = [world.home / "my own.png", world.profile / "plug-ins" / "other" / "other.py"]
    for path in mine:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    world.run("--uninstall")
    assert [path.read_text() for path in mine] == ["mine", "mine"]
    assert ready_python.exists()


def test_a_manifest_cannot_have_others_files_deleted(world: World, ready_python: Path) -> None:
    world.run("--python", ready_python)
    precious = world.user / "pictures"
    precious.mkdir()
    manifest = world.home / "manifest.json"
    values = json.loads(manifest.read_text())
    values["owned"] += [str(precious), str(world.user), "/"]
    manifest.write_text(json.dumps(values))
    assert world.run("--uninstall").returncode == 0
    assert precious.is_dir()


def test_a_dry_uninstall_removes_nothing(world: World, ready_python: Path) -> None:
    world.run("--python", ready_python)
    before = tree(world.user)
    done = world.run("--uninstall", "--dry-run")
    assert str(world.plugin) in done.stdout
    assert tree(world.user) == before


def test_uninstall_without_an_install_says_so(world: World) -> None:
    done = world.run("--uninstall")
    assert done.returncode == 0
    assert "Nothing is installed" in done.stdout


def test_given_profiles_are_used_and_remembered(world: World, ready_python: Path) -> None:
    given = [world.folder / "profile one", world.folder / "profile two"]
    options = [word for folder in given for word in ("--gimp-profile", str(folder))]
    world.run("--python", ready_python, *options)
    assert not world.plugin.exists()
    for folder in given:
        (folder / "plug-ins" / "deep_dream" / "run.py").unlink()
    world.run("--gimp-profile", given[0])
    assert all((folder / "plug-ins" / "deep_dream" / "run.py").exists() for folder in given)


def test_another_home(world: World, ready_python: Path) -> None:
    elsewhere = world.folder / "other place"
    done = world.run("--python", ready_python, "--home", elsewhere)
    assert done.stdout.splitlines()[-1] == str(elsewhere / "first-dream.png")
    assert not world.home.exists()
    assert world.run("--home", elsewhere, "--doctor").returncode == 0


def test_somebody_elses_plugin_of_that_name_is_kept(world: World, ready_python: Path) -> None:
    world.plugin.mkdir(parents=True)
    (world.plugin / "deep_dream.py").write_text("something else")
    done = world.run("--python", ready_python)
    assert done.returncode == 1
    assert "holds something else. Move it away" in done.stdout
    assert tree(world.plugin) == {"deep_dream.py": b"something else"}


def test_a_link_to_a_checkout_is_replaced_not_followed(world: World, ready_python: Path) -> None:
    world.plugin.parent.mkdir()
    checkout = world.project / "gimp_plugin" / "deep_dream"
    world.plugin.symlink_to(checkout)
    before = tree(checkout)
    world.run("--python", ready_python)
    assert not world.plugin.is_symlink()
    assert (world.plugin / "core.json").exists()
    assert tree(checkout) == before


def test_a_graphics_card_that_fails_leaves_the_cpu(world: World, ready_python: Path) -> None:
    (world.project / "core" / "installing" / "device_pass.py").write_text(
        "def compute_on(name):\n"
        "    if name == 'auto':\n"
        "        raise RuntimeError('no kernel image is available for execution')\n"
        "    return name\n"
    )
    done = world.run("--python", ready_python)
    assert done.returncode == 0, done.stderr
    assert "cannot use the graphics card" in done.stdout
    assert (world.home / "program" / "device.txt").read_text() == "cpu\n"
    log = (world.home / "logs" / "install.log").read_text()
    assert "no kernel image" in log
    assert "1 steps on cpu" in log


def test_a_computer_that_cannot_dream_is_told_why(world: World, ready_python: Path) -> None:
    (world.project / "core" / "installing" / "device_pass.py").write_text(
        "def compute_on(name):\n    raise core.errors.WeightsError('It is damaged.', 'Mend it.')\n"
        "import core.errors\n"
    )
    done = world.run("--python", ready_python)
    assert done.returncode == 1
    assert "This computer cannot dream.\nIt is damaged. Mend it." in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_missing_packages_are_named_with_the_remedy(world: World, tmp_path: Path) -> None:
    python = make_environment(tmp_path / "poor env", without="torchvision")
    before = tree(world.user)
    done = world.run("--python", python)
    assert done.returncode == 1
    assert "torchvision: ModuleNotFoundError" in done.stderr
    assert f"'{python}' -m pip install --upgrade 'torchvision>=" in done.stderr
    assert tree(world.user) == before


def test_old_packages_are_named(world: World, tmp_path: Path) -> None:
    python = make_environment(tmp_path / "old env")
    (info,) = (tmp_path / "old env").glob("lib/python*/site-packages/torch-99.0.dist-info")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 1.13.1\n")
    done = world.run("--python", python)
    assert done.returncode == 1
    assert "version 1.13.1 is too old" in done.stderr


def test_no_python_where_it_should_be(world: World) -> None:
    done = world.run("--python", "no/such/python")
    assert done.returncode == 1
    assert done.stderr.startswith("There is no Python at no/such/python.")


def test_something_that_is_no_python(world: World) -> None:
    done = world.run("--python", world.program("odd", "exit 3"))
    assert done.returncode == 1
    assert "cannot run Deep Dream" in done.stderr


def test_a_damaged_manifest(world: World, ready_python: Path) -> None:
    world.run("--python", ready_python)
    (world.home / "manifest.json").write_text('{"format": 1, "version"')
    done = world.run()
    assert done.returncode == 1
    assert f"Delete the folder {world.home}, then run install.py again." in done.stderr


def test_a_place_that_cannot_be_made(world: World, ready_python: Path) -> None:
    (world.folder / "file").touch()
    done = world.run("--python", ready_python, "--home", world.folder / "file" / "home")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(world.folder / "file") in done.stderr


def test_an_incomplete_download(world: World, ready_python: Path) -> None:
    (world.project / "core" / "__main__.py").unlink()
    done = world.run("--python", ready_python)
    assert done.returncode == 1
    assert "is not complete" in done.stderr
