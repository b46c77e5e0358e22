"""What can break while a real GIMP dreams: the image stays as it was, and nothing is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.faults import relay as relaying
from tests.faults.trials import Fault, Trials
from tests.gimp import gimps
from tests.gimp.conftest import Installed
from tests.gimp.states import differences
from tests.gimp_plugin.programs import make_program

# What the artist is told; nothing where it was the artist's wish.
FAULTS = {
    "Engine killed (SIGKILL)": ("memory ran out",),
    "Engine stopped (SIGSTOP)": ("does not answer",),
    # Where a library does not look whether it got memory, the engine stops without a word of it.
    "Memory runs out": ("memory", "stopped unexpectedly"),
    "Plug-in killed (SIGKILL)": ("",),
    "Pipe closed within a frame": ("stopped unexpectedly",),
}
_DISK_FULL = "Disk full in cache and home"


def test_a_fault_leaves_the_image_as_it_was(installed: Installed, trials: Trials) -> None:
    faults = {name: _fault(installed, trials, name) for name in FAULTS}
    if not trials.many:
        # test_cancelled has it.
        faults["Plug-in killed (SIGKILL)"].times = 0
    seen = _seen(installed, trials, faults)
    for name, fault in faults.items():
        for _moment, one in zip(fault.moments(), seen[name], strict=True):
            assert one["status"] != "success"
            assert any(words in one["message"] for words in FAULTS[name])
            assert differences(one["before"], one["after"]) == []
            assert not one["after"]["dirty"], "an undo step was left"
            assert one["processes left"] == []
            assert one["new files"] == []
            assert one["next dream"] == ["success", 1]
            fault.left_after(one["seconds"])
            if FAULTS[name] != ("",):
                fault.saw(one["message"])
    assert [size[2:] for size in seen["sizes"]] == [["success", 1]] * 3


def test_a_full_disk_is_no_obstacle(installed: Installed, trials: Trials) -> None:
    if installed.gimp.root is None:
        pytest.skip("NOT RUN: would fill the home folder of this computer's own GIMP.")
    fault = trials.fault(_DISK_FULL, f"GIMP {installed.gimp.version}", few=1, often=5)
    home = installed.home.parent / "small home"
    home.mkdir(exist_ok=True)
    seen = _seen(installed, trials, {_DISK_FULL: fault}, HOME=str(home))
    for _moment, one in zip(fault.moments(), seen[_DISK_FULL], strict=True):
        assert one["dream"] == ["success", 1]
        assert one["in the home"] == ["all that fits"]
        assert one["processes left"] == []
        assert one["new files"] == []
        assert one["next dream"] == ["success", 1]
        fault.left_after(one["seconds"])


def test_gimp_is_closed_within_a_dream(installed: Installed, trials: Trials) -> None:
    fault = _fault(installed, trials, "GIMP closed (SIGTERM or SIGKILL)")
    report = installed.home.parent / "closed.json"
    installed.gimp.run(
        installed.profile,
        [
            *("python3", str(gimps.INSIDE / "closed.py"), str(report)),
            *(str(trials.seed), str(fault.times)),
            *gimps.batch_command(gimps.batch_code("faults", {}, "endless")),
        ],
    )
    for _moment, one in zip(fault.moments(), json.loads(report.read_text()), strict=True):
        assert one["there"] == [1, 1]
        assert one["left"] == []
        fault.left_after(one["seconds"])


def _seen(
    installed: Installed, trials: Trials, faults: dict[str, Fault], **environment: str
) -> dict[str, Any]:
    """What inside/faults.py reports of these."""
    relay = installed.home.parent / "relay"
    if not relay.exists():
        make_program(relay, Path(relaying.__file__).read_text("utf-8"))
    return installed.gimp.run_batch(
        installed.profile,
        "faults",
        environment,
        plugin=str(installed.plugin),
        relay=str(relay),
        seed=trials.seed,
        tries={name: fault.times for name, fault in faults.items()},
    )


def _fault(installed: Installed, trials: Trials, name: str):
    where, quiet = f"GIMP {installed.gimp.version}", "none: it was the artist's wish"
    return trials.fault(name, where, few=1, often=5, quiet=quiet)
