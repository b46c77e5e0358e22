"""Makes the environment: a virtual environment beside its place, filled by pip, then renamed."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from core.installing.causes import explain, full, look
from core.installing.environment import MARKER, Environment, examine, python_of, started
from core.installing.files import remove, staging, swap_in
from core.installing.pins import Pin, first, ways
from core.installing.places import Home
from core.installing.requirements import Requirement
from core.installing.running import Log, ask
from core.installing.talk import InstallError, gigabytes, moving, say
from core.language import _

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PROBE_SECONDS = 3.0
# Bytes of disk taken while the environment is made. Of the first, 5.8 GB stay taken (measured with
# PyTorch 2.15, as was a peak of 8.9 GB).
SPACE_WITH_CUDA = 10_000_000_000
SPACE_WITHOUT = 2_800_000_000


def may_have_nvidia() -> bool:
    """Whether this Linux machine shows signs of an NVIDIA graphics card."""
    dev = Path("/dev")
    return Path("/proc/driver/nvidia").exists() or any(dev.glob("nvidia[0-9]*"))


def lacks_cuda(version: str) -> bool:
    """Whether that is a version of PyTorch from its own index, without CUDA."""
    return version.endswith("+cpu")


def choose_index() -> str:
    """The package index to prefer for PyTorch; empty for the default one.

    On Linux the default packages carry several gigabytes for NVIDIA cards. PyTorch's own index has
    them without, for those who have no such card and can reach it.
    """
    if not sys.platform.startswith("linux") or may_have_nvidia():
        return ""
    reached: list[bool] = []

    def probe() -> None:
        try:
            with urllib.request.urlopen(CPU_INDEX + "/torch/", timeout=PROBE_SECONDS) as page:
                reached.append(page.status == 200)
        except (OSError, ValueError):
            pass

    # Looking up a name has no time limit of its own, so the thread may be left behind.
    thread = threading.Thread(target=probe, daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS + 1)
    return CPU_INDEX if any(reached) else ""


def space_needed(index: str) -> int:
    """Bytes of disk that making the environment takes, for a while."""
    return SPACE_WITH_CUDA if sys.platform.startswith("linux") and not index else SPACE_WITHOUT


def sandbox_can(launcher: tuple[str, ...], home: Home) -> bool:
    """Whether a sandbox has a Python that can make environments, and sees HOME's place."""
    place = home.folder
    while not place.exists():
        place = place.parent
    check = "import os, sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10) or "
    check += "not os.access(sys.argv[1], os.W_OK))"
    return ask([*started("python3", launcher), "-I", "-c", check, str(place)], 60).status == 0


def require_venv() -> None:
    """See that this Python can make environments.

    Raises:
        InstallError: it cannot.
    """
    if all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        return
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if Path("/etc/debian_version").exists():
        package = version if sys.executable != "/usr/bin/python3" else "python3-venv"
        remedy = f"This brings it: sudo apt install {package}"
    else:
        remedy = "Install your system's package for Python's venv module."
    raise InstallError(
        "This Python cannot make an environment: its venv module is missing.",
        f"{remedy}\nThen run install.py again.",
    )


def build(
    home: Home,
    requirements: Sequence[Requirement],
    pins: Sequence[Pin],
    index: str,
    launcher: tuple[str, ...],
    log: Log,
) -> Environment:
    """Make HOME/env anew out of `pins`. What was there stays until the new one is complete.

    Raises:
        InstallError: pip failed; the sentence says why as far as its output tells.
    """
    target, staged = home.environment, staging(home.environment)
    remove(staged)
    home.scratch.mkdir(exist_ok=True)
    say(_("Making an environment for Deep Dream …"))
    maker = started("python3" if launcher else sys.executable, launcher)
    if log.run([*maker, "-I", "-m", "venv", str(staged)]) != 0:
        raise full(log) or InstallError(_("The environment could not be made."), look(log))
    environment = Environment(python_of(staged), launcher)
    _fill(environment, home, pins, index, log)
    contents = examine(environment, requirements)
    if not contents.good:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in contents.wrong.items())
        raise InstallError(
            _("The packages are there but do not work ({reasons}).").format(reasons=reasons),
            look(log),
        )
    log.line(f"Python {contents.python}, {contents.versions}")
    marker = {"pins": [pin.text for pin in pins]}
    (staged / MARKER).write_text(json.dumps(marker), encoding="utf-8")
    _rename_inside(staged, target)
    swap_in(target)
    remove(home.scratch)
    return Environment(python_of(target), launcher)


def _fill(environment: Environment, home: Home, pins: Sequence[Pin], index: str, log: Log) -> None:
    settings = _pip_settings(home)
    pip = environment.command("-m", "pip")
    if tools := first(pins, home.scratch):
        # Where the newer pip cannot be had, the old one will do.
        log.run([*pip, *tools], extra=settings, ends_with_us=True)
    settings["PIP_PROGRESS_BAR"] = _progress_bar(ask([*pip, "--version"], 60).output)
    say(_("Downloading and installing PyTorch and what else is needed; this can take a while …"))
    shows = _Shown()
    for commands in ways(pins, index, home.scratch):
        if all(
            log.run([*pip, *words], on_line=shows, extra=settings, ends_with_us=True) == 0
            for words in commands
        ):
            moving("")
            return
    moving("")
    raise explain(log)


def _pip_settings(home: Home) -> dict[str, str]:
    """pip's own settings hold; only what would break, or fill another disk, is overruled."""
    settings = {
        "PIP_USER": "0",
        "PIP_TARGET": "",
        "PIP_PREFIX": "",
        "PIP_ROOT": "",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "TMPDIR": str(home.scratch),
        "TEMP": str(home.scratch),
        "TMP": str(home.scratch),
    }
    if "PIP_CACHE_DIR" not in os.environ:
        settings["PIP_CACHE_DIR"] = str(home.scratch / "cache")
    return settings


def _progress_bar(version: str) -> str:
    """The kind of progress that can be read, if this pip has it: `pip 24.1 from …` and later."""
    found = re.match(r"pip (\d+)\.(\d+)", version)
    return "raw" if found and (int(found[1]), int(found[2])) >= (24, 1) else "off"


class _Shown:
    """Shows what pip says as what it means. To be called with each line, in order."""

    def __init__(self) -> None:
        self._file = ""
        # Bytes of the files before, and of this one so far.
        self._before = self._done = 0

    def __call__(self, line: str) -> bool:
        """Show `line`; True for those that are not worth logging."""
        counted = re.match(r"Progress (\d+) of (\d+)", line)
        if counted:
            self._done, total = map(int, counted.groups())
            told = _("downloading {file}: {done} of {total}, {all} in all so far").format(
                file=self._file,
                done=gigabytes(self._done),
                total=gigabytes(total),
                all=gigabytes(self._before + self._done),
            )
            moving(f"  {told}")
        elif found := re.match(r"\s*(?:Downloading|Using cached) (\S+)", line):
            self._before, self._done = self._before + self._done, 0
            self._file = found[1].rsplit("/")[-1].partition("-")[0]
            moving("  " + _("downloading {file}").format(file=self._file))
        elif line.startswith("Installing collected packages"):
            moving("  " + _("unpacking; this takes a minute or two"))
        return bool(counted)


def _rename_inside(staged: Path, target: Path) -> None:
    """Write the environment's final place into its scripts, which hold its place as text."""
    if os.name == "nt":
        return
    for script in (staged / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            text = script.read_bytes()
            if os.fsencode(staged) in text:
                script.write_bytes(text.replace(os.fsencode(staged), os.fsencode(target)))
