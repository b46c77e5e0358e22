"""What can break while a real GIMP dreams: the image stays as it was, and nothing is left."""

from __future__ import annotations

import json

from tests.faults.trials import Trials
from tests.gimp import gimps
from tests.gimp.conftest import Installed
from tests.gimp.states import differences

# What the artist is told; nothing where it was the artist's wish.
FAULTS = {
    "Engine killed (SIGKILL)": ("memory ran out",),
    "Engine stopped (SIGSTOP)": ("does not answer",),
    # Where a library does not look whether it got memory, the engine stops without a word of it.
    "Memory runs out": ("memory", "stopped unexpectedly"),
    "Plug-in killed (SIGKILL)": ("",),
}


def test_a_fault_leaves_the_image_as_it_was(installed: Installed, trials: Trials) -> None:
    faults = {name: _fault(installed, trials, name) for name in FAULTS}
    if not trials.many:
        # test_cancelled has it.
        faults["Plug-in killed (SIGKILL)"].times = 0
    report = installed.home.parent / "faults.json"
    installed.gimp.run_batch(
        installed.profile,
        "faults",
        report=str(report),
        plugin=str(installed.plugin),
        seed=trials.seed,
        tries={name: fault.times for name, fault in faults.items()},
    )
    seen = json.loads(report.read_text())
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


def _fault(installed: Installed, trials: Trials, name: str):
    where, quiet = f"GIMP {installed.gimp.version}", "none: it was the artist's wish"
    return trials.fault(name, where, few=1, often=5, quiet=quiet)
