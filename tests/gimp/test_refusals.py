"""What cannot be dreamed: a sentence each, and nothing changed, in a real GIMP."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.gimp.conftest import Installed
from tests.gimp.states import differences

# Name -> status, and what the sentence must say: what is wrong, and what to do.
REFUSALS = {
    "no layer": ("calling-error", "No layer is selected", "Select the layer"),
    "two layers": ("calling-error", "2 layers are selected", "Select one layer"),
    "layer group": ("calling-error", "layer group", "Select one layer inside"),
    "channel": ("calling-error", "channel is selected", "Click a layer"),
    "floating selection": ("calling-error", "floating selection", "anchor it"),
    "indexed": ("calling-error", "palette", "Image > Mode > RGB"),
    "selection elsewhere": ("calling-error", "does not touch the layer", "Select > None"),
    "not a number": ("execution-error", "number", ""),
    "no guide": ("calling-error", "needs a guide, and none is chosen", "Choose a layer"),
    "guide not selected": ("calling-error", "does not touch the guide", "Select > None"),
    "guide is a group": ("calling-error", "guide must be a layer", "Choose a layer"),
    "guide is no picture": ("calling-error", "“refusals.py”, cannot be opened", "another file"),
    "guide shows nothing": ("calling-error", "“all hidden.xcf”, cannot be opened", "another file"),
    "map is a group": ("calling-error", "picture of its own", "Choose a layer, a channel"),
    "map is the selection": ("calling-error", "selection cannot be", "Save to Channel"),
    "map is black": ("calling-error", "map is black", "Paint some of it white"),
    "unknown layer": ("execution-error", "m9z", ""),
    "unknown concept": ("execution-error", "unicorn", ""),
    "missing core": ("execution-error", "still to be installed", "install.py"),
    "damaged core.json": ("execution-error", "damaged", "install.py"),
    "python gone": ("execution-error", "Python is gone", "install.py"),
    "python that cannot start": ("execution-error", "cannot be started", "install.py"),
    "core that dies": ("execution-error", "stopped unexpectedly", "install.py"),
    "corrupt weights": ("execution-error", "weights", ""),
    "silent core": ("execution-error", "does not answer", "Try again"),
}
AGAIN = {
    "no dream": ("calling-error", "has not made this layer", "Select a layer that it has made"),
    "nothing to dream again": ("calling-error", "No layer is selected", "Select the dream"),
    "group again": ("calling-error", "layer group", "Select one layer inside"),
    "two layers, no dream": ("calling-error", "made neither of these layers", "Select"),
    "two dreams": ("calling-error", "Both selected layers are dreams", "Select one of them"),
    "three layers": ("calling-error", "3 layers are selected", "at most one layer beside"),
    "other layer not selected": ("calling-error", "does not touch the layer", "Select > None"),
    "source gone": ("calling-error", "“Photo”, which this dream was made from, is not", "Ctrl"),
    "source smaller": ("calling-error", "“Photo” is smaller than when this dream", "Ctrl"),
    "source a group": ("calling-error", "layer group", ""),
    "dream enlarged": ("calling-error", "its mask does not fit", "Apply Layer Mask"),
    "guide gone": ("calling-error", "“Shells” of the image “Beach.xcf”, is not open", "Open it"),
    "guide's file gone": ("calling-error", "“petals.png”, is not beside", "Put it there"),
    "guide's file elsewhere": ("execution-error", "damaged", ""),
    "guide gone from this image": ("calling-error", "layer “Shells”, is not", "choose another"),
    "guide smaller": ("calling-error", "“Below”, is not", "choose another"),
    "guide damaged": ("execution-error", "damaged", ""),
    "guide not all there": ("execution-error", "damaged", ""),
    "record of another version": ("execution-error", "version 9", "newest Deep Dream"),
    "setting of another version": ("execution-error", "“glow”", "newest Deep Dream"),
    "no place in it": ("execution-error", "damaged", ""),
    "place beyond all": ("execution-error", "damaged", ""),
    "network not there": ("execution-error", "AlexNet", "networks fetch alexnet"),
    "record cut off": ("execution-error", "damaged", ""),
}
REFUSALS |= AGAIN


@pytest.fixture(scope="module")
def seen(installed: Installed) -> dict[str, Any]:
    """What inside/refusals.py saw."""
    broken = installed.home.parent / f"broken {installed.gimp.version}"
    return installed.gimp.run_batch(
        installed.profile,
        "refusals",
        plugin=str(installed.plugin),
        broken=str(broken_cores(installed.home / "program", broken)),
    )


def broken_cores(program: Path, place: Path) -> Path:
    """Cores and Pythons that do not work, each in its own way."""
    shutil.copytree(program, place / "program")
    weights = place / "program" / "core" / "networks" / "built_in.safetensors"
    weights.write_bytes(weights.read_bytes()[:100_000])
    for name, text in {
        "dying": "#!/bin/sh\necho 'Segmentation fault' >&2\nexit 139\n",
        "silent": "#!/bin/sh\nexec sleep 600\n",
        "not-a-program": "#!/nonexistent/interpreter\n",
    }.items():
        (place / name).write_text(text)
        (place / name).chmod(0o755)
    return place


@pytest.mark.parametrize("name", REFUSALS)
def test_it_is_refused_with_a_sentence(seen: dict[str, Any], name: str) -> None:
    status, what, remedy = REFUSALS[name]
    message = seen[name]["message"]
    assert seen[name]["status"] == status
    assert what in message
    assert remedy in message
    assert "Traceback" not in message


@pytest.mark.parametrize("name", REFUSALS)
def test_nothing_is_changed(seen: dict[str, Any], name: str) -> None:
    assert differences(seen[name]["before"], seen[name]["after"]) == []
    assert not seen[name]["after"]["dirty"], "an undo step was left"


def test_every_refusal_has_its_own_sentence(seen: dict[str, Any]) -> None:
    messages = {name: facts["message"] for name, facts in seen.items() if name not in AGAIN}
    assert len(set(messages.values())) == len(messages), messages
