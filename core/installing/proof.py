"""Proves an installation: the device computes, and a first dream gets made."""

from __future__ import annotations

import os
import re
from pathlib import Path

from core.installing.causes import full, look
from core.installing.environment import PATIENCE, Environment
from core.installing.files import remove
from core.installing.places import Home
from core.installing.running import Answer, Log
from core.installing.talk import InstallError, moving, say
from core.language import _

AUTO, BEST, CPU = "auto", "best", "cpu"


def try_device(environment: Environment, home: Home, device: str) -> Answer:
    """One pass forward and backward on `device` by the installed core."""
    inside = home.program / "core" / "installing" / "inside.py"
    return environment.ask("device", device, inside=inside, timeout=PATIENCE)


def choose_device(environment: Environment, home: Home, log: Log) -> str:
    """The device that works: "auto" where the best one here does, else "cpu".

    Raises:
        InstallError: not even the CPU does.
    """
    say(_("Checking that this computer can dream …"))
    for device in (AUTO, CPU):
        answer = try_device(environment, home, device)
        log.line(f"device {device}: {answer}")
        if answer.status == 0:
            if device == CPU:
                say(_("This PyTorch cannot use the graphics card, so dreams are made on the CPU."))
            return device
    raise InstallError(_("This computer cannot dream."), explain(answer, log.path))


def first_dream(environment: Environment, home: Home, device: str, log: Log) -> None:
    """Dream of the sample picture with the default settings into `home.picture`.

    Raises:
        InstallError: no picture was made.
    """
    say(_("Dreaming a first picture …"))
    core = home.program / "core"
    home.scratch.mkdir(exist_ok=True)
    unfinished = home.scratch / home.picture.name
    command = environment.command(core, "dream", core / "sample.jpg", "-o", unfinished)
    done = log.run([*command, "--device", device], on_line=_show, ends_with_us=True)
    moving("")
    if done != 0 or not unfinished.is_file():
        raise full(log) or InstallError(_("The first dream did not succeed."), look(log))
    os.replace(unfinished, home.picture)
    remove(home.scratch)


def explain(answer: Answer, log: Path | None = None) -> str:
    """The end of what a program said before it failed."""
    lines = (answer.errors or answer.output).strip().splitlines()
    silent = _("It ended with status {status} and said nothing.").format(status=answer.status)
    last = lines[-1] if lines else silent
    # A traceback's last line begins with the error's class, which tells an artist nothing.
    last = re.sub(r"^[\w.]*\.(?=[A-Z])\w+: ", "", last)
    if log is None:
        return last
    return _("{reason} The log {log} has the details.").format(reason=last, log=log)


def _show(line: str) -> bool:
    if line.startswith("Octave"):
        moving(f"  {line}")
    return False
