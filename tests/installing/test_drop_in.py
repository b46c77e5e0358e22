"""The ZIP for GIMP's folder of plug-ins, and the installer in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from core.installing import drop_in
from core.installing.places import SOURCE
from core.version import VERSION
from gimp_plugin.common.core_config import read_core_config
from gimp_plugin.common.errors import WorkerError
from tests.installing.unzipping import unzip


@pytest.mark.slow
def test_the_unpacked_plug_in_installs_the_rest(tmp_path: Path) -> None:
    plugins = tmp_path / "Jöhn Smith" / "3.0" / "plug-ins"
    plugins.mkdir(parents=True)
    assert drop_in.main(["-o", str(tmp_path)]) == 0
    unzip(tmp_path / drop_in.NAME, plugins)
    plugin = plugins / "deep_dream"
    installer = plugin / "install" / "install.py"
    with pytest.raises(WorkerError) as caught:
        read_core_config(str(plugin))
    assert f'python3 "{installer}"' in caught.value.hint

    command = [sys.executable, installer, "--python", sys.executable]
    command += ["--home", tmp_path / "home", "--gimp-profile", plugins.parent]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    config = read_core_config(str(plugin))
    assert config.program == str(tmp_path / "home" / "program")
    assert installer.exists(), "GIMP has no other to repair with"
    assert [path.name for path in plugins.iterdir()] == ["deep_dream"]


def test_the_extension_is_described_as_gimp_and_appstream_want_it() -> None:
    path = SOURCE / "gimp_plugin" / drop_in.METAINFO
    described = ElementTree.parse(path).getroot()
    assert (described.get("type"), described.findtext("extends")) == ("addon", "org.gimp.GIMP")
    assert described.findtext("id") == drop_in.ID
    release = described.find("releases/release")
    assert release is not None
    assert release.get("version") == VERSION
    entry = described.findtext("custom/value[@key='GIMP::plug-in-path']")
    assert f"{drop_in.ID}/{entry}" in [name for _, name in drop_in.extension(SOURCE)]
    if validator := shutil.which("appstreamcli"):
        subprocess.run([validator, "validate", "--no-net", path], check=True)


def test_equal_sources_make_equal_archives(tmp_path: Path) -> None:
    drop_in.make(drop_in.contents(SOURCE), tmp_path / "one.zip")
    drop_in.make(drop_in.contents(SOURCE), tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
