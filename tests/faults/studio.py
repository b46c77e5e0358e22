"""Where faults are tried: a real engine, the plug-ins' real client, and an eye on what is left."""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gimp_plugin.common.errors import WorkerError
from gimp_plugin.common.worker_client import WorkerClient
from tests.core.worker.worker_process import ROOT, noise
from tests.faults.trials import Fault

SIZE = (48, 40)
PIXELS = noise(SIZE[0] * SIZE[1] * 3)
SHORT: dict[str, object] = {"iterations": 2, "octaves": 2, "precision": "float32"}
# A minute, if nobody ends it.
ENDLESS = {**SHORT, "iterations": 1000, "octaves": 5, "octave-scale": 1.05}
# After so many seconds nothing may be left, however busy the machine is; the table has how many it
# really were.
_GONE_AFTER = 30.0
# How many seconds a start takes here, roughly: faults come at any moment of it.
_START = 2.5
_DREAMING = 0.6


class Studio:
    """Clients of the engine in a home of their own.

    Args:
        folder: an empty one; home, cache and temporary files are inside.
    """

    def __init__(self, folder: Path) -> None:
        self.home, self.cache = folder / "home", folder / "cache"
        self._temporary = folder / "tmp"
        for each in (self.home, self.cache, self._temporary):
            each.mkdir()
        # What the engine gets from GIMP is what this process has.
        self.environment = {
            "HOME": str(self.home),
            "DEEP_DREAM_CACHE": str(self.cache),
            "TMPDIR": str(self._temporary),
            "OMP_NUM_THREADS": "1",
        }
        self._folder = folder
        self.client = WorkerClient()
        self._wanted = b""
        self._known: set[Path] = set()
        self._held: tuple[int, int] = (0, 0)

    def open(self) -> None:
        """Start the engine and dream once; what is there then is what may be there."""
        self.restart()
        self._wanted = dream(self.client)
        self._known, self._held = self._files(), _held()

    def restart(self, program: Path = ROOT) -> WorkerClient:
        """A new engine instead of the one there is."""
        self.client.kill()
        self.client = WorkerClient()
        self.client.start(sys.executable, str(program))
        return self.client

    @property
    def engine(self) -> int:
        """The engine's process, by number."""
        assert self.client._process
        return self.client._process.pid

    def tries(self, fault: Fault) -> Iterator[random.Random]:
        """For each try what draws its moment. Afterwards nothing may be lost or left."""
        for moment in fault.moments():
            yield moment
            self._check(fault)

    def in_the_middle(self, moment: random.Random) -> int:
        """Begin a dream that does not end by itself, and wait for a moment in it; its id.

        Now and then the engine is only just being started.
        """
        starting = moment.random() < 0.25
        if starting:
            self.restart()
        request = begin(self.client, ENDLESS)
        time.sleep(moment.uniform(0, _START if starting else _DREAMING))
        return request

    def error(self, request: int, fault: Fault) -> WorkerError:
        """How that dream failed, which the artist is told."""
        try:
            self.client.wait(request)
        except WorkerError as error:
            fault.saw(error.sentence())
            return error
        raise AssertionError("The dream has not failed.")

    def engines(self) -> list[int]:
        """All processes that were started in this studio and are not this one, by number."""
        sign = f"DEEP_DREAM_CACHE={self.cache}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                # It may be gone by now, or be somebody else's.
                with suppress(OSError):
                    if sign in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
        return found

    def _check(self, fault: Fault) -> None:
        """The engine, started anew if it is gone, dreams as before; nothing else is there."""
        begun = time.monotonic()
        while self.engines() != ([self.engine] if self._alive() else []):
            assert time.monotonic() - begun < _GONE_AFTER, self.engines()
            time.sleep(0.01)
        fault.left_after(time.monotonic() - begun)
        if not self._alive():
            self.restart()
        assert dream(self.client) == self._wanted
        assert self._files() == self._known
        assert all(now <= then for now, then in zip(_held(), self._held, strict=True))

    def _alive(self) -> bool:
        return self.client._process is not None and self.client._process.poll() is None

    def _files(self) -> set[Path]:
        return {path for path in self._folder.rglob("*") if path.is_file()}


def begin(client: WorkerClient, settings: dict[str, object]) -> int:
    """Ask for a dream over the studio's picture; its id."""
    return client.dream(*SIZE, 3, settings, PIXELS, sample_format="u8")


def dream(client: WorkerClient, **settings: object) -> bytes:
    """A short dream over the studio's picture."""
    return client.wait(begin(client, {**SHORT, **settings})).payload


@contextmanager
def limited(process: int, kind: int, value: int) -> Iterator[None]:
    """One of a process's limits lowered, if it lives, and raised again, if it still does."""
    import resource

    soft, hard = resource.prlimit(process, kind)
    with suppress(ProcessLookupError):
        resource.prlimit(process, kind, (value, hard))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            resource.prlimit(process, kind, (soft, hard))


def _held() -> tuple[int, int]:
    """How many files and threads this process has."""
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


if __name__ == "__main__":
    # A plug-in that waits for its dream until it is killed.
    with WorkerClient() as plugin:
        plugin.start(sys.executable, str(ROOT))
        print("started", flush=True)
        plugin.wait(begin(plugin, ENDLESS))
