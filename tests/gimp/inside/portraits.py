"""Pictures of the plug-in's dialogs; run beside GIMP, on a virtual screen.

Arguments: a folder for the pictures of the whole screen, and the language that GIMP speaks. Beside
them, places.json says where each dialog was: left, top, width and height.
"""

import json
import sys
import time
import unicodedata
from pathlib import Path

from artist import PHOTOGRAPH, PROJECT, working
from screen import Interface, Screen

sys.path.insert(0, str(PROJECT / "gimp_plugin"))
from common.translation import catalogue

PAGES = {"how": "Ho_w", "where": "Wher_e", "network": "_Network", "advanced": "_Advanced"}
WHAT, ONE_THING = "Wha_t", "One thin_g"
# Seconds in which the worker computes nothing once the preview is done.
_QUIET = 6.0
_PATIENCE = 240.0


class Sitting:
    """GIMP's window, in which the dialogs are opened one after the other."""

    def __init__(self, shots: Path, language: str) -> None:
        self.screen = Screen(shots)
        self.gimp = Interface(self.screen, shots / "gimp.log")
        self.say = catalogue([] if language == "en" else [language]).gettext
        self.places: dict[str, tuple[int, int, int, int]] = {}

    def dream(self) -> None:
        """The dialog over a photograph, with a dream in its preview, and its other pages."""
        self._open("Deep Dream", "_Deep Dream…")
        self._search("Eyes everywhere")
        self._take("dialog")
        for page, label in PAGES.items():
            self._press(label)
            self._shot(f"page-{page}")
        self._press(WHAT)
        self._press(ONE_THING)
        self._shot("page-things")
        self._close()

    def texture(self) -> None:
        """The dialog that needs no picture."""
        self._open("Deep Dream Texture", "Deep Dream Te_xture…")
        self._search("Coral reef")
        self._take("texture")
        self._close()

    def _open(self, title: str, label: str) -> None:
        self.gimp.do("open_file", path=str(PHOTOGRAPH))
        self.screen.enlarge(self.gimp.window)
        self.screen.activate(self.gimp.window)
        # GIMP's own search, for entries of menus.
        self.screen.keys("slash")
        self.screen.type(self.say(label).replace("_", "").rstrip(" …"))
        time.sleep(1.0)
        self.screen.keys("Return")
        self._title = f"^{self.say(title)}$"
        self.window = self.screen.wait_for(self._title)
        self.screen.activate(self.window)

    def _search(self, words: str) -> None:
        self.screen.keys("ctrl+f")
        self.screen.type(_plain(self.say(words)))
        # Chosen, and all the others shown again.
        self.screen.keys("Return", "ctrl+f", "ctrl+a", "BackSpace")

    def _take(self, name: str) -> None:
        """A picture once the preview is done."""
        seen = [(time.monotonic(), working())]

        def quiet() -> bool:
            now = time.monotonic(), working()
            if now[1] > seen[-1][1]:
                seen.append(now)
            return now[1] > 0 and now[0] - seen[-1][0] > _QUIET

        self.screen.wait_until(quiet, "the end of the preview", _PATIENCE)
        self._shot(name)

    def _shot(self, name: str) -> None:
        self.screen.shot(name)
        self.places[name] = self.screen.place(self.window)

    def _close(self) -> None:
        self.screen.close(self.window)
        self.screen.wait_gone(self._title)

    def _press(self, label: str) -> None:
        """The key of the underlined letter of a label."""
        label = self.say(label)
        self.screen.keys(f"alt+{label[label.index('_') + 1].lower()}")


def _plain(text: str) -> str:
    """Without dots and accents, which a search does not need and xdotool may not find."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def main(shots: Path, language: str) -> None:
    sitting = Sitting(shots, language)
    sitting.dream()
    sitting.texture()
    sitting.gimp.end()
    (shots / "places.json").write_text(json.dumps(sitting.places))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
