"""Checks an installation, one line for each thing, and says what to do where one is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.installing.building import lacks_cuda, may_have_nvidia
from core.installing.doctor_gimp import check_profile, registered
from core.installing.environment import Environment, examine
from core.installing.gimps import Profile, Survey
from core.installing.manifest import Manifest
from core.installing.places import Home
from core.installing.proof import AUTO, BEST, CPU, explain, try_device
from core.installing.report import AGAIN, Check, note, ok, problem
from core.installing.requirements import Requirement
from core.installing.running import Answer
from core.installing.talk import say
from gimp_plugin.common.errors import WorkerError
from gimp_plugin.common.worker_client import Event, WorkerClient


@dataclass(frozen=True)
class Patient:
    """What the doctor looks at."""

    home: Home
    manifest: Manifest | None
    survey: Survey
    profiles: Sequence[Profile]
    requirements: Sequence[Requirement]


def examine_all(patient: Patient) -> tuple[Check, ...]:
    """Print every check; returns what is wrong."""
    wrong: list[Check] = []
    for check in _checks(patient):
        say(f"{check.mark:7} {check.text}")
        if not check.good:
            say(f"        -> {check.remedy}")
            wrong.append(check)
    say("Something is wrong; the lines marked PROBLEM say what." if wrong else "All is well.")
    return tuple(wrong)


def _checks(patient: Patient) -> Iterator[Check]:
    manifest = patient.manifest
    if manifest is None:
        yield problem(f"Nothing is installed in {patient.home.folder}.", AGAIN)
    else:
        yield from _core(patient, manifest)
    yield from _gimp(patient)


def _core(patient: Patient, manifest: Manifest) -> Iterator[Check]:
    home = patient.home
    environment = Environment(Path(manifest.python), manifest.launcher)
    contents = examine(environment, patient.requirements)
    remedy = AGAIN if manifest.own else "Repair that environment, then run install.py again."
    if not contents.python:
        yield problem(
            f"Python does not run: {manifest.python} ({contents.wrong['python']}).", remedy
        )
        return
    yield ok(f"Python {contents.python} runs: {manifest.python}")
    for name, version in contents.versions.items():
        if name not in contents.wrong:
            yield ok(f"{name} {version}")
    for name, reason in contents.wrong.items():
        yield problem(f"{name} does not work ({reason}).", remedy)
    if contents.wrong:
        return
    if not manifest.launcher:
        yield _starts(home, manifest)
    yield from _device(environment, home, manifest, contents.versions.get("torch", ""))
    yield from _weights(environment, home)


def _starts(home: Home, manifest: Manifest) -> Check:
    """Start the worker just as the plug-in does, and greet it."""
    client = WorkerClient()
    try:
        client.start(manifest.python, str(home.program))
        client.hello()
        ready = next(event.header for event in _events(client) if event.header["event"] == "ready")
    except WorkerError as error:
        return problem(f"The core does not start: {error.message} {client.log()}".rstrip(), AGAIN)
    finally:
        client.close()
    if ready["version"] != manifest.version:
        return problem(f"The core is version {ready['version']}, not {manifest.version}.", AGAIN)
    return ok(f"The core starts, version {manifest.version}")


def _device(
    environment: Environment, home: Home, manifest: Manifest, version: str
) -> Iterator[Check]:
    answer = try_device(environment, home, AUTO)
    if answer.status != 0:
        yield problem(f"The built-in network does not compute: {explain(answer)}", AGAIN)
        return
    device = _answered(answer)["device"]
    yield ok(f"The built-in network computes on: {device}")
    if device != CPU:
        return
    best = CPU
    if manifest.device == CPU and (tried := try_device(environment, home, BEST)).status == 0:
        best = str(_answered(tried)["device"])
    if doubt := unused_card(best, manifest, version, may_have_nvidia()):
        yield doubt


def unused_card(best: str, manifest: Manifest, version: str, nvidia: bool) -> Check | None:
    """Whether a graphics card lies idle while the CPU dreams, and why.

    Args:
        best: the best device that computes here.
        version: PyTorch's.
        nvidia: whether there are signs of an NVIDIA graphics card.
    """
    if best != CPU:
        return problem(f"Dreams are made on the CPU, though {best} computes here.", AGAIN)
    if nvidia and lacks_cuda(version):
        text = f"There is an NVIDIA graphics card, but PyTorch {version} is the one without CUDA."
        other = "Install PyTorch with CUDA into that environment, then run install.py again."
        return problem(text, AGAIN if manifest.own else other)
    if nvidia or manifest.device == CPU:
        return note(
            f"Dreams are made on the CPU: PyTorch {version} cannot use the graphics card. If a "
            "newer driver is there for it, install that, then run install.py again."
        )
    return None


def _weights(environment: Environment, home: Home) -> Iterator[Check]:
    inside = home.program / "core" / "installing" / "inside.py"
    answer = environment.ask("weights", inside=inside)
    if answer.status != 0:
        yield problem(f"Downloaded networks cannot be looked at: {explain(answer)}", AGAIN)
        return
    for entry in _answered(answer)["weights"]:
        if entry["wrong"]:
            yield problem(entry["wrong"], entry["repair"])
        else:
            yield ok(f"{entry['title']} is downloaded, and whole")


def _answered(answer: Answer) -> dict[str, Any]:
    return json.loads(answer.output.splitlines()[-1])


def _events(client: WorkerClient) -> Iterator[Event]:
    while True:
        yield from client.events(1.0)


def _gimp(patient: Patient) -> Iterator[Check]:
    for found in patient.survey.notes:
        # A GIMP that cannot have the plug-in is no harm beside one that can.
        yield note(f"{found.text} {found.remedy}".rstrip()) if patient.profiles else found
    for profile in patient.profiles:
        checks = list(check_profile(profile.folder, patient.home, patient.manifest))
        yield from checks
        if all(check.good for check in checks) and profile.gimp is not None:
            yield registered(profile)
