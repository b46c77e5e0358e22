"""Runs other programs: with argument lists, never a shell, and with nothing of our own Python."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from core.installing.talk import shown

Command = Sequence[str | Path]

_PR_SET_PDEATHSIG = 1


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for another Python: ours without what would lead it to our packages."""
    unwanted = ("PYTHON", "__PYVENV_LAUNCHER__")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(unwanted)}
    return {**kept, **(extra or {})}


@dataclass(frozen=True)
class Answer:
    """How a program ended; `status` is None where it could not be started or took too long."""

    status: int | None
    output: str
    errors: str


def ask(
    command: Command, timeout: float, text: str = "", extra: Mapping[str, str] | None = None
) -> Answer:
    """Run `command` with `text` as its input and wait at most `timeout` seconds."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            env=clean_environment(extra),
        )
    except OSError as error:
        return Answer(None, "", str(error))
    except subprocess.TimeoutExpired:
        return Answer(None, "", f"no answer within {timeout:.0f} seconds")
    return Answer(done.returncode, done.stdout, done.stderr)


def _die_with_parent() -> Callable[[], object] | None:
    """What a child does before anything else, so that Linux kills it when its parent dies."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        import ctypes
    except ImportError:
        # Some builds of Python are without; then the next installer waits.
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


class Log:
    """The log of one installation. Every program it runs writes into it."""

    def __init__(self, path: Path, lock: int) -> None:
        """Start the log at `path`, replacing an older one; `lock` is handed on to each program."""
        self.path = path
        self._lock = lock
        self._file = path.open("w", encoding="utf-8", errors="backslashreplace")
        self._recent: deque[str] = deque(maxlen=400)

    def __enter__(self) -> Log:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def line(self, text: str) -> None:
        """Add one line."""
        self._recent.append(text)
        print(text, file=self._file, flush=True)

    def recent(self, lines: int) -> list[str]:
        """The last lines of the program that ran last."""
        return list(self._recent)[-lines:]

    def run(
        self,
        command: Command,
        on_line: Callable[[str], bool] = lambda _: False,
        extra: Mapping[str, str] | None = None,
        ends_with_us: bool = False,
    ) -> int:
        """Run `command`, its output into the log.

        `on_line` sees each line first; what it says True to is not logged. Where the system can
        do that (Linux), one that `ends_with_us` is killed when this program is, and keeps the next
        installer waiting no longer; it must have no children of its own that go on. Returns the
        exit status; 127 where the program cannot be started.
        """
        self._recent.clear()
        print(
            f"\n{time.strftime('%Y-%m-%d %H:%M:%S')} $ {shown(command)}",
            file=self._file,
            flush=True,
        )
        try:
            child = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                env=clean_environment(extra),
                pass_fds=(self._lock,) if os.name == "posix" else (),
                preexec_fn=_die_with_parent() if ends_with_us else None,
            )
        except OSError as error:
            self.line(str(error))
            return 127
        with child:
            try:
                for line in child.stdout or ():
                    if not on_line(line.rstrip()):
                        self.line(line.rstrip())
            except BaseException:
                child.kill()
                raise
        return child.returncode
