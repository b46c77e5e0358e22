"""Starts a worker in which one thing is odd: `python -m tests.core.worker.odd_worker ODDITY`.

Only what cannot be had from outside is replaced: how long a step or a load takes, and what breaks.
"""

from __future__ import annotations

import os
import sys
import time

A_MINUTE = 60.0


def endless_step() -> None:
    """Every step lasts far longer than a test."""
    from core import dream

    def ascend(*_: object) -> bool:
        time.sleep(A_MINUTE)
        return True

    dream.ascend = ascend  # type: ignore[assignment]


def endless_load() -> None:
    """No network is ever loaded but the one that is loaded at the start."""
    from core.networks import registry

    really_load = registry.load_network

    def load(*arguments: object) -> object:
        if arguments[0] != registry.BUILT_IN:
            time.sleep(A_MINUTE)
        return really_load(*arguments)  # type: ignore[arg-type]

    registry.load_network = load  # type: ignore[assignment]


def chatter() -> None:
    """Every step prints, in Python and beneath it."""
    from core import dream

    really_ascend = dream.ascend

    def ascend(*arguments: object) -> bool:
        print("a stray print", flush=True)
        os.write(1, b"a stray write\n")
        os.system("echo a stray child")
        return really_ascend(*arguments)  # type: ignore[arg-type]

    dream.ascend = ascend  # type: ignore[assignment]


def bug() -> None:
    """The first dream meets an error that nobody foresaw."""
    from core import dream

    really_ascend = dream.ascend

    def ascend(*_: object) -> bool:
        dream.ascend = really_ascend
        raise ZeroDivisionError("a bug")

    dream.ascend = ascend  # type: ignore[assignment]


def dumb() -> None:
    """There is no memory for the second frame."""
    from core.worker import outbox

    really_write = outbox.Outbox._write_all

    def write_all(self: outbox.Outbox, data: memoryview) -> None:
        def no_memory(*_: object) -> None:
            raise MemoryError

        really_write(self, data)
        outbox.Outbox._write_all = no_memory  # type: ignore[assignment]

    outbox.Outbox._write_all = write_all  # type: ignore[assignment]


def no_torch() -> None:
    """PyTorch cannot be imported."""
    sys.modules["torch"] = None  # type: ignore[assignment]


def silent_server() -> None:
    """GoogLeNet is to be fetched from the address in the environment."""
    import dataclasses

    from core.networks import registry

    record = registry.RECORDS["googlenet"]
    url = os.environ["ODD_URL"]
    registry.RECORDS["googlenet"] = dataclasses.replace(record, url=url)


if __name__ == "__main__":
    from core.worker.serve import main

    globals()[sys.argv[1]]()
    main()
