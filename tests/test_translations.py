"""Translations: complete, and of the sources as they are; and who speaks which language."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from gimp_plugin.common.translation import languages
from tests.gimp2 import python2
from tests.translations import catalogues, sources
from tests.translations.catalogues import forms

COMPLETE = ("de", "fr")


def texts(catalogue: Catalog) -> dict[str, list[str]]:
    return {forms(m.id)[0]: forms(m.string) for m in catalogue if m.id}


def places(catalogue: Catalog) -> dict[str, list[str]]:
    return {forms(m.id)[0]: sorted({file for file, _ in m.locations}) for m in catalogue if m.id}


def test_the_template_is_that_of_the_sources() -> None:
    """Else: python -m tests.translations."""
    with open(catalogues.TEMPLATE, "rb") as file:
        kept = read_po(file)
    assert places(kept) == places(sources.template())


def test_texts_can_be_read_out_of_the_sources() -> None:
    found = [place for path in sources.python_files() for place in sources.wrongly_wrapped(path)]
    assert not found, "values are filled in afterwards: _(“… {name} …”).format(name=name)"


@pytest.mark.parametrize("language", catalogues.languages())
def test_catalogues_have_the_sources_texts(language: str) -> None:
    assert set(texts(catalogues.read(language))) == set(texts(sources.template()))


@pytest.mark.parametrize("language", COMPLETE)
def test_nothing_is_left_to_translate(language: str) -> None:
    assert catalogues.problems(language) == []


@pytest.mark.parametrize("language", catalogues.languages())
def test_what_the_plug_in_reads_is_what_translators_wrote(language: str) -> None:
    read, written = catalogues.read_compiled(language), catalogues.read(language)
    assert texts(read) == {key: found for key, found in texts(written).items() if all(found)}
    assert read.plural_expr == written.plural_expr


# What GIMP's own buttons of such a dialog are called: OK, Cancel, Reset, Help, those for saved
# settings; and the one that browses for layers and files, on the page Where alone.
GIMPS = {
    "en": ("_OK", "_Cancel", "_Reset", "_Help", "_Load Saved Settings", "_Save Settings"),
    "de": (
        *("_OK", "Abbre_chen", "_Zurücksetzen", "_Hilfe"),
        *("_Gespeicherte Einstellungen laden", "Einstellungen _speichern"),
    ),
    "fr": (
        *("_Valider", "A_nnuler", "_Réinitialiser", "_Help"),
        *("_Charger des réglages enregistrés", "Enregi_strer les réglages"),
    ),
}
BROWSE = {"en": "_Browse...", "de": "_Durchsuchen …", "fr": "_Parcourir…"}
# By their English texts. What is on no page here is always there; other settings are Advanced. The
# last is there while a dream runs, when nothing else but Cancel can be pressed.
PAGES = {
    "What": ("One thin_g",),
    "How": ("Octa_ves", "_Iterations", "Colo_urs", "Tilea_ble", "See_d"),
    "Where": ("_Guide", "Guide on dis_k", "Strength _map", "Use the La_yer's Mask"),
    "running": ("Stop and _Keep",),
}
# A window of its own.
REPAIR = "repair"


@pytest.mark.parametrize("page", [*PAGES, "Advanced", REPAIR])
@pytest.mark.parametrize("language", ["en", *COMPLETE])
def test_letters_of_the_dialog_do_not_clash(language: str, page: str) -> None:
    """Alt with the letter would pick one of the two by chance."""
    running, repair = page == "running", page == REPAIR
    labels = [] if repair else [GIMPS[language][1]] if running else [*GIMPS[language]]
    if page == "Where":
        labels.append(BROWSE[language])
    for message in catalogues.read("de" if language == "en" else language):
        english = forms(message.id)[0]
        text = english if language == "en" else forms(message.string)[0]
        there = {_page_of(english, file) for file, _ in message.locations}
        if page in there or (None in there and not (running or repair)):
            labels.append(text)
    found = [(letter[1].lower(), label) for label in labels if (letter := re.search("_(.)", label))]
    # Keyboards of other countries have no other letters.
    assert [label for letter, label in found if not letter.isascii()] == []
    counts = Counter(letter for letter, _ in found)
    assert len(found) > (1 if running else 4 if repair else len(GIMPS[language]) + 6)
    assert [label for letter, label in found if counts[letter] > 1] == []


@pytest.mark.parametrize("language", ["en", *COMPLETE])
def test_letters_of_settings_do_not_clash(language: str) -> None:
    """Whatever page they are on: GIMP complains of it, in its log, when it makes their widgets."""
    found = []
    for message in catalogues.read("de" if language == "en" else language):
        english = forms(message.id)[0]
        text = english if language == "en" else forms(message.string)[0]
        settings = any("/settings" in file for file, _ in message.locations)
        if settings and (letter := re.search("_(.)", text)):
            found.append((letter[1].lower(), text))
    counts = Counter(letter for letter, _ in found)
    assert len(found) > 6
    assert [label for letter, label in found if counts[letter] > 1] == []


def _page_of(english: str, file: str) -> str | None:
    """The page of the dialog that a text in `file` is on; None for all of them."""
    # The labels of the menu have a menu's letters.
    if file == "gimp_plugin/deep_dream/deep_dream.py":
        return "menu"
    if file == "gimp_plugin/deep_dream/repair.py":
        return REPAIR
    for page, labels in PAGES.items():
        if english in labels:
            return page
    if file.startswith("gimp_plugin/common/settings"):
        return "Advanced"
    return None if file.startswith("gimp_plugin/deep_dream/") else "elsewhere"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, []),
        ({"LANG": "de_AT.UTF-8"}, ["de_AT.UTF-8"]),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "fr:de"}, ["fr", "de"]),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, []),
        ({"LANGUAGE": "en_GB:de"}, []),
        ({"LANGUAGE": "nl:en:de"}, ["nl"]),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows is asked where the environment says nothing")
def test_the_language_is_that_of_the_environment(
    environment: dict[str, str], expected: list[str]
) -> None:
    assert languages(environment) == expected


@pytest.mark.parametrize("kind", ["this Python", "Python 2.7"])
def test_every_python_of_a_gimp_speaks_it(kind: str) -> None:
    python = sys.executable
    if kind == "Python 2.7":
        if not python2.can_have():
            pytest.skip(python2.MISSING)
        python = python2.get()
    code = """
