"""What the artist reads, in the artist's language. Runs on Python 2.7 and 3.

The sources are in English; locale/LANGUAGE/LC_MESSAGES beside this file has the translations
(CONTRIBUTING.md says how they are made). Wrap whole sentences, and fill in values afterwards:

    _("The layer {name} is locked.").format(name=name)
    ngettext("{count} layer", "{count} layers", count).format(count=count)

A text that is written down before it is shown is marked by `N_` where it stands, and translated
by `_` where it is shown.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import gettext
import locale
import os

DOMAIN = str("deep-dream-gimp")
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), str("locale"))

# In the environment of a worker: the languages of whom it dreams for, the best first, with colons
# between. Without it, as on the command line, the core speaks English.
VARIABLE = str("DEEP_DREAM_LANGUAGE")

# GIMP sets the first of them for its plug-ins where a language is chosen in its preferences.
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def languages(environment=os.environ):
    """The languages that the artist reads, the best first, such as ["de_AT", "fr"].

    None of them is after English, in which everything is there.
    """
    wanted = []
    for name in _own_languages(environment):
        if name.partition(str("."))[0] in ("C", "POSIX") or name[:2].lower() == "en":
            break
        wanted.append(name)
    return wanted


def catalogue(wanted):
    """The translations for `wanted`, languages as `languages` gives them, the best first."""
    # No list at all would have gettext look into the environment.
    return gettext.translation(DOMAIN, FOLDER, wanted or [str("en")], fallback=True)


def _own_languages(environment):
    for variable in _VARIABLES:
        value = environment.get(variable)
        if value:
            return [name for name in value.split(str(":")) if name]
    if os.name == "nt":
        import ctypes

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()  # type: ignore[attr-defined]
        return [locale.windows_locale.get(number, str("C"))]
    return []


_catalogue = catalogue(languages())
# Python 2 has other functions for text.
_one = getattr(_catalogue, "ugettext", _catalogue.gettext)
_of_number = getattr(_catalogue, "ungettext", _catalogue.ngettext)


def _(text):
    # type: (str) -> str
    """`text` in the artist's language."""
    # Of no text, gettext gives what stands at the head of a catalogue.
    return _one(text) if text else text


def ngettext(one, many, count):
    # type: (str, str, int) -> str
    """The form that goes with `count` things, in the artist's language."""
    return _of_number(one, many, count)


def N_(text):
    # type: (str) -> str
    """`text` as it is; marks it as one that is translated where it is shown."""
    return text
