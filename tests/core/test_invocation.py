"""Commands in sentences must be commands that work."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

import core
from core import invocation

ROOT = Path(core.__file__).resolve().parent.parent


def test_in_a_checkout_it_is_the_documented_command() -> None:
    assert invocation.command("networks") == "python -m core networks"


def test_an_installed_core_names_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence, typed into a shell somewhere else, runs."""
    program = tmp_path / "Jöhn's program"
    ignored = shutil.ignore_patterns("training", "__pycache__", "*.safetensors")
    shutil.copytree(ROOT / "core", program / "core", ignore=ignored)
    shutil.copytree(ROOT / "gimp_plugin" / "common", program / "gimp_plugin" / "common")
    monkeypatch.setattr(invocation, "_PROGRAM", program)
    line = invocation.command("--version")
    done = subprocess.run(shlex.split(line), cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
