"""What the process is told before PyTorch is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.processors import physical_cores

ROOT = Path(__file__).resolve().parents[2]
# Takes and frees 64 MB as a step does, and tells how many pages came anew on the last rounds.
_ROUNDS = """
import ctypes, resource
from core.processors import keep_memory
kept = {keep} and keep_memory()
for number in range(6):
    if number == 2:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    block = bytearray(64 * 2**20)
    del block
print(kept, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system does not say")
def test_twins_of_a_core_count_once(tmp_path: Path) -> None:
    for processor in os.sched_getaffinity(0):
        folder = tmp_path / f"cpu{processor}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text("0-63\n")
    assert physical_cores(tmp_path) == 1
    for processor in os.sched_getaffinity(0):
        twins = tmp_path / f"cpu{processor}" / "topology" / "thread_siblings_list"
        twins.write_text(f"{processor}\n")
    assert physical_cores(tmp_path) == len(os.sched_getaffinity(0))
    assert physical_cores(tmp_path / "nowhere") is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's own habit")
def test_what_is_freed_is_kept_for_the_next_step() -> None:
    def pages(keep: bool) -> int:
        code = _ROUNDS.format(keep=keep)
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
        )
        told, faults = done.stdout.split()
        if keep and told == "False":
            pytest.skip("the C library is not glibc")
        return int(faults)

    assert pages(keep=True) < pages(keep=False) / 10


def test_the_command_line_and_the_worker_are_prepared_and_the_environment_wins() -> None:
    code = "import runpy, os, sys; sys.argv = ['core', '--version']\n"
    code += "try: runpy.run_module('core', run_name='__main__')\n"
    code += "except SystemExit: print(os.environ['GOMP_SPINCOUNT'], os.environ['OMP_NUM_THREADS'])"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    environment.pop("GOMP_SPINCOUNT", None)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split()[-2:] == ["5000", "1"]
