"""The text that an artist sends to whoever helps: what it tells, and above all what it does not."""

from __future__ import annotations

import getpass
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from gimp_plugin.common import diagnostics
from gimp_plugin.common.errors import WorkerError
from tests.core.worker.worker_process import ROOT
from tests.gimp2 import python2

READY = {
    "version": "0.1.0",
    "device": "cpu",
    "pytorch": "2.9.0",
    "python": "3.12.1",
    "networks": [{"name": "built-in", "installed": True}, {"name": "vgg16", "installed": False}],
}


def test_it_tells_what_a_helper_asks_first() -> None:
    error = WorkerError("worker-died", "It stopped.", "Try again.", "Segmentation fault")
    said = diagnostics.text("3.2.6", "0.1.0", READY, error, "deep-dream: last words")
    assert "GIMP: 3.2.6\nDeep Dream: 0.1.0\nCore: 0.1.0\nDevice: cpu\nPyTorch: 2.9.0\n" in said
    assert f"GIMP's Python: {platform.python_version()}\nSystem: {platform.system()} " in said
    assert "Networks: built-in\nLast error: worker-died: It stopped. Try again.\n" in said
    assert said.endswith("Log:\nSegmentation fault\ndeep-dream: last words")


def test_it_can_be_had_when_nothing_works() -> None:
    said = diagnostics.text("3.0.4", "")
    assert "Core: unknown\n" in said
    assert said.endswith("Last error: none")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("/home/anna/.local/share/x/core/a.py", "~/.local/share/x/core/a.py"),
        ('File "/home/anna/Für Paul/a.py", line 3', 'File "~/Für Paul/a.py", line 3'),
        ("/home/annabel/x", "~/x"),
        (r"C:\Users\Anna Maria\AppData\x.py", r"~\AppData\x.py"),
        (r"c:\users\anna maria\x.py", r"~\x.py"),
        (r"'C:\\Users\\Anna Maria\\x.py'", r"'~\\x.py'"),
        ("C:/Users/Anna Maria/x.py", "~/x.py"),
        ("/Users/paul/x.py", "~/x.py"),
        ("Anna's computer ATELIER-7 (atelier-7)", "NAME's computer NAME (NAME)"),
        ("savannah and annals stay", "savannah and annals stay"),
        ("anna_2.png", "NAME_2.png"),
        ("anna@example.org wrote", "NAME wrote"),
        ("open('/media/My Disk/Clients/Smith/a.py')", "open('…/a.py')"),
        ("cannot read /mnt/clients/smith/a.py: gone", "cannot read …/a.py: gone"),
        (r"D:\Clients\Smith\a.py", "…/a.py"),
        ("/media/My Disk/Smith/a.py: gone", "…/a.py: gone"),
        (r"D:\My Clients\Smith\a.py is gone", "…/a.py is gone"),
        (r"\\server\Smith\a.py", "…/a.py"),
        ("/usr/lib/python3/x.py, /opt/x/y.py", "/usr/lib/python3/x.py, /opt/x/y.py"),
        (r"C:\Program Files\GIMP 3\bin\python.exe", r"C:\Program Files\GIMP 3\bin\python.exe"),
        ("https://download.pytorch.org/models/a.pth", "https://download.pytorch.org/models/a.pth"),
        ("2/3 of 1/255, and/or a / b", "2/3 of 1/255, and/or a / b"),
    ],
)
def test_names_and_folders_of_the_person_are_left_out(said: str, left: str) -> None:
    homes = {"/home/anna", r"C:\Users\Anna Maria"}
    assert diagnostics.scrubbed(said, homes, {"anna", "atelier-7"}) == left


@pytest.mark.parametrize("kind", ["this Python", "Python 2.7"])
def test_who_that_is_is_found_out(kind: str, tmp_path: Path) -> None:
    python = sys.executable
    if kind == "Python 2.7":
        if not python2.can_have():
            pytest.skip(python2.MISSING)
        python = python2.get()
    home = tmp_path / "Jörg Müßig"
    code = """
from __future__ import unicode_literals
import os, socket, sys
sys.path.insert(0, sys.argv[1])
from common import diagnostics
from common.errors import WorkerError
from common.text import as_text
host = as_text(socket.gethostname())
said = "\\n".join([as_text(sys.argv[2]) + "/a.py", "joerg_m is not here", host])
said = diagnostics.text("3.0.4", "0.1.0", None, WorkerError("internal", said, "", said), said)
getattr(sys.stdout, "buffer", sys.stdout).write(said.encode("utf-8"))
"""
    done = subprocess.run(
        [python, "-B", "-c", code, str(ROOT / "gimp_plugin"), str(home)],
        env={**os.environ, "HOME": str(home), "USER": "joerg_m", "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        check=True,
    )
    said = done.stdout.decode("utf-8")
    assert said.count("~/a.py\nNAME is not here\nNAME") == 3
    for name in (str(home), "Müßig", "joerg_m", getpass.getuser(), platform.node()):
        assert name.lower() == "root" or name not in said
