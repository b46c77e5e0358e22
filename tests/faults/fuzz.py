"""Lets atheris look for bytes that break what reads them: `python -m tests.faults.fuzz SECONDS`.

Each target of targets.py gets its share of the time in a process of its own. Whatever it raises,
ten seconds without an answer, and more than `_MEGABYTES` of memory are findings: the bytes are then
kept in a file that is named. Exit status 0 where there are none, 1 where there are, 2 where atheris
is missing.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# What one target may take, Python and atheris with it; the largest header has 64 KiB.
_MEGABYTES = 512
_LONGEST = 70_000
_PATIENCE = 10


def main() -> int:
    """Fuzz every target, or the one that is named; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.fuzz", description=__doc__)
    parser.add_argument("seconds", type=int, help="for all targets together")
    parser.add_argument("--target", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print(
            "atheris is not installed. It has wheels for Linux and some Pythons:\n"
            f"    {sys.executable} -m pip install atheris\n"
            "Without it, hypothesis does the same with fewer tries:\n"
            f"    {sys.executable} -m pytest --faults tests/faults/test_fuzzed.py"
        )
        return 2
    if chosen.target:
        _fuzz_here(chosen.target, chosen.seconds, Path(chosen.folder))
    from tests.faults import targets

    share = max(1, chosen.seconds // len(targets.ALL))
    return max([_fuzz(target.__name__, share) for target in targets.ALL])


def _fuzz(target: str, seconds: int) -> int:
    """Fuzz one target in a process of its own and say what came of it; 1 for a finding."""
    with tempfile.TemporaryDirectory(prefix="deep-dream-fuzz-") as corpus:
        words = ["-m", "tests.faults.fuzz", str(seconds), "--target", target, "--folder", corpus]
        done = subprocess.run(
            [sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    runs = re.search(r"Done (\d+) runs", done.stdout)
    if done.returncode == 0 and runs:
        print(f"{target}: {int(runs[1]):,} tries in {seconds} s, nothing found", flush=True)
        return 0
    print(f"{target}: FOUND SOMETHING\n{done.stdout[-6000:]}", flush=True)
    return 1


def _fuzz_here(target: str, seconds: int, corpus: Path) -> None:
    """Fuzz one target in this process, which ends with that."""
    # By its name: where it is missing, type checkers shall not miss it.
    atheris = importlib.import_module("atheris")
    # Before anything of it is imported.
    with atheris.instrument_imports(include=["core", "gimp_plugin"]):
        from tests.faults import seeds, targets
    function = getattr(targets, target)
    for number, good in enumerate(seeds.BY_TARGET[function]):
        (corpus / str(number)).write_bytes(good)
    found = Path(tempfile.gettempdir()) / f"deep-dream-{target}-"
    options = [f"-max_total_time={seconds}", f"-timeout={_PATIENCE}", f"-max_len={_LONGEST}"]
    options += [f"-rss_limit_mb={_MEGABYTES}", f"-artifact_prefix={found}"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], function)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
