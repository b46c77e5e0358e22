"""`gimp_plugin/common` on the Pythons that GIMPs have: this one, and 2.7 where there is one."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.core.worker.worker_process import ROOT
from tests.gimp2 import python2
from tests.gimp_plugin import programs

SESSION = Path(__file__).with_name("session.py")
COMMON = sorted((ROOT / "gimp_plugin" / "common").glob("*.py"))


@pytest.fixture(params=["this Python", "Python 2.7"])
def python(request: pytest.FixtureRequest) -> str:
    if request.param == "this Python":
        return sys.executable
    if not python2.can_have():
        pytest.skip(python2.MISSING)
    return python2.get()


def session(python: str, folder: Path, program: Path, task: str) -> list[str]:
    folder.mkdir()
    config = {"python": sys.executable, "program": str(program), "version": "0"}
    (folder / "core.json").write_text(json.dumps(config), encoding="utf-8")
    return [python, "-B", str(SESSION), str(folder), task]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_dreams(python: str, tmp_path: Path, locale: str) -> None:
    # The core under a name that no code page has in full.
    program = tmp_path / "Träume 夢"
    program.symlink_to(ROOT)
    done = subprocess.run(
        session(python, tmp_path / "plug-in é", program, "dream"),
        env={**os.environ, "LC_ALL": locale},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.stdout, done.stderr) == (b"fine\n", b"")


def test_killed_client_leaves_no_worker(python: str, tmp_path: Path) -> None:
    """Even if another program that it started lives on: the worker's input ends nonetheless."""
    program = programs.make_program(tmp_path / "program", programs.MARKS_ITS_END)
    command = session(python, tmp_path / "plug-in", program, "abandoned")
    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
        assert client.stdout
        other = int(client.stdout.readline())
        client.kill()
        client.wait()
        try:
            deadline = time.monotonic() + 30
            while not (program / "core" / "ended").exists():
                assert time.monotonic() < deadline, "the worker was left alone"
                time.sleep(0.02)
        finally:
            os.kill(other, signal.SIGKILL)


@pytest.mark.parametrize("path", COMMON, ids=lambda path: path.name)
def test_python_2_can_read_it(path: Path) -> None:
    """No syntax that 2.7 lacks, as far as the tree shows it; runs where there is no 2.7 too."""
    text = path.read_text(encoding="utf-8")
    assert text.isascii(), "2.7 takes a file for ASCII"
    tree = ast.parse(text)
    new = (
        ast.AnnAssign,
        ast.AsyncFunctionDef,
        ast.JoinedStr,
        ast.NamedExpr,
        ast.Nonlocal,
        ast.MatMult,
        ast.YieldFrom,
    )
    for node in ast.walk(tree):
        assert not isinstance(node, new), f"line {getattr(node, 'lineno', '?')}"
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            given = node.args
            assert not given.kwonlyargs + given.posonlyargs, f"arguments of line {node.lineno}"
            assert not any(argument.annotation for argument in given.args), node.lineno
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None, node.lineno
        if isinstance(node, ast.Raise):
            assert node.cause is None, node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "super" or node.args, node.lineno
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            assert not any(isinstance(item, ast.Starred) for item in node.elts), node.lineno
        if isinstance(node, ast.ClassDef):
            assert node.bases, f"class of line {node.lineno} needs object"
    names = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for alias in node.names
    }
    assert names == {"absolute_import", "division", "print_function", "unicode_literals"} or (
        len(tree.body) == 1  # a docstring alone
    )
