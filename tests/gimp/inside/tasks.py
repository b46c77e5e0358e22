"""What a driver of the interface has GIMP do in between; run inside GIMP."""

import json
import os

import pictures
from gi.repository import Gimp, Gio


def answer(path, task, arguments):
    """Call `task` with the dict `arguments`; write what it returns to the JSON file `path`."""
    result = task(**arguments)
    with open(path + ".part", "w") as stream:
        json.dump(result, stream)
    os.rename(path + ".part", path)


def show(kind, selected=True):
    """Show a fresh image instead of what is shown; returns its state."""
    image, _, _ = pictures.make_image(pictures.KINDS[kind])
    if selected:
        pictures.select(image)
    return _only(image)


def open_file(path):
    """Show a picture file instead of what is shown; returns its state."""
    file = Gio.File.new_for_path(path)
    return _only(Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file))


def look():
    """The state of the image that is shown."""
    return pictures.state(_shown())


def dream(**settings):
    """Dream on the layer Photo of the image that is shown, as a script does; returns its state."""
    image = _shown()
    photo = _photo(image)
    status, message = pictures.dream(image, [photo], **settings)
    return {**pictures.state(image), "status": status, "message": message}


def select_elsewhere():
    """Select a place beside the layer."""
    _shown().select_rectangle(Gimp.ChannelOps.REPLACE, 130, 90, 20, 20)
    Gimp.displays_flush()
    return {}


def add_mask():
    """Give the layer Photo a mask: white on its left half, black on its right; the layer's size."""
    image = _shown()
    photo = _photo(image)
    mask = photo.create_mask(Gimp.AddMaskType.BLACK)
    photo.add_mask(mask)
    _, left, top = photo.get_offsets()
    size = [photo.get_width(), photo.get_height()]
    image.select_rectangle(Gimp.ChannelOps.REPLACE, left, top, size[0] // 2, size[1])
    mask.edit_fill(Gimp.FillType.WHITE)
    Gimp.Selection.none(image)
    # As whoever has painted on it leaves it.
    photo.set_edit_mask(True)
    Gimp.displays_flush()
    return size


def _photo(image):
    return next(layer for layer in pictures.all_layers(image) if layer.get_name() == "Photo")


def _shown():
    return Gimp.get_images()[0]


def _only(image):
    """Show `image` in the one window, instead of what was there."""
    old = [known for known in Gimp.get_images() if known.get_id() != image.get_id()]
    if old:
        Gimp.displays_reconnect(old[0], image)
    else:
        Gimp.Display.new(image)
    image.clean_all()
    Gimp.displays_flush()
    return pictures.state(image)
