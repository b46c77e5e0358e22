"""Finds every GIMP on this computer and the profiles that those which can have Deep Dream read."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.installing import python_fu
from core.installing.environment import started
from core.installing.kinds import is_gimp_2
from core.installing.report import Check, note, problem
from core.installing.running import ask

FLATPAK = ("flatpak", "run", "org.gimp.GIMP")
_EXECUTABLE = re.compile(r"gimp(-console)?(-\d+(\.\d+)?)?(\.exe)?$")
_MANY = 60.0
"""Seconds for a program that may start slowly."""

WHERE_FROM = (
    "Install GIMP 3 from your system's packages or from https://www.gimp.org/downloads/, "
    "start it once, then run install.py again."
)


@dataclass(frozen=True)
class Gimp:
    """An installed GIMP.

    `kind` is native, flatpak or snap; `version` is such as "3.0.4", empty where unknown; `command`
    starts it, best without its windows. `python_fu` is of GIMP 2.10: whether it has Python-Fu, None
    where that cannot be seen.
    """

    kind: str
    version: str
    command: tuple[str, ...] = ()
    python_fu: bool | None = None

    @property
    def series(self) -> tuple[int, int]:
        """Major and minor number; (0, 0) where unknown."""
        found = re.match(r"(\d+)\.(\d+)", self.version)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    @property
    def fit(self) -> bool:
        """Whether it may be able to have the plug-in."""
        old = self.series == (2, 10) and self.python_fu is not False
        return self.kind != "snap" and (self.series >= (3, 0) or old)

    @property
    def name(self) -> str:
        """As a sentence has it."""
        store = {"flatpak": " from Flatpak", "snap": " from Snap"}.get(self.kind, "")
        return f"GIMP {self.version}".rstrip() + store


@dataclass(frozen=True)
class Profile:
    """The folder that holds one user's settings and plug-ins for one series of GIMP.

    `gimp` is the one that reads it, None where none is known; `exists` is False before that GIMP's
    first start.
    """

    folder: Path
    gimp: Gimp | None = None
    exists: bool = True

    @property
    def plugins(self) -> Path:
        return self.folder / "plug-ins"


@dataclass(frozen=True)
class Survey:
    """What is here: `profiles` for the plug-in, and in `notes` every GIMP that cannot have it.

    `launcher` is for a GIMP whose sandbox needs an environment of its own.
    """

    gimps: tuple[Gimp, ...]
    profiles: tuple[Profile, ...]
    notes: tuple[Check, ...]
    launcher: tuple[str, ...] = ()


def survey() -> Survey:
    """Look for GIMPs and their profiles; changes nothing."""
    programs = _programs()
    snaps = [path for path in programs if _is_snap(path)]
    gimps = [*_native([path for path in programs if path not in snaps]), *_flatpak()]
    gimps += [Gimp("snap", "")] if snaps else []
    fit = [gimp for gimp in gimps if gimp.fit]
    native = [gimp for gimp in fit if gimp.kind == "native"]
    boxed = [gimp for gimp in fit if gimp.kind == "flatpak"]
    notes = [_unfit(gimp) for gimp in gimps if gimp not in fit]
    if native and boxed:
        names = f"{boxed[0].name} is here beside {native[0].name}"
        notes.append(note(f"{names}; Deep Dream cannot work in both and is set up for the latter."))
    launcher = FLATPAK if boxed and not native else ()
    profiles = [profile for profile in _profiles(native or boxed) if _may_have(profile, gimps)]
    notes += [
        python_fu.unsure(profile.gimp.name)
        for profile in profiles
        if profile.gimp and profile.gimp.series < (3, 0) and profile.gimp.python_fu is None
    ]
    if not profiles:
        notes.append(problem("No GIMP 3 was found on this computer.", WHERE_FROM))
    return Survey(tuple(gimps), tuple(profiles), tuple(notes), launcher)


def config_folder() -> Path:
    """Where GIMP keeps its profiles, one folder for each series."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "GIMP"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "GIMP"
    config = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(config) if os.path.isabs(config) else Path.home() / ".config") / "GIMP"


