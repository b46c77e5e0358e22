"""GIMP's Cancel kills the plug-in at any moment."""

from __future__ import annotations

from tests.gimp.conftest import Installed
from tests.gimp.states import differences


def test_a_killed_plugin_leaves_no_process_and_no_file(installed: Installed) -> None:
    seen = installed.gimp.run_batch(installed.profile, "cancelled")
    assert seen["processes before"] == [1, 1], "there was a dream to be killed"
    assert seen["status"] != "success"
    assert seen["processes left"] == []
    assert seen["new files"] == []
    assert differences(seen["before"], seen["after"]) == []
