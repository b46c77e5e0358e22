"""Brings the translations up to the sources, and says what is left to translate.

    python -m tests.translations            all languages that there are
    python -m tests.translations es pt_BR   and these, begun where they are not there yet

Texts are read out of the sources into deep-dream-gimp.pot, from there into each language's .po, the
file to edit, and that is compiled to the .mo that the plug-in reads. So: run, edit, run again.
"""

from __future__ import annotations

import sys

from tests.translations.catalogues import (
    LOCALE,
    TEMPLATE,
    languages,
    po_file,
    problems,
    shown,
    update,
    write_text,
)
from tests.translations.sources import template


def main() -> int:
    """Do so; returns the exit status, 1 where something is left to do."""
    LOCALE.mkdir(exist_ok=True)
    write_text(TEMPLATE, template())
    left = 0
    for language in sorted({*languages(), *sys.argv[1:]}):
        update(language)
        found = problems(language)
        left += len(found)
        print(f"{shown(po_file(language))}: {len(found) or 'nothing'} left to do")
        for line in found:
            print(f"    {line}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
