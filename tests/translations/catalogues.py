"""The catalogues that translators edit (.po), and what the plug-in reads (.mo)."""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from tests.translations.sources import COMMON, DOMAIN, NO_DATE, PROJECT, ROOT, template

LOCALE = COMMON / "locale"
TEMPLATE = LOCALE / f"{DOMAIN}.pot"
# Parts of a catalogue's head that change from day to day, with Babel's version, or that are empty.
_LEFT_OUT = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Generated-By",
    "Report-Msgid-Bugs-To",
)
_FIELD = re.compile(r"\{(\w*)[^{}]*\}")


def languages() -> list[str]:
    """Those that there is a catalogue for."""
    return sorted(path.parent.parent.name for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def po_file(language: str) -> Path:
    """Where the translators' catalogue of a language is; the compiled one is beside it."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def mo_file(language: str) -> Path:
    """Where the compiled catalogue of a language is."""
    return po_file(language).with_suffix(".mo")


def read(language: str) -> Catalog:
    """A language's catalogue as translators left it; an empty one where there is none."""
    if not po_file(language).exists():
        return Catalog(locale=language, project=PROJECT, version="1", fuzzy=False)
    with open(po_file(language), "rb") as file:
        return read_po(file, locale=language)


def read_compiled(language: str) -> Catalog:
    """What the plug-in reads."""
    with open(mo_file(language), "rb") as file:
        return read_mo(file)


def update(language: str) -> None:
    """Bring a language's catalogues up to the sources: new texts without, old ones not at all."""
    catalogue = read(language)
    catalogue.update(template(), update_header_comment=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    po_file(language).parent.mkdir(parents=True, exist_ok=True)
    write_text(po_file(language), catalogue)
    catalogue = read(language)
    catalogue.creation_date = catalogue.revision_date = NO_DATE
    with open(mo_file(language), "wb") as file:
        write_mo(file, catalogue)


def write_text(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue as text that stays the same as long as what it says does."""
    file = io.BytesIO()
    write_po(file, catalogue, width=96, include_lineno=False)
    lines = file.getvalue().decode("utf-8").splitlines(keepends=True)
    kept = (line for line in lines if not line.lstrip('"').startswith(_LEFT_OUT))
    path.write_text("".join(kept), encoding="utf-8", newline="\n")


def problems(language: str) -> list[str]:
    """What is wrong with a language's catalogue, a line for each text."""
    found = []
    for message in read(language):
        if message.id:
            found += [f"{what}: {message.id!r:.100}" for what in _problems(message)]
    return found


def _problems(message: Message) -> list[str]:
    texts, originals = forms(message.string), forms(message.id)
    if not all(texts):
        return ["not translated"]
    if message.fuzzy:
        return ["fuzzy"]
    found = []
    if any(set(_FIELD.findall(text)) != set(_FIELD.findall(originals[-1])) for text in texts):
        found.append("other fields in braces")
    # Fewer where all the letters of a label are those of others already.
    if "_(" not in originals[0] and any(
        text.count("_") > originals[0].count("_") for text in texts
    ):
        found.append("more underlines, which mark letters")
    if any(text.endswith("…") != originals[0].endswith("…") for text in texts):
        found.append("… at the end of one only")
    return found


def forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """A text alone, or all its plural forms; "" where there is none."""
    return [text or ""] if isinstance(text, str | None) else list(text)


def shown(path: Path) -> str:
    """A path as a person reads it."""
    return path.relative_to(ROOT).as_posix()
