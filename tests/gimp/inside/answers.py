"""How soon GIMP answers a click while it dreams; run beside GIMP, on a virtual screen.

Arguments: a JSON file to write the seconds to, and a folder for pictures of the screen.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from artist import PHOTOGRAPH, Artist, long_dream
from screen import Interface, Screen

_TIMES = 8
# In the image window, in pixels from its upper left corner: the first menu's title, and a place
# that it covers when it is open, as large as the frame that xdotool counts twice allows.
_TITLE, _COVERED = (20, 10), (20, 60, 60, 60)


def seconds_to_answer(artist: Artist) -> list[float]:
    """From each of some clicks on a menu's title until the menu is seen."""
    found = []
    left, top, _, _ = artist.screen.place(artist.gimp.window)
    x, y, width, height = _COVERED
    for _ in range(_TIMES):
        title = map(str, _TITLE)
        subprocess.run(["xdotool", "mousemove", "--window", artist.gimp.window, *title], check=True)
        time.sleep(0.5)
        before = artist.screen.pixels(left + x, top + y, width, height)
        begun = time.monotonic()
        subprocess.run(["xdotool", "click", "1"], check=True)
        while artist.screen.pixels(left + x, top + y, width, height) == before:
            if time.monotonic() - begun > 30:
                artist.screen.shot("no-answer")
                raise SystemExit("The menu did not open.")
        found.append(round(time.monotonic() - begun, 3))
        artist.screen.keys("Escape")
    return found


def main(report: Path, shots: Path) -> None:
    screen = Screen(shots)
    gimp = Interface(screen, report.with_suffix(".log"))
    artist = Artist(screen, gimp)
    gimp.do("open_file", path=str(PHOTOGRAPH))
    seconds = {"idle": seconds_to_answer(artist)}
    long_dream(artist)
    time.sleep(5)
    screen.shot("dreaming")
    seconds["dreaming"] = seconds_to_answer(artist)
    gimp.end()
    report.write_text(json.dumps(seconds))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
