"""What pip installs: exact versions and the hashes of their files, as requirements.lock has them.

`tests/lock.py` makes that file. It holds every package of every computer that is supported; pip
itself leaves out what a line's marker says is for others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.installing.talk import InstallError

LOCK = "requirements.lock"
TEST_LOCK = "requirements-test.lock"
"""What only the tests need; no part of an installation."""

Words = list[str]
"""The words that follow `pip` on its command line."""

_PIP = "pip"
_FIRST = (_PIP, "setuptools", "cffi", "pycparser")
"""pip itself, for a newer one resumes downloads that break off; and what pyvips is built with."""
_FROM_SOURCE = "pyvips"
"""The one package that is published without wheels. Its source is held to its hash like any file,
and it is built with what the lock has, not with whatever is newest."""
_TORCH = ("torch", "torchvision")


@dataclass(frozen=True)
class Pin:
    """One package: `marker` says for which computers, empty for all; `hashes` are pip's options."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def text(self) -> str:
        """The requirement without its hashes."""
        marker = f" ; {self.marker}" if self.marker else ""
        return f"{self.name}=={self.version}{marker}"

    @property
    def line(self) -> str:
        """The requirement with its hashes, for a file that pip reads."""
        return " ".join((self.text, *self.hashes))

    @property
    def for_graphics_cards(self) -> bool:
        """Whether only PyTorch with CUDA needs it: PyTorch has that on Linux, by default."""
        return "sys_platform == 'linux'" in self.marker


def read_pins(path: Path) -> tuple[Pin, ...]:
    """The pins in a lock file as uv and pip-tools write it.

    Raises:
        InstallError: it is missing, or a package in it has no exact version or no hash.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InstallError(
            f"The downloaded folder is not complete: {path} cannot be read.", "Download it again."
        ) from error
    bare = re.sub(r"^\s*#.*\n", "", text, flags=re.M).replace("\\\n", " ")
    return tuple(_pin(line, path) for line in bare.splitlines() if line.strip())


def _pin(line: str, path: Path) -> Pin:
    found = re.fullmatch(
        r"([\w.-]+)==([\w.!+]+)\s*(?:;\s*(.*?))?((?:\s+--hash=sha256:[0-9a-f]{64})+)\s*", line
    )
    if found is None:
        raise InstallError(
            f"{path} is damaged: “{line[:60]}” names no version and hash.",
            "Download Deep Dream again.",
        )
    name, version, marker, hashes = found.groups()
    return Pin(name, version, (marker or "").strip(), tuple(hashes.split()))


def ways(pins: Sequence[Pin], index: str, folder: Path) -> list[list[Words]]:
    """How pip can be told to install `pins`, the best way first; each is commands in their order.

    Only what is in the lock gets installed, as wheels that run nothing, and every file must have
    its hash. PyTorch's own `index` publishes other files of the same versions, of which the lock
    has no hashes; that way they come from there alone, and everything else from the default index.

    Args:
        index: PyTorch's own index; empty for the default one alone.
        folder: where the files that pip reads are written.
    """
    rest = [pin for pin in pins if pin.name != _PIP]
    locked = [_install(rest, folder / "packages.txt")]
    if not index:
        return [locked]
    small = [pin for pin in rest if not pin.for_graphics_cards and pin.name not in _TORCH]
    # Its versions carry this mark, so that none of the two can come from anywhere else.
    torch = [f"{pin.name}=={pin.version}+cpu" for pin in rest if pin.name in _TORCH]
    from_index = ["install", "--no-deps", "--only-binary", ":all:", "--index-url", index, *torch]
    return [[_install(small, folder / "small-packages.txt"), from_index], locked]


def first(pins: Sequence[Pin], folder: Path) -> Words:
    """What pip is told before that; empty where the lock has nothing of the kind."""
    tools = [pin for pin in pins if pin.name in _FIRST]
    return _install(tools, folder / "tools.txt") if tools else []


def _install(pins: Iterable[Pin], path: Path) -> Words:
    pins = list(pins)
    wheels = ",".join(dict.fromkeys(pin.name for pin in pins if pin.name != _FROM_SOURCE))
    lines = [f"--only-binary {wheels}", *(pin.line for pin in pins)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = ("--no-deps", "--require-hashes", "--no-build-isolation")
    return ["install", *options, "--requirement", str(path)]
