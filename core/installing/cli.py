"""The installer's command line, and what happens when something goes wrong."""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import json
import os
import sys
import traceback
from pathlib import Path

from core.installing.doctor import Patient, examine_all
from core.installing.environment import Environment
from core.installing.files import take_away
from core.installing.gimps import Profile, Survey, survey
from core.installing.install import carry_out
from core.installing.lock import only_one
from core.installing.manifest import Manifest, read, removable, remove_empty, remove_last
from core.installing.places import NAME, SOURCE, Home, find_home
from core.installing.plan import Plan, describe, make_plan
from core.installing.requirements import read_requirements
from core.installing.talk import InstallError, say, shown
from core.version import VERSION


def main(arguments: list[str]) -> int:
    """Do what the command line asks for. Returns the exit status; never shows a traceback."""
    _speak_anything()
    options = _parser().parse_args(arguments)
    home = find_home(options.home)
    try:
        return _run(options, home)
    except InstallError as error:
        _complain(error.message, error.hint)
    except OSError as error:
        _complain(*_explain(error))
    except KeyboardInterrupt:
        _complain("Stopped.", "Run install.py again to go on.")
        return 130
    except Exception:  # noqa: BLE001 (nobody sees a traceback; the log has it)
        _complain("Something unexpected happened.", _record(home))
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="install.py",
        description="Installs Deep Dream for GIMP. Run it again to update or repair.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--doctor", action="store_true", help="check everything, change nothing")
    what.add_argument("--uninstall", action="store_true", help="remove what was installed")
    parser.add_argument("--home", metavar="DIR", help="install there, not into the data folder")
    parser.add_argument(
        "--python",
        metavar="PATH",
        help="use the environment of this Python, which has all that is needed, and make none; "
        "later runs keep to it",
    )
    parser.add_argument(
        "--gimp-profile",
        metavar="DIR",
        action="append",
        default=[],
        help="install the plug-in into this GIMP profile, not into those that are found; "
        "may be given more than once",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be done, change nothing"
    )
    parser.add_argument("--version", action="version", version=VERSION)
    return parser


def _run(options: argparse.Namespace, home: Home) -> int:
    manifest = read(home)
    if options.uninstall:
        return _uninstall(home, manifest, options.dry_run)
    found = _look(options, manifest)
    if options.doctor:
        requirements = read_requirements(SOURCE / "pyproject.toml")
        wrong = examine_all(Patient(home, manifest, found, found.profiles, requirements))
        if not any(check.repairable for check in wrong):
            return 1 if wrong else 0
        if not _offer(options):
            return 1
        manifest = read(home)
    plan = make_plan(home, manifest, found, options.python)
    if options.dry_run:
        describe(plan)
        return 0
    return _install(plan)


def _offer(options: argparse.Namespace) -> bool:
    """Say which command repairs what was found; where somebody can answer, ask whether to do it."""
    words: list[str | Path] = [sys.executable, SOURCE / "install.py"]
    words += ["--home", options.home] if options.home else []
    words += ["--python", options.python] if options.python else []
    for profile in options.gimp_profile:
        words += ["--gimp-profile", profile]
    say(f"This repairs it: {shown(words)}")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        return input("Shall it be done now? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _look(options: argparse.Namespace, manifest: Manifest | None) -> Survey:
    """The GIMPs and profiles to care for: those given, else those found; and those that were
    given before, which must not be left with an older plug-in."""
    given = [Path(os.path.abspath(Path(text).expanduser())) for text in options.gimp_profile]
    if given:
        profiles = tuple(Profile(folder, exists=folder.is_dir()) for folder in given)
        found = Survey((), profiles, (), manifest.launcher if manifest else ())
    else:
        found = survey()
    seen = {profile.folder for profile in found.profiles}
    before = [Path(text) for text in manifest.profiles] if manifest else []
    more = [Profile(folder) for folder in before if folder not in seen and folder.is_dir()]
    return Survey(found.gimps, (*found.profiles, *more), found.notes, found.launcher)


def _install(plan: Plan) -> int:
    made = plan.make_home()
    with only_one(plan.home.lock) as lock:
        trouble = carry_out(plan, made, lock)
    say("")
    for error in trouble:
        say(f"Not done: {error}")
    if plan.survey.profiles:
        say("Done. Start GIMP again, open a picture, and choose Filters > Artistic > Deep Dream…")
    else:
        say("Nearly done, but in no GIMP yet: do what is said above, then run install.py again.")
    installed = plan.home.program / "install.py"
    say(f"To check it: {shown([sys.executable, installed, *plan.options, '--doctor'])}")
    say(f"To remove it: {shown([sys.executable, installed, *plan.options, '--uninstall'])}")
    say("Your first dream:")
    say(str(plan.home.picture))
    return 1 if trouble else 0


def _uninstall(home: Home, manifest: Manifest | None, dry: bool) -> int:
    if manifest is None:
        say(f"Nothing is installed in {home.folder}.")
        if not dry:
            remove_empty(home)
        return 0
    for path in removable(home, manifest):
        say(f"{'Would remove' if dry else 'Removing'} {path}")
    where = _cache_of(home, manifest)
    if not dry:
        with only_one(home.lock):
            for path in removable(home, manifest):
                take_away(path)
        remove_last(home, manifest)
    if not dry:
        say("If GIMP is open, start it anew: until then its menus still offer Deep Dream.")
    say(f"Kept: {where} (networks, if you got some), the pictures that you saved, GIMP's settings.")
    return 0


def _cache_of(home: Home, manifest: Manifest) -> str:
    """Where downloaded networks are; only the installed core knows, if it still can be asked."""
    inside = home.program / "core" / "installing" / "inside.py"
    environment = Environment(Path(manifest.python), manifest.launcher)
    answer = environment.ask("cache", inside=inside)
    try:
        return str(json.loads(answer.output)["cache"])
    except (ValueError, KeyError, TypeError):
        return f"the folder {NAME} of your cache folder"


def _explain(error: OSError) -> tuple[str, str]:
    """What happened to a file, and what to do."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return "The disk is full.", f"Free some space, then run install.py again.{where}"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"This place cannot be written to: {error.filename}.",
            "Close GIMP, see that the folder is yours, or choose another with --home.",
        )
    return f"{error.strerror or error}{where}.", "Run install.py again."


def _record(home: Home) -> str:
    """Write the traceback of the error at hand to a log; returns the sentence that says where."""
    trace = traceback.format_exc()
    path = (home.logs if home.logs.is_dir() else Path.cwd()) / "install-error.log"
    with contextlib.suppress(OSError):
        path.write_text(trace, encoding="utf-8")
        return f"{trace.splitlines()[-1]}. Please report it, with the file {path}."
    return f"{trace.splitlines()[-1]}. Please report it."


def _complain(message: str, hint: str) -> None:
    say("")
    print(f"{message}\n{hint}".rstrip(), file=sys.stderr, flush=True)


def _speak_anything() -> None:
    """No path is unspeakable: what the terminal cannot show is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
