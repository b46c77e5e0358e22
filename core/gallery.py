"""Thumbnails of all that a network can dream, for menus and documents.

A gallery is a folder as `gimp_plugin.common.thumbnails` describes it. A thumbnail is a dream of
twice its size, scaled down: so motifs are seen whole, of which a picture as small as a thumbnail
would have room for a part. The other settings are the defaults.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from core.calibration import precision_for
from core.canvas import as_seen, dream_picture
from core.device import choose_device
from core.errors import DreamError, NetworkMissing, PictureFileError, SettingError
from core.networks.base import Network
from core.networks.registry import describe, find_record, load_network, weights_sha256
from core.pictures.blank import GREY, blank
from core.pictures.files import read, replace_file
from core.pictures.grid import captioned_grid
from core.provenance import fingerprint
from core.resize import resize
from core.settings import Settings, declarations, parse, presets, values_of
from core.targets import parse_layers
from core.version import VERSION
from gimp_plugin.common.plugin_settings import preset_values, uses_guide
from gimp_plugin.common.thumbnails import FOLDERS, INDEX, thumbnail_file

KINDS = tuple(FOLDERS)
# Thumbnails made in another way than before count as missing when this number is raised.
_WAY = 1
_SHRUNK = 2
_QUALITY = 85
_TEXTURE = "texture"
_SHEET_COLUMNS = 8
# They say where and how exactly a dream is computed, not what it is of.
_OF_THE_MACHINE = ("device", "precision")


class Thumbnail(NamedTuple):
    """One thumbnail: its file below the gallery's folder, and the settings of its dream."""

    file: str
    settings: Settings


class Entry(NamedTuple):
    """What one or two thumbnails show: `kind` is one of `KINDS`, `title` is for people."""

    kind: str
    name: str
    title: str
    thumbnails: tuple[Thumbnail, ...]


class Step(NamedTuple):
    """How far the work is: `done` thumbnails of `whole`; `file` is the next, empty at the end."""

    done: int
    whole: int
    file: str