from __future__ import unicode_literals
import sys
sys.path.insert(0, sys.argv[1])
from common.plugin_settings import layer_name, preset_values
from common.translation import ngettext
from common.wording import progress_text
said = [progress_text("x", 1), progress_text("x", 5), ngettext("a", "b", 2)]
said.append(layer_name(dict(preset_values("eyes-everywhere"), concept="owl"), "Foto"))
getattr(sys.stdout, "buffer", sys.stdout).write("\\n".join(said).encode("utf-8"))
"""
    done = subprocess.run(
        [python, "-B", "-c", code, str(sources.ROOT / "gimp_plugin")],
        env={**os.environ, "LANGUAGE": "de_CH:fr"},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert done.stdout.decode("utf-8").splitlines() == [
        "Traum: x, noch 1 Sekunde",
        "Traum: x, noch 5 Sekunden",
        "b",
        "Traum: Eule (Foto)",
    ]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "The dream was cancelled."),
        ({"LANGUAGE": "de"}, "The dream was cancelled."),
        ({"DEEP_DREAM_LANGUAGE": "xx:de_DE.UTF-8"}, "Der Traum wurde abgebrochen."),
    ],
)
def test_the_core_speaks_as_the_plug_in_asks(said: dict[str, str], sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from core.errors import Cancelled; print(Cancelled().message)"],
        env={**os.environ, "PYTHONUTF8": "1", **said},
        cwd=sources.ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.strip() == sentence


def test_the_worker_is_told_the_language(tmp_path: Path) -> None:
    """By the plug-in's client, whatever tells that one."""
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from gimp_plugin.common.errors import WorkerError
from gimp_plugin.common.worker_client import WorkerClient
with WorkerClient() as client:
    client.start(sys.executable, sys.argv[1])
    try:
        client.wait(client.fetch("nothing of that name"))
    except WorkerError as error:
        print(error.code, error.message)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(sources.ROOT)],
        env={**os.environ, "LANGUAGE": "de", "PYTHONUTF8": "1", "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    expected = "bad-setting Ein Netz mit dem Namen „nothing of that name“ gibt es nicht."
    assert done.stdout.strip() == expected


def test_concepts_are_found_by_words_of_both_languages() -> None:
    code = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/deep_dream"]
from tiles import concept_tiles
tile, = concept_tiles(["owl"], "built-in")
print(tile.title, *tile.words)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(sources.ROOT / "gimp_plugin")],
        env={**os.environ, "LANGUAGE": "de", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.strip() == "Eule bird night hoot Uhu Kauz Vogel Nacht"
