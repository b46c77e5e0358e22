"""The dream that a preview has shown is the one that becomes a layer, in a real GIMP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gimp.conftest import Installed


@pytest.fixture(scope="module")
def seen(installed: Installed) -> dict[str, Any]:
    """What inside/previewed.py saw."""
    plugin = str(installed.plugin)
    return installed.gimp.run_batch(installed.profile, "previewed", plugin=plugin)


@pytest.mark.parametrize(
    "name",
    ["large", "large and grey", "float", "scaled by the core", "guided", "tileable", "texture"],
)
def test_what_has_been_previewed_is_not_dreamed_again(seen: dict[str, Any], name: str) -> None:
    """The worker dreams again whatever differs by a single bit."""
    facts = seen[name]
    assert facts["preview"] > 0
    assert facts["dream"] == 0
    assert facts["layers"] == 4


def test_ok_during_a_preview_goes_on_where_that_was(seen: dict[str, Any]) -> None:
    facts = seen["interrupted"]
    assert facts["begun"] >= facts["given up"] > 0


def test_a_new_dream_is_not_hidden_by_those_of_the_same_layer(seen: dict[str, Any]) -> None:
    assert seen["stacked"] == [
        *("Above", "Dream 2", "Dream 1", "Dream 0", "Photo", "Dream 3", "Below")
    ]


def test_what_will_hardly_dream_is_remarked_on(seen: dict[str, Any]) -> None:
    remarks = seen["remarks"]
    assert remarks["photo"] is None
    assert remarks["texture"] is None
    assert "Too small" in remarks["small"][0]
    assert "Image > Scale Image" in remarks["small"][0]
    assert "selection is too small" in remarks["spot"][0]
    assert "transparent" in remarks["words"][0]
    assert "New from Visible" in remarks["words"][1]
