"""Dreams that are ended early, in a real GIMP."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.gimp.conftest import Installed
from tests.gimp.states import differences
from tests.gimp.test_dreams import (
    ROUNDING,
    bounds,
    new_layer,
    samples,
    selection,
    source_part,
)


@pytest.fixture(scope="module")
def seen(installed: Installed) -> dict[str, Any]:
    """What inside/unfinished.py saw."""
    plugin = str(installed.plugin)
    return installed.gimp.run_batch(installed.profile, "unfinished", plugin=plugin)


def test_what_is_there_by_then_can_be_kept(seen: dict[str, Any]) -> None:
    facts = seen["kept"]
    layer = new_layer(facts)
    assert layer["name"] == "Deep Dream (Photo), unfinished"
    change = np.abs(samples(layer) - source_part(facts))
    assert (change[..., :3].max(2) > 1e-3).mean() > 0.8
    expected = selection(facts)[bounds(facts)]
    assert np.abs(samples(layer["mask"], 1) - expected).max() <= ROUNDING


def test_a_dream_that_is_dropped_leaves_the_image_alone(seen: dict[str, Any]) -> None:
    facts = seen["dropped"]
    assert facts["status"] == "cancelled"
    assert differences(facts["before"], facts["after"]) == []
