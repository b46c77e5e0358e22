"""The core's sentences in the language of the artist whom a worker dreams for.

The plug-in names that language in the environment of the worker, and of the installer, that it
starts; without that, as on the command line, all is in English. Codes and logs always are.
"""

from __future__ import annotations

import os

from gimp_plugin.common.translation import VARIABLE, catalogue

_catalogue = catalogue([name for name in os.environ.get(VARIABLE, "").split(":") if name])


def _(text: str) -> str:
    """`text` as the artist reads it. Values are filled in afterwards: `_("…").format(…)`."""
    return _catalogue.gettext(text) if text else text


def ngettext(one: str, many: str, count: int) -> str:
    """The form that goes with `count` things."""
    return _catalogue.ngettext(one, many, count)