class Outcome(NamedTuple):
    """What a gallery has now, how much of it is new, and sentences about what it lacks."""

    thumbnails: int
    new: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Gallery:
    """A gallery as it shall be.

    Attributes:
        folder: where it is or will be.
        network: the name of the network whose gallery it is.
        photograph: (2 size, 2 size, 3) uint8, what is dreamed over; see `read_square`.
    """

    folder: Path
    network: str
    photograph: NDArray[np.uint8]

    @property
    def size(self) -> int:
        """Width and height of each thumbnail in pixels."""
        return self.photograph.shape[0] // _SHRUNK

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, in the order in which the network and the presets have them."""
        return (*_concepts(self.network), *_layers(self.network), *_presets(self.network))

    @cached_property
    def photographed(self) -> str:
        """The fingerprint of the photograph."""
        return fingerprint(self.photograph)


def read_square(path: Path, size: int) -> NDArray[np.uint8]:
    """The middle square of a picture file as the photograph for thumbnails of `size` pixels.

    Raises:
        PictureError: it is no picture, or one that cannot be dreamed on.
    """
    pixels = as_seen(read(path).pixels, 0)
    height, width = pixels.shape[:2]
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    square = np.ascontiguousarray(pixels[top : top + edge, left : left + edge])
    canvas = torch.from_numpy(square).permute(2, 0, 1)[None]
    side = _SHRUNK * size
    scaled = resize(canvas, (side, side), True).clamp(0, 1).expand(-1, 3, -1, -1)
    return (scaled[0].permute(1, 2, 0) * 255).round().to(torch.uint8).contiguous().numpy()


def fill(
    gallery: Gallery,
    kinds: tuple[str, ...] = KINDS,
    on_step: Callable[[Step], None] = lambda _: None,
) -> Outcome:
    """Make the thumbnails of `kinds` that the gallery lacks, and those made with other settings,
    weights or photographs; its index is true after each one, so that the work can be broken off.

    Files of things that the network or the program no longer has are deleted. A preset that cannot
    be dreamed here, such as one for a network that is not on this machine, is left out.

    Raises:
        PictureFileError: the folder is another network's gallery, or cannot be written to.
        DreamError: as `core.networks.registry.load_network` and `core.canvas.dream_picture`.
    """
    before = _made_before(gallery)
    studio = _Studio(gallery)
    keys, notes = _keys(gallery, studio)
    _remove_strays(gallery, before)
    made = {
        file: key
        for file, key in keys.items()
        if before.get(file) == key and (gallery.folder / file).is_file()
    }
    wanted = [
        (entry, thumbnail)
        for entry in gallery.entries
        for thumbnail in entry.thumbnails
        if entry.kind in kinds and thumbnail.file in keys and thumbnail.file not in made
    ]
    _write_index(gallery, made)
    for index, (entry, thumbnail) in enumerate(wanted):
        on_step(Step(index, len(wanted), thumbnail.file))
        try:
            data = studio.thumbnail(thumbnail.settings)
        except SettingError as error:
            if entry.kind != "preset":
                raise
            notes.append(_left_out([entry], error))
            continue
        _write(gallery.folder / thumbnail.file, data)
        made[thumbnail.file] = keys[thumbnail.file]
        _write_index(gallery, made)
    on_step(Step(len(wanted), len(wanted), ""))
    new = sum(thumbnail.file in made for _, thumbnail in wanted)
    return Outcome(len(made), new, tuple(dict.fromkeys(notes)))


def write_sheets(gallery: Gallery, folder: Path) -> tuple[Path, ...]:
    """Draw all thumbnails of a gallery as captioned grids, one file for each kind and ground.

    Raises:
        PictureFileError: a thumbnail cannot be read, or the folder cannot be written to.
    """
    made = _made_before(gallery)
    written = []
    for kind in KINDS:
        for place, ending in enumerate(("", "-noise")):
            shown = [
                (entry.title, entry.thumbnails[place].file)
                for entry in gallery.entries
                if entry.kind == kind and len(entry.thumbnails) > place
            ]
            shown = [(title, file) for title, file in shown if file in made]
            if not shown:
                continue
            tiles = [Image.fromarray(read(gallery.folder / file).pixels) for _, file in shown]
            grid = captioned_grid(tiles, [title for title, _ in shown], _SHEET_COLUMNS)
            path = folder / f"{FOLDERS[kind]}{ending}.jpg"
            _write(path, _jpeg(grid))
            written.append(path)
    return tuple(written)


class _Studio:
    """Dreams thumbnails, and keeps the networks that it has loaded for them."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._networks: dict[str, Network] = {}
        self._weights: dict[str, str] = {}

    def key(self, settings: Settings) -> str:
        """What the look of a thumbnail depends on, in short.

        Raises:
            NetworkMissing: the network's weights are not on this machine.
        """
        if settings.network not in self._weights:
            self._weights[settings.network] = weights_sha256(settings.network)
        values = values_of(settings)
        looks = settings.start != "noise" or uses_guide(values)
        ground = self._gallery.photographed if looks else GREY
        for name in _OF_THE_MACHINE:
            del values[name]
        parts = [_WAY, self._gallery.size, self._weights[settings.network], ground, values]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]

    def thumbnail(self, settings: Settings) -> bytes:
        """A JPEG file with the dream over the gallery's photograph, which is the guide as well."""
        device = choose_device(settings.device)
        if settings.network not in self._networks:
            precision = precision_for(settings, device)
            self._networks[settings.network] = load_network(settings.network, device, *precision)
        network = self._networks[settings.network]
        photograph = ground = self._gallery.photograph
        if settings.start == "noise":
            # As for a texture: where there is no picture, none shall shine through.
            ground = blank(*photograph.shape[:2])
        dreamed = dream_picture(ground, settings, network, guide=photograph)
        side = self._gallery.size
        small = Image.fromarray(dreamed.pixels).resize((side, side), Image.Resampling.LANCZOS)
        return _jpeg(small)


def _concepts(network: str) -> Iterator[Entry]:
    for concept in describe(network).concepts:
        # As setting `concept` has names that its own signs are in.
        written = f'"{concept}"' if any(sign in concept for sign in ",:") else concept
        chosen = {"network": network, "objective": "concept", "concept": written}
        yield _both("concept", concept, concept[:1].upper() + concept[1:], chosen)


def _layers(network: str) -> Iterator[Entry]:
    record = find_record(network)
    recommended = parse_layers(record.layers) + (parse_layers(record.also) if record.also else ())
    for layer in recommended:
        chosen = {"network": network, "objective": "layer", "layers": layer.name}
        yield _both("layer", layer.name, layer.name, chosen)
    chosen = {"network": network, "objective": "relative"}
    yield _both("layer", "relative", dict(declarations()["objective"].choices)["relative"], chosen)


