"""Pictures of the dialogs for the manual, by a real GIMP on a virtual screen.

`python -m tests.gimp.screenshots [FOLDER] [--gimp 3.0] [--only LOOK ...]` makes docs/pictures anew,
and keeps pictures of the whole screen, every page and every look, in FOLDER. Some minutes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.gimp import gimps, profiles

PICTURES = gimps.PROJECT / "docs" / "pictures"
_QUALITY = 85
# Left and top border of openbox's frames, which xdotool counts twice.
_FRAME = (1, 20)


@dataclass(frozen=True)
class Look:
    """How GIMP looks: `scale` is how many pixels of the screen are one of the theme's."""

    colours: str
    language: str
    scale: int = 1

    @property
    def size(self) -> str:
        """Of the screen: a small laptop's, or what is as large and has finer pixels."""
        return f"{1366 * self.scale}x{768 * self.scale}"

    @property
    def locale(self) -> str:
        """In which GIMP's own words are in the language too; see make_gimp.sh."""
        return {"de": "de_DE.UTF-8", "fr": "fr_FR.UTF-8"}.get(self.language, "C.UTF-8")


LOOKS = {
    "dark": Look("dark", "en"),
    "light": Look("light", "en"),
    "dark-german": Look("dark", "de"),
    "light-german": Look("light", "de"),
    "light-french": Look("light", "fr"),
    "large": Look("dark", "en", 2),
    "large-german": Look("dark", "de", 2),
}
# What is shown in the manual: a look, and one of its pictures.
SHOWN = {
    "dialog.jpg": ("dark", "dialog"),
    "dialog-light.jpg": ("light", "page-how"),
    "dialog-german.jpg": ("light-german", "dialog"),
    "texture.jpg": ("dark", "texture"),
}


def take(gimp: gimps.Gimp, profile: Path, look: Look, shots: Path) -> None:
    """Pictures of the whole screen, and places.json, into the new folder `shots`."""
    theme = ('(theme "Default")', f"(theme-color-scheme {look.colours})")
    profiles.configure(gimp, profile, *theme, f'(language "{look.language}")')
    shots.mkdir()
    gimp.run_interface(
        profile, "portraits", str(shots), look.language,
        SCREEN_SIZE=look.size, GDK_SCALE=str(look.scale), LANG=look.locale,
    )  # fmt: skip


def crop(shots: Path, picture: str, path: Path) -> None:
    """Save the dialog alone, as a JPEG."""
    left, top, width, height = json.loads((shots / "places.json").read_text())[picture]
    left, top = left - _FRAME[0], top - _FRAME[1]
    with Image.open(shots / f"{picture}.png") as screen:
        dialog = screen.convert("RGB").crop((left, top, left + width, top + height))
    dialog.save(path, quality=_QUALITY, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--gimp", default=gimps.versions()[-1], choices=gimps.versions())
    parser.add_argument("--only", nargs="+", default=list(LOOKS), choices=LOOKS, metavar="LOOK")
    wanted = parser.parse_args()
    gimp = gimps.get(wanted.gimp)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        profile = place / "profile"
        profiles.install(place / "home", [profile])
        for look in wanted.only:
            shots = place / look
            try:
                take(gimp, profile, LOOKS[look], shots)
            finally:
                if wanted.folder is not None:
                    keep(shots, wanted.folder / look)
            for file, (its_look, picture) in SHOWN.items():
                if its_look == look:
                    crop(shots, picture, PICTURES / file)


def keep(shots: Path, folder: Path) -> None:
    """Copy what is in `shots`, instead of what `folder` had by the same names."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*shots.glob("*.png"), shots / "gimp.log"):
        (folder / path.name).write_bytes(path.read_bytes())


if __name__ == "__main__":
    main()
