"""What cannot be dreamed by Python-Fu: a sentence each, and nothing changed."""

from __future__ import annotations

import json
import re

import pytest

from tests.gimp.test_refusals import broken_cores
from tests.gimp2.conftest import Facts, Installed, report

pytestmark = pytest.mark.slow

# Name -> what the sentence must say: what is wrong, and what to do.
REFUSALS = {
    "layer group": ("layer group", "Select one layer inside"),
    "layer mask": ("mask is selected", "Click the layer's picture"),
    "channel": ("channel is selected", "Click a layer"),
    "floating selection": ("floating selection", "anchor it"),
    "indexed": ("palette", "Image > Mode > RGB"),
    "selection elsewhere": ("does not touch the layer", "Select > None"),
    "other image": ("another image", "Select a layer of this image"),
    "no guide": ("needs a guide", "Choose a layer"),
    "guide that is a group": ("guide must be a layer", "Choose a layer"),
    "guide not selected": ("does not touch the guide", "Select > None"),
    "unknown choice": ("“objective” cannot be 99", "3 = concept"),
    "out of range": ("octaves", "20"),
    "unknown layer": ("m9z", ""),
    "unknown concept": ("Einhörner", ""),
    "missing core": ("not completely installed", "install.py"),
    "damaged core.json": ("damaged", "install.py"),
    "python gone": ("Python is gone", "install.py"),
    "python that cannot start": ("cannot be started", "install.py"),
    "core that dies": ("stopped unexpectedly", "install.py"),
    "corrupt weights": ("weights", ""),
    "silent core": ("does not answer", "Try again"),
}


@pytest.fixture(scope="module")
def seen(installed: Installed) -> tuple[dict[str, Facts], dict[str, str]]:
    """What inside/refusals.py saw, and the sentences that were written for a caller."""
    place = installed.home.parent
    kind = "real" if installed.gimp.real else "stand-in"
    broken = broken_cores(installed.home / "program", place / f"broken {kind}")
    path = report(installed, "refusals")
    said = installed.run("refusals", report=path, broken=broken)
    assert path.exists(), said
    facts: dict[str, Facts] = json.loads(path.read_text())
    sentences = re.findall(r"^(?:gimp\.)?error: (.*)$", said, re.M)
    assert len(sentences) == len(facts), said
    order = [*sorted(set(facts) & set(_CASES)), *sorted(set(facts) - set(_CASES) - {_LAST}), _LAST]
    return facts, dict(zip(order, sentences, strict=True))


_LAST = "silent core"
_CASES = list(REFUSALS)[: list(REFUSALS).index("missing core")]


@pytest.mark.parametrize("name", REFUSALS)
def test_it_is_refused_with_a_sentence(
    seen: tuple[dict[str, Facts], dict[str, str]], name: str
) -> None:
    facts, sentences = seen
    what, remedy = REFUSALS[name]
    # GIMP 2.10 tells a script no more than this.
    assert facts[name]["status"] == "execution error"
    assert what in sentences[name]
    assert remedy in sentences[name]


@pytest.mark.parametrize("name", REFUSALS)
def test_nothing_is_changed(seen: tuple[dict[str, Facts], dict[str, str]], name: str) -> None:
    facts = seen[0][name]
    assert facts["before"] == facts["after"]
    assert not facts["after"]["dirty"], "an undo step was left"


def test_every_refusal_has_its_own_sentence(
    seen: tuple[dict[str, Facts], dict[str, str]],
) -> None:
    sentences = seen[1]
    assert len(set(sentences.values())) == len(sentences)