def _presets(network: str) -> Iterator[Entry]:
    titles = dict(declarations()["preset"].choices)
    for name, sets in presets().items():
        chosen = {"network": network} if "network" not in sets else {}
        chosen["preset"] = name
        both = _both("preset", name, titles.get(name, name), chosen)
        # Those that begin with noise themselves need not be shown twice.
        yield both._replace(thumbnails=both.thumbnails[:1]) if "start" in sets else both


def _both(kind: str, name: str, title: str, chosen: Mapping[str, object]) -> Entry:
    """What is shown over the photograph, and as a texture out of noise."""
    over = Thumbnail(thumbnail_file(kind, name), _at_full_size(chosen))
    plain = preset_values(str(chosen.get("preset", _TEXTURE)), texture=True)
    noise = _at_full_size({**plain, **chosen})
    return Entry(kind, name, title, (over, Thumbnail(thumbnail_file(kind, name, True), noise)))


def _at_full_size(chosen: Mapping[str, object]) -> Settings:
    return replace(parse(chosen), working_size=0)


def _keys(gallery: Gallery, studio: _Studio) -> tuple[dict[str, str], list[str]]:
    """The key of every thumbnail that can be made here by its file, and notes about the others."""
    keys: dict[str, str] = {}
    missing: dict[str, tuple[NetworkMissing, list[Entry]]] = {}
    for entry in gallery.entries:
        for thumbnail in entry.thumbnails:
            try:
                keys[thumbnail.file] = studio.key(thumbnail.settings)
            except NetworkMissing as error:
                if entry.kind != "preset" or thumbnail.settings.network == gallery.network:
                    raise
                network = thumbnail.settings.network
                missing.setdefault(network, (error, []))[1].append(entry)
    # One whose thumbnails are both missing is named once.
    return keys, [_left_out(dict.fromkeys(entries), error) for error, entries in missing.values()]


def _left_out(entries: Collection[Entry], error: DreamError) -> str:
    titles = ", ".join(f"“{entry.title}”" for entry in entries)
    subject = f"The preset {titles} is" if len(entries) == 1 else f"The presets {titles} are"
    return f"{subject} left out. {error}"


def _made_before(gallery: Gallery) -> dict[str, str]:
    """The key of every thumbnail that the gallery's index lists, by its file."""
    path = gallery.folder / INDEX
    try:
        index: Any = json.loads(path.read_bytes())
        network = index["network"]
        rows = [zip(row["files"], row["made"], strict=True) for row in index["entries"]]
        made = {str(file): str(key) for row in rows for file, key in row}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise PictureFileError(f"{path} cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise PictureFileError(
            f"{path} is no index of a gallery, or it is damaged.",
            "Delete it to make the gallery anew, or name another folder after -o.",
        ) from error
    if network != gallery.network:
        raise PictureFileError(
            f"{gallery.folder} is the gallery of the network {network}.",
            "Name another folder after -o.",
        )
    return made


def _remove_strays(gallery: Gallery, before: Mapping[str, str]) -> None:
    """Delete the files that the index lists and no entry has."""
    known = {thumbnail.file for entry in gallery.entries for thumbnail in entry.thumbnails}
    for file in before.keys() - known:
        # Nothing but what this program names so: the index may have been written by anybody.
        parts = PurePosixPath(file).parts
        if len(parts) == 2 and parts[0] in FOLDERS.values() and parts[1].endswith(".jpg"):
            try:
                (gallery.folder / parts[0] / parts[1]).unlink(missing_ok=True)
            except OSError as error:
                raise PictureFileError(
                    f"{gallery.folder / file} cannot be deleted: {error.strerror}."
                ) from error


def _write_index(gallery: Gallery, made: Mapping[str, str]) -> None:
    entries = []
    for entry in gallery.entries:
        files = [shown.file for shown in entry.thumbnails if shown.file in made]
        if files:
            row = {"kind": entry.kind, "name": entry.name, "title": entry.title, "files": files}
            entries.append({**row, "made": [made[file] for file in files]})
    index = {
        "version": VERSION,
        "network": gallery.network,
        "weights": weights_sha256(gallery.network),
        "size": gallery.size,
        "entries": entries,
    }
    text = json.dumps(index, indent=1, ensure_ascii=False) + "\n"
    _write(gallery.folder / INDEX, text.encode())


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PictureFileError(
            f"The folder {path.parent} cannot be made: {error.strerror}.", "Name another folder."
        ) from error
    replace_file(path, data)
