"""What a dream is guided by: a layer of any image, or a picture in a file."""

import contextlib
import json
from dataclasses import dataclass
from functools import lru_cache

from gi.repository import Gimp, Gio, GLib

import pixels
import session
import settings_arguments
from common import plugin_settings
from common.translation import _
from refusal import UnfitChoice, guide_to_look_at

_REMEMBERED = "deep-dream-guide-files"
_MOST = 20


@dataclass(frozen=True)
class LayerGuide:
    """A layer.

    Attributes:
        layer: of any image.
        place: what of it is seen.
        selected: how much of that, see `pixels.read_selected`.
    """

    layer: Gimp.Layer
    place: pixels.Rectangle
    selected: bytes | None

    def read(self, like, longest=0):
        """What is seen of it, a pixels.Picture with samples of `like`, in colour with alpha.

        Its longer side has at most `longest` pixels; 0 is for all that there are.
        """
        return _read(self.layer, self.place, self.selected, like, longest)


@dataclass(frozen=True)
class FileGuide:
    """The picture in the file at `uri`, of any kind that GIMP opens."""

    uri: str

    @property
    def file(self):
        """The Gio.File."""
        return Gio.File.new_for_uri(self.uri)

    @property
    def name(self):
        """The file's, without its folder."""
        return GLib.filename_display_name(self.file.get_basename())

    def read(self, like, longest=0):
        """All of it, as `LayerGuide.read` gives it.

        Raises Refusal where it is not there, or no picture.
        """
        try:
            facts = self.file.query_info(
                "time::modified,standard::size", Gio.FileQueryInfoFlags.NONE
            )
        except GLib.Error as error:
            raise self._unreadable() from error
        stamp = facts.get_size(), facts.get_attribute_uint64("time::modified")
        if not longest:
            return self._opened(like, longest)
        return _remembered(self, stamp, like, longest)

    def _opened(self, like, longest):
        with self._image() as layer:
            whole = pixels.Rectangle(0, 0, layer.get_width(), layer.get_height())
            return _read(layer, whole, None, like, longest)

    @contextlib.contextmanager
    def _image(self):
        """Have GIMP open it, unseen, as one layer."""
        image = None
        try:
            # GIMP says either that it cannot, or nothing.
            try:
                image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, self.file)
                # Merging them would show a progress bar.
                shows = image and any(layer.get_visible() for layer in image.get_layers())
                layer = Gimp.Layer.new_from_visible(image, image, None) if shows else None
            except GLib.Error as error:
                raise self._unreadable() from error
            # Else GIMP's bar goes on saying that it opens the file.
            Gimp.progress_end()
            if layer is None:
                raise self._unreadable()
            yield layer
        finally:
            if image is not None:
                image.delete()

    def _unreadable(self):
        return UnfitChoice(
            _(
                "The guide, the file “{name}”, cannot be opened as a picture. Choose another file,"
                " or a layer, as the guide, then try again."
            ).format(name=self.name)
        )


@lru_cache(maxsize=2)
def _remembered(guide, _stamp, like, longest):
    """A small copy of a FileGuide; previews follow upon each other faster than files are opened."""
    return guide._opened(like, longest)


def _read(layer, place, selected, like, longest):
    scale = min(1.0, longest / max(place.width, place.height)) if longest else 1.0
    return pixels.read_guide(layer, place, selected, like, scale)


def remember_file(guide):
    """Have `find_file` find the file of this FileGuide again, as long as GIMP runs."""
    uris = [guide.uri, *(uri for uri in _remembered_uris() if uri != guide.uri)][:_MOST]
    session.keep(_REMEMBERED, json.dumps(uris))


def find_file(name, image):
    """The FileGuide of the file called `name`: one of this session, or beside `image`; or None."""
    guides = [FileGuide(uri) for uri in _remembered_uris()]
    own = image.get_file()
    if own is not None:
        guides.append(FileGuide(own.get_parent().get_child(name).get_uri()))
    here = (guide for guide in guides if guide.name == name and guide.file.query_exists(None))
    return next(here, None)


def _remembered_uris():
    return json.loads(session.kept(_REMEMBERED, "[]"))


def wanted_guide(config, values):
    """The `chosen_guide`, None where a dream with these `values` has no use for one.

    Raises Refusal.
    """
    return chosen_guide(config) if plugin_settings.uses_guide(values) else None


def chosen_guide(config):
    """What `config` names as the guide: a layer, within the selection in its image, or a file.

    Raises Refusal.
    """
    layer = config.get_property(settings_arguments.GUIDE)
    file = config.get_property(settings_arguments.GUIDE_FILE)
    if layer is None and file is not None:
        return FileGuide(file.get_uri())
    layer = guide_to_look_at(layer)
    place = pixels.rectangle_of_guide(layer)
    return LayerGuide(layer, place, pixels.read_selected(layer, place))
