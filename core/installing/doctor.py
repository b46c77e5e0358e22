"""Checks an installation, one line for each thing, and says what to do where one is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.installing.doctor_gimp import check_profile, registered
from core.installing.environment import Environment, examine
from core.installing.gimps import Profile, Survey
from core.installing.manifest import Manifest
from core.installing.places import Home
from core.installing.proof import AUTO, CPU, explain, try_device
from core.installing.report import AGAIN, Check, note, ok, problem
from core.installing.requirements import Requirement
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


def examine_all(patient: Patient) -> bool:
    """Print every check; True if all is well."""
    healthy = True
    for check in _checks(patient):
        say(f"{check.mark:7} {check.text}")
        if not check.good:
            say(f"        -> {check.remedy}")
        healthy = healthy and check.good
    say("All is well." if healthy else "Something is wrong; the lines marked PROBLEM say what.")
    return healthy


def _checks(patient: Patient) -> Iterator[Check]:
    manifest = patient.manifest
    if manifest is None:
        yield problem(f"Nothing is installed in {patient.home.folder}.", "Run install.py.")
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
    answer = try_device(environment, home, AUTO)
    if answer.status != 0:
        yield problem(f"The built-in network does not compute: {explain(answer)}", AGAIN)
    else:
        device = json.loads(answer.output.splitlines()[-1])["device"]
        why = ", for the graphics card could not" if manifest.device == CPU else ""
        yield ok(f"The built-in network computes on: {device}{why}")


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
