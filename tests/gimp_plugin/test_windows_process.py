"""Starting a program by CreateProcessW, with Windows stood in for by what this system has.

The kernel here makes real pipes and a real process out of what real Windows would be given: one
command line, one block of environment, three handles.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gimp_plugin.common import windows_kernel
from gimp_plugin.common.windows_process import environment_block, environment_of, start

pytestmark = pytest.mark.skipif(os.name == "nt", reason="file descriptors stand for handles")

_SAYS = """
import os, sys
print(sys.argv[1:], os.environ.get("NAME"), os.getcwd(), len(os.listdir("/proc/self/fd")))
sys.stdout.flush()
sys.stderr.write("log")
sys.exit(len(sys.stdin.read()))
"""


class Kernel:
    """Windows, as windows_process sees it."""

    def __init__(self) -> None:
        self.open: set[int] = set()
        self.process: subprocess.Popen[bytes] | None = None

    def pipe(self) -> list[int]:
        ends = list(os.pipe())
        self.open.update(ends)
        return ends

    def file(self, handle: int, mode: str):
        self.open.remove(handle)
        return os.fdopen(handle, mode)

    def close(self, handle: int) -> None:
        self.open.remove(handle)
        if handle >= 0:
            os.close(handle)

    def create_process(
        self, program: str, command_line: str, block: str, folder: str | None, handles: list[int]
    ) -> int:
        assert block.endswith("\0\0")
        variables = environment_of(block[:-2].split("\0"))
        self.process = subprocess.Popen(
            # Windows' rules for quotation marks are these here, as long as no backslash is there.
            shlex.split(command_line),
            executable=program,
            env=variables,
            cwd=folder,
            stdin=handles[0],
            stdout=handles[1],
            stderr=handles[2],
        )
        self.open.add(-1)
        return -1

    def exit_status(self, process: int) -> int | None:
        assert self.process
        return self.process.poll()

    def terminate(self, process: int, status: int) -> None:
        assert self.process
        self.process.terminate()


def test_names_of_any_letters_reach_the_program(tmp_path: Path) -> None:
    kernel = Kernel()
    folder = tmp_path / "Träume 夢"
    folder.mkdir()
    variables = {"NAME": "Jöhn 日本", "PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
    arguments = [sys.executable, "-c", _SAYS, "Bébé 夢", "a b"]
    process = start(kernel, arguments, variables, str(folder))
    process.stdin.write(b"12345")
    process.stdin.close()
    said = process.stdout.read().decode()
    assert said.startswith(f"['Bébé 夢', 'a b'] Jöhn 日本 {folder}")
    assert process.stderr.read() == b"log"
    assert process.wait() == 5
    assert process.poll() == 5
    assert not kernel.open, "a handle was left"


def test_the_program_is_alone_with_its_end_of_the_pipes() -> None:
    """Else it would not see the end of its input."""
    kernel = Kernel()
    process = start(kernel, [sys.executable, "-c", "import sys; sys.stdin.read()"], {}, None)
    assert process.poll() is None
    assert len(kernel.open) == 1, "the process's own handle alone is not a file"
    process.stdin.close()
    assert process.wait() == 0


def test_it_can_be_ended() -> None:
    kernel = Kernel()
    process = start(kernel, [sys.executable, "-c", "import time; time.sleep(60)"], {}, None)
    process.kill()
    assert process.wait() != 0
    process.kill()


def test_what_cannot_be_started_leaves_nothing(tmp_path: Path) -> None:
    kernel = Kernel()
    with pytest.raises(OSError, match="nothing"):
        start(kernel, [str(tmp_path / "nothing")], {}, None)
    assert not kernel.open


def test_environments_come_and_go() -> None:
    found = environment_of(["=C:=C:\\Windows", "Path=C:\\a=b", "NAME=日本"])
    assert found == {"Path": "C:\\a=b", "NAME": "日本"}
    assert environment_block(found) == "NAME=日本\0Path=C:\\a=b\0\0"
    assert environment_block({}) == "\0\0"


def test_the_structures_are_as_large_as_windows_has_them() -> None:
    """Of 64 bits; sizes and places from the Windows headers."""
    if ctypes.sizeof(ctypes.c_void_p) != 8:
        pytest.skip("a system of 32 bits")
    assert ctypes.sizeof(windows_kernel.StartupInfo) == 104
    assert ctypes.sizeof(windows_kernel.StartupInfoEx) == 112
    assert ctypes.sizeof(windows_kernel.ProcessInformation) == 24
    assert getattr(windows_kernel.StartupInfo, "hStdInput").offset == 80  # noqa: B009
