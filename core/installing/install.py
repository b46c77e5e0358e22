"""Carries out a plan. Each step can be broken off anywhere; the next run starts it again."""

from __future__ import annotations

from dataclasses import replace

from core.installing import building, plugin
from core.installing.files import remove, staging, swap_in
from core.installing.kinds import plugin_for
from core.installing.manifest import claim, missing_folders, write
from core.installing.plan import Plan
from core.installing.program import copy_program
from core.installing.proof import AUTO, choose_device, first_dream
from core.installing.running import Log
from core.installing.talk import InstallError, say
from core.language import _
from core.version import VERSION

DEVICE = "device.txt"
"""In the program: the device to prefer where the best one does not work."""


def carry_out(plan: Plan, made: tuple[str, ...], lock: int) -> list[InstallError]:
    """Install, update or repair.

    Args:
        made: the folders that were made for HOME.
        lock: descriptor of the lock that programs started from here hold too.

    Returns:
        What stands in the way of the plug-in in one GIMP or another.

    Raises:
        InstallError: a step failed; the sentence says what to do.
    """
    trouble: list[InstallError] = []
    home = plan.home
    manifest = replace(
        plan.manifest,
        version=VERSION,
        python=str(plan.environment.python),
        own=plan.own,
        launcher=plan.environment.launcher,
        made=(*plan.manifest.made, *made),
    )
    own = (home.scratch, home.logs, home.program, home.picture, home.lock)
    manifest = claim(home, manifest, *own, home.manifest)
    home.logs.mkdir(exist_ok=True)
    with Log(home.logs / "install.log", lock) as log:
        log.line(f"Deep Dream {VERSION} from {plan.source}")
        environment = plan.environment
        if plan.build:
            manifest = claim(home, manifest, home.environment)
            environment = building.build(
                home, plan.requirements, plan.pins, plan.index, environment.launcher, log
            )
        remove(staging(home.program))
        copy_program(plan.source, staging(home.program))
        swap_in(home.program)
        say(_("The program is in {folder}").format(folder=home.program))
        for profile in plan.survey.profiles:
            folder = plugin_for(profile.folder).folder_in(profile.folder)
            try:
                plugin.require_place(profile, str(folder) in manifest.owned)
                plugin.prepare_profile(profile, log)
                plugin.require_writable(profile)
            except InstallError as error:
                trouble.append(error)
                continue
            manifest = replace(
                claim(home, manifest, folder),
                made=(*manifest.made, *missing_folders(profile.plugins)),
                profiles=tuple(dict.fromkeys((*manifest.profiles, str(profile.folder)))),
            )
            write(home, manifest)
            # From the copy: the source may lie in the very folder that is replaced.
            plugin.install(home.program, profile.folder, home, environment.python, VERSION)
            say(_("The plug-in is in {folder}").format(folder=folder))
        for note in plan.notes:
            say(f"{note.text} {note.remedy}".rstrip())
        device = choose_device(environment, home, log)
        if device != AUTO:
            (home.program / DEVICE).write_text(device + "\n", encoding="utf-8")
        write(home, replace(manifest, device=device))
        first_dream(environment, home, device, log)
    return trouble
