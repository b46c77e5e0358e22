"""Whether PyTorch has packages for this computer at all: said before anything is downloaded."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from core.installing.talk import InstallError

OLDEST_MAC = (14, 0)
OLDEST_GLIBC = (2, 28)


@dataclass(frozen=True)
class Machine:
    """The computer as Python sees it.

    `system` is sys.platform, `processor` such as "x86_64", `release` the version of macOS or of
    Linux's C library (empty where it cannot be told), `bits` what this Python is made for.
    """

    system: str
    processor: str
    release: tuple[int, ...]
    bits: int


def this_machine() -> Machine:
    """The one that this program runs on."""
    if sys.platform == "darwin":
        release = platform.mac_ver()[0]
    else:
        name, version = platform.libc_ver()
        release = version if name == "glibc" else ""
    numbers = tuple(int(part) for part in release.split(".") if part.isdecimal())
    bits = 64 if sys.maxsize > 2**32 else 32
    return Machine(sys.platform, platform.machine().lower(), numbers, bits)


def require_machine(machine: Machine) -> None:
    """See that the packages in requirements.lock are made for `machine`.

    Raises:
        InstallError: they are not; the hint says what would help.
    """
    shown = ".".join(map(str, machine.release))
    if machine.bits == 32:
        raise InstallError(
            "This Python is one for 32 bits, and PyTorch needs 64.",
            "Install a Python for 64 bits (https://www.python.org/downloads/), then run install.py "
            "with it.",
        )
    if machine.system == "darwin" and machine.processor == "x86_64":
        raise InstallError(
            "PyTorch is no longer made for Macs with Intel processors, nor for a Python of theirs.",
            "On a Mac with Apple silicon, install Python from https://www.python.org/downloads/, "
            "then run install.py with it.",
        )
    if machine.system == "darwin" and machine.release and machine.release < OLDEST_MAC:
        raise InstallError(
            f"PyTorch needs macOS {OLDEST_MAC[0]} or later, and this is macOS {shown}.",
            "Update macOS, then run install.py again.",
        )
    if machine.system == "win32" and machine.processor == "arm64":
        raise InstallError(
            "This Python is one for ARM processors, for which PyTorch has no packages on Windows.",
            "Install the Python for 64 bits and x86-64 (https://www.python.org/downloads/), which "
            "Windows runs too, then run install.py with it.",
        )
    if machine.system.startswith("linux") and machine.release and machine.release < OLDEST_GLIBC:
        needed = ".".join(map(str, OLDEST_GLIBC))
        raise InstallError(
            f"PyTorch needs a Linux with glibc {needed} or later, and this one has {shown}.",
            "Use a newer release of this system (Debian 10, Ubuntu 20.04, Fedora 29 or later).",
        )
