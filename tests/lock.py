"""Makes requirements.lock and requirements-test.lock: exact versions and hashes of everything.

    python3 tests/lock.py              # after a change of pyproject.toml; versions stay as they are
    python3 tests/lock.py --upgrade    # everything as new as it can be; then run all tests
    python3 tests/lock.py --upgrade-package pillow

Run by any Python from 3.10 on; needs a network. The arguments go to uv.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# In the place of this folder, which has a gimp_plugin of its own.
sys.path[0] = str(ROOT)

from core.installing.environment import python_of  # noqa: E402
from core.installing.pins import LOCK, TEST_LOCK, read_pins  # noqa: E402
from core.installing.requirements import read_requirements  # noqa: E402

UV = "uv==0.13.9"
PROJECT = ROOT / "pyproject.toml"
TOOLS = ("pip", "setuptools")
"""pip installs the rest, and one package of it is built by setuptools."""
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
PLATFORMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
"""Where everything in the lock must be there as a wheel. PyTorch has none for Macs with Intel
processors any more."""
MAC = "14.0"
"""The oldest macOS for which PyTorch has wheels; the installer says so too."""


def main(options: list[str]) -> int:
    """Make both files anew and see that they can be installed everywhere. The exit status."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
        python = python_of(folder / "env")
        subprocess.run([python, "-m", "pip", "install", "-q", UV], check=True)
        needed = [requirement.text for requirement in read_requirements(PROJECT)]
        tests = read_requirements(PROJECT, "dependency-groups", "test")
        _compile(python, folder, [*needed, *TOOLS], ROOT / LOCK, options)
        # One file of all, so that they agree; then without what the first file has already.
        texts = [requirement.text for requirement in tests]
        both = ["--constraints", ROOT / LOCK]
        _compile(python, folder, [*needed, *texts], ROOT / TEST_LOCK, [*options, *both])
        _leave_out({pin.name for pin in read_pins(ROOT / LOCK)})
        return max(_check(python, which, folder) for which in PLATFORMS)


def _compile(
    python: Path, folder: Path, texts: list[str], lock: Path, options: Sequence[str | Path]
) -> None:
    source = folder / "in.txt"
    source.write_text("\n".join(texts) + "\n", encoding="utf-8")
    plain = ("--no-annotate", "--no-header", "--quiet", "--universal", "--generate-hashes")
    words = ["pip", "compile", *plain, "--python-version", PYTHONS[0], *options]
    subprocess.run([python, "-m", "uv", *words, "--output-file", lock, source], check=True)


def _leave_out(names: set[str]) -> None:
    pins = [pin for pin in read_pins(ROOT / TEST_LOCK) if pin.name not in names]
    lines = [" \\\n    ".join((pin.text, *pin.hashes)) for pin in pins]
    (ROOT / TEST_LOCK).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _check(python: Path, which: str, folder: Path) -> int:
    """Whether that platform has a wheel of everything, on every Python. 0 where it has."""
    status = 0
    for version in PYTHONS:
        words = ["pip", "install", "--dry-run", "--quiet", "--no-deps", "--require-hashes"]
        words += [
            "--only-binary",
            ":all:",
            "--no-binary",
            "pyvips",
            "--target",
            str(folder / "none"),
        ]
        words += ["--python-platform", which, "--python-version", version]
        locks = ["--requirement", ROOT / LOCK, "--requirement", ROOT / TEST_LOCK]
        done = subprocess.run(
            [python, "-m", "uv", *words, *locks],
            stderr=subprocess.PIPE,
            env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": MAC},
        )
        fine = done.returncode == 0
        print(f"{which}, Python {version}: {'ok' if fine else done.stderr.decode()}")
        status = status or done.returncode
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