def _profiles(gimps: list[Gimp]) -> Iterator[Profile]:
    """Every profile of a known series, and those that GIMPs will make at their first start."""
    by_series = {f"{major}.{minor}": gimp for gimp in gimps for major, minor in [gimp.series]}
    skipped: list[str] = []
    base = config_folder()
    if not any(_is_series(folder) for folder in _entries(base)) and gimps:
        boxed = Path.home() / ".var" / "app" / FLATPAK[-1] / "config" / "GIMP"
        # Flatpak's GIMP reads the user's common folder where there is one, else its own.
        base = boxed if gimps[0].kind == "flatpak" and not base.exists() else base
    for variable, least in (("GIMP3_DIRECTORY", (3, 0)), ("GIMP2_DIRECTORY", (2, 10))):
        own = os.environ.get(variable, "")
        if os.path.isabs(own):
            readers = [gimp for gimp in gimps if gimp.series[0] == least[0]]
            yield Profile(Path(own), readers[0] if readers else None, Path(own).is_dir())
            gimps = [gimp for gimp in gimps if gimp not in readers]
            by_series = {name: gimp for name, gimp in by_series.items() if gimp in gimps}
            skipped.append(str(least[0]))
    for folder in _entries(base):
        if _is_series(folder) and folder.name.partition(".")[0] not in skipped:
            yield Profile(folder, by_series.pop(folder.name, None))
    for series, gimp in by_series.items():
        yield Profile(base / series, gimp, exists=False)


def _may_have(profile: Profile, gimps: list[Gimp]) -> bool:
    """Whether something can read a plug-in there, as far as can be seen.

    A profile of GIMP 2.10 is often what is left of an older GIMP, or of one without Python-Fu.
    """
    if not is_gimp_2(profile.folder):
        return True
    known = {gimp.python_fu for gimp in gimps if gimp.series == (2, 10) and gimp.kind != "snap"}
    if known:
        return known != {False}
    return python_fu.of_profile(profile.folder) is True


def _is_series(folder: Path) -> bool:
    return bool(re.fullmatch(r"3\.\d+|2\.10", folder.name)) and folder.is_dir()


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _native(programs: list[Path]) -> Iterator[Gimp]:
    """The GIMPs that these programs are, one for each series."""
    seen: set[tuple[int, int]] = set()
    for program in programs:
        answer = ask([program, "--version"], _MANY)
        found = re.search(r"\b(\d+\.\d+\.\d+)", answer.output)
        version = found[1] if found else ""
        has = python_fu.of_program(program) if version.startswith("2.10.") else None
        gimp = Gimp("native", version, (str(program),), has)
        if found and gimp.series not in seen:
            seen.add(gimp.series)
            yield gimp


def _programs() -> list[Path]:
    folders = [Path(text) for text in os.environ.get("PATH", "").split(os.pathsep) if text]
    if sys.platform == "darwin":
        for applications in (Path("/Applications"), Path.home() / "Applications"):
            folders += [app / "Contents" / "MacOS" for app in applications.glob("GIMP*.app")]
    if sys.platform == "win32":
        for name in ("PROGRAMFILES", "LOCALAPPDATA"):
            root = Path(os.environ.get(name) or "C:/Program Files")
            folders += [*root.glob("GIMP*/bin"), *root.glob("Programs/GIMP*/bin")]
    programs: dict[str, Path] = {}
    for path in (entry for folder in folders for entry in _entries(folder)):
        if _EXECUTABLE.match(path.name) and os.access(path, os.X_OK):
            programs.setdefault(os.path.realpath(path), path)
    # The console program opens no window, whatever is asked of it.
    return sorted(programs.values(), key=lambda path: "console" not in path.name)


def _is_snap(path: Path) -> bool:
    return path.parts[:2] == ("/", "snap") or Path(os.path.realpath(path)).name == "snap"


def _flatpak() -> Iterator[Gimp]:
    if sys.platform.startswith("linux") and shutil.which("flatpak"):
        answer = ask(["flatpak", "info", FLATPAK[-1]], _MANY, extra={"LC_ALL": "C"})
        found = re.search(r"^\s*Version:\s*(\S+)", answer.output, re.M)
        if answer.status == 0:
            version = found[1] if found else ""
            old = version.startswith("2.10.")
            command = tuple(started("gimp-console-2.10" if old else "gimp-console", FLATPAK))
            has = python_fu.of_flatpak(FLATPAK[-1]) if old else None
            yield Gimp("flatpak", version, command, has)


def _unfit(gimp: Gimp) -> Check:
    if gimp.kind == "snap":
        locked = "GIMP from Snap is locked in and cannot reach Deep Dream."
        return problem(locked, f"Use another GIMP 3 in its stead. {WHERE_FROM}")
    if gimp.series == (2, 10):
        return python_fu.lacking(gimp.name)
    later = "Deep Dream needs GIMP 2.10, or 3.0 or later."
    return problem(f"{gimp.name} is too old: {later}", WHERE_FROM)
