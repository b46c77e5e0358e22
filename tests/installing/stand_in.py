"""A project with the real installer and plug-in, but a core and packages of no weight.

The installer cannot tell: it makes a real environment with a real pip from real wheels, which hold
next to nothing; it starts a real core, which dreams by copying.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from core.installing.pins import LOCK
from core.installing.requirements import Requirement, read_requirements

REAL = Path(__file__).resolve().parents[2]
_KEPT = ("install.py", "pyproject.toml", "LICENSE", "core/__init__.py", "core/errors.py")
_KEPT += (
    "core/version.py",
    "core/language.py",
    "core/sample.jpg",
    "core/installing",
    "gimp_plugin",
)

_MAIN = """\
import json, pathlib, shutil, sys
here = pathlib.Path(__file__).resolve().parent
scope = {}
exec((here / "version.py").read_text("utf-8"), scope)
what, *rest = sys.argv[1:]
if what == "worker":
    for line in sys.stdin:
        ready = {"event": "ready", "version": scope["VERSION"], "device": "cpu", "networks": []}
        print(json.dumps(ready), flush=True)
else:
    picture, _, target, _, device = rest
    print("Octave 1 of 1: 1 steps on", device)
    shutil.copyfile(picture, target)
"""
_WEIGHTS = """\
import os, pathlib
def cache_folder():
    return pathlib.Path(os.environ["DEEP_DREAM_CACHE"])
"""
_WEIGHTS_HERE = """\
def weights_here():
    return []
"""
_DEVICE_PASS = """\
def compute_on(name):
    return "cpu"
"""


@dataclass(frozen=True)
class World:
    """A user's whole computer as far as the installer sees it, in one folder.

    `project` is the downloaded folder, `user` the user's home folder, `bin` all that PATH has.
    """

    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / "Downloads" / "project"

    @property
    def user(self) -> Path:
        return self.folder / "user"

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def wheels(self) -> Path:
        return self.folder / "wheels"

    @property
    def home(self) -> Path:
        return self.user / ".local" / "share" / "deep-dream-gimp"

    @property
    def profile(self) -> Path:
        return self.user / ".config" / "GIMP" / "3.0"

    @property
    def plugin(self) -> Path:
        return self.profile / "plug-ins" / "deep_dream"

    def run(
        self, *arguments: str | Path, python: str | Path = sys.executable, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the project's `install.py ARGUMENTS`, with no network within reach."""
        return self.start(python, self.project / "install.py", *arguments, **variables)

    def start(self, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a program as this computer's user."""
        return subprocess.run(
            [str(word) for word in command],
            env=self.environment(**variables),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
        )

    def begin(self) -> subprocess.Popen[bytes]:
        """Begin to run the project's `install.py`, in a process group of its own."""
        command = [sys.executable, str(self.project / "install.py")]
        nothing = subprocess.DEVNULL
        return subprocess.Popen(
            command,
            env=self.environment(),
            stdout=nothing,
            stderr=nothing,
            start_new_session=True,
        )

    def environment(self, **variables: str) -> dict[str, str]:
        """The variables of this computer's user."""
        return {
            "HOME": str(self.user),
            "PATH": str(self.bin),
            "LANG": "C.UTF-8",
            "DEEP_DREAM_CACHE": str(self.user / "cache"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            # A path would be taken apart at its spaces.
            "PIP_FIND_LINKS": self.wheels.as_uri(),
            "https_proxy": "http://127.0.0.1:9",
            **variables,
        }

    def program(self, name: str, *lines: str) -> Path:
        """Put a shell script on PATH."""
        path = self.bin / name
        path.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
        path.chmod(0o755)
        return path


def make_world(folder: Path) -> World:
    """A computer with the project downloaded, one GIMP 3.0 profile, and wheels to install from."""
    world = World(folder)
    for made in (world.bin, world.wheels, world.profile, world.project / "core"):
        made.mkdir(parents=True)
    for name in _KEPT:
        source, target = REAL / name, world.project / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    core = world.project / "core"
    (core / "__main__.py").write_text(_MAIN, encoding="utf-8")
    (core / "weights").mkdir()
    (core / "weights" / "store.py").write_text(_WEIGHTS, encoding="utf-8")
    (core / "installing" / "device_pass.py").write_text(_DEVICE_PASS, encoding="utf-8")
    (core / "installing" / "weights_here.py").write_text(_WEIGHTS_HERE, encoding="utf-8")
    make_wheels(world)
    return world


def make_wheels(world: World, **bodies: str) -> None:
    """The wheels of all that is needed, some with a module text of their own, and their lock."""
    world.wheels.mkdir(exist_ok=True)
    lock = ""
    for requirement in requirements():
        wheel = make_wheel(world.wheels, requirement, bodies.get(requirement.name, ""))
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lock += f"{requirement.name}==99.0 \\\n    --hash=sha256:{digest}\n"
    (world.project / LOCK).write_text(lock, encoding="utf-8")


def requirements() -> tuple[Requirement, ...]:
    """What the project needs."""
    return read_requirements(REAL / "pyproject.toml")


def make_wheel(
    folder: Path, requirement: Requirement, body: str = "", version: str = "99.0"
) -> Path:
    """A wheel that satisfies `requirement` with the module text `body`."""
    path = folder / f"{requirement.name}-{version}-py3-none-any.whl"
    info = f"{requirement.name}-{version}.dist-info"
    tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {
        f"{requirement.module}.py": body,
        f"{info}/METADATA": _metadata(requirement, version),
        f"{info}/WHEEL": tag,
    }
    record = "".join(f"{name},{_digest(text)},{len(text)}\n" for name, text in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return path


def make_environment(folder: Path, without: str = "", python: str = sys.executable) -> Path:
    """An environment that has all that is needed but the package `without`; returns its Python."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for requirement in requirements():
        if requirement.name != without:
            (packages / f"{requirement.module}.py").write_text("")
            info = packages / f"{requirement.name}-99.0.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(_metadata(requirement))
    return folder / "bin" / "python"


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything in `folder`: relative path -> contents, None for a folder. Without bytecode."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if "__pycache__" not in path.parts
    }


def _metadata(requirement: Requirement, version: str = "99.0") -> str:
    return f"Metadata-Version: 2.1\nName: {requirement.name}\nVersion: {version}\n"


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
