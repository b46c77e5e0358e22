"""From a wish to a new layer: pixels to the worker, the dream back into the image.

`fulfil` does all of it and waits. Whoever cannot wait, such as a dialog, takes it in parts:
`begin`, then the worker's events, then `Running.finish`.
"""

from dataclasses import dataclass
from typing import Any

from gi.repository import Gimp

import keeping
import pixels
import settings_arguments
from buffers import make_format
from common import plugin_settings, preview_plan, record
from common.translation import _
from common.worker_client import as_error
from guide import FileGuide, LayerGuide
from progress_bar import ProgressBar
from refusal import Refusal, UnfitChoice, layer_to_dream_on, strength_map_to_follow
from strength_map import read_map

_EIGHT = make_format("u8", "R'G'B'A", 4)
# Enough for the core, which looks at guides in small.
_GUIDE_SIDE = 512


@dataclass(frozen=True)
class Wish:
    """What is to be dreamed, and where.

    Attributes:
        image: where.
        layer: what is dreamed on; None for a texture, that is for nothing.
        target: what of it the new layer covers; of the image, for a texture.
        mask: the new layer's, None for none.
        below: the layer above which the new one comes; None for the top of the image.
        values: of all settings.
        guide: a guide.LayerGuide or guide.FileGuide, None for no guide.
        strength: the drawable that is the strength map, None for full strength everywhere.
        repeats: the record of the dream that this is to be again, None for a new one.
    """

    image: Gimp.Image
    layer: Gimp.Layer | None
    target: pixels.Rectangle
    mask: pixels.Picture | None
    below: Gimp.Layer | None
    values: dict
    guide: LayerGuide | FileGuide | None = None
    strength: Gimp.Drawable | None = None
    repeats: dict | None = None


def chosen_strength(config):
    """What `config` names as the strength map, None where it names none.

    Raises Refusal.
    """
    if settings_arguments.STRENGTH_MAP not in settings_arguments.drawables_of(config):
        return None
    drawable = config.get_property(settings_arguments.STRENGTH_MAP)
    return None if drawable is None else strength_map_to_follow(drawable)


def fulfil(wish, worker):
    """Dream, and put the dream into the image in one undo step; returns a remark, often empty.

    It waits for the dream, with GIMP's progress bar. Raises Refusal or WorkerError; then the image
    is as it was.
    """
    bar = ProgressBar()
    running = begin(wish, worker)
    answer = worker.wait(running.request, bar.show)
    bar.end()
    return running.finish(answer)


def begin(wish, worker):
    """Send the worker what `wish` needs, and return the dream as it runs, a `Running`, at once.

    All pixels are read now: what is done to the image meanwhile changes nothing of the dream.

    Raises Refusal.
    """
    around = pixels.with_context(wish.target, wish.layer)
    if wish.layer is None:
        picture = pixels.even_grey(wish.image, around)
    else:
        picture = pixels.read_shown(wish.layer, around)
    extra: dict[str, Any] = guide_beside(wish)
    plan = preview_plan.plan(max(around.width, around.height), wish.values)
    scaled = plan.side < max(around.width, around.height)
    if plan.exact and (scaled or picture.format.name != _EIGHT.name):
        # So that the artist gets the dream that the preview has shown.
        extra["seen"] = _sent(look(wish, around, plan.side))
    if wish.strength is not None:
        extra["mask"] = _strength(wish, around, picture.format)
    request = worker.dream(
        picture.width,
        picture.height,
        picture.format.channels,
        plugin_settings.beside_preset(wish.values),
        picture.data,
        sample_format=picture.format.name,
        repeats=None if wish.repeats is None else record.of_core(wish.repeats),
        beside_format=_EIGHT.name,
        **extra,
    )
    return Running(wish, worker, request, around, picture.format)


def look(wish, around, side):
    """What a preview of `wish` is made of, a pixels.Picture of `side` pixels each way at most.

    `around` is what of the layer is dreamed on, as large as it is.
    """
    scale = min(1.0, side / max(around.width, around.height))
    if wish.layer is None:
        return pixels.even_grey(wish.image, around.scaled(scale), _EIGHT.name)
    return pixels.read_reduced(wish.layer, around, scale, grey_as_grey=True)


def guide_beside(wish):
    """The guide of `wish` in 8 bits, if it has one, as the worker's client wants it.

    Raises Refusal.
    """
    return {} if wish.guide is None else {"guide": _sent(wish.guide.read(_EIGHT, _GUIDE_SIDE))}


def _sent(picture):
    return picture.width, picture.height, picture.format.channels, picture.data


class Running:
    """A dream that the worker is at.

    Whoever has it takes the worker's events, as often as it likes, until one of them `ends` it, and
    hands that one to `finish`:

        running = begin(wish, worker)
        for event in worker.poll():
            if running.ends(event):
                remark = running.finish(event)

    Attributes:
        request: the id that the worker's events about it have.
    """

    def __init__(self, wish, worker, request, around, pixel_format):
        self.request = request
        self._wish = wish
        self._worker = worker
        self._around = around
        self._format = pixel_format

    def ends(self, event):
        """Whether `event` is the one that ends it: its result or its error."""
        header = event.header
        return header.get("id") == self.request and header["event"] in ("result", "error")

    def cancel(self, keep=False):
        """Ask for its end, which comes as an event: with `keep` as the result so far, else an error
        with the code cancelled. Nothing comes of it where the dream has just ended by itself.
        """
        self._worker.cancel(self.request, keep)

    def finish(self, event):
        """Put the dream, whole or partial, into the image in one undo step; returns a remark.

        `event` is the one that `ends` it. The remark, often empty, is for the artist.

        Raises Refusal, or WorkerError for what an error says; then the image is as it was.
        """
        if event.header["event"] == "error":
            raise as_error(event.header)
        around = self._around
        dreamed = pixels.Picture(around.width, around.height, self._format, event.payload)
        dreamed = pixels.cropped(dreamed, self._wish.target.moved(-around.x, -around.y))
        _insert(self._wish, dreamed, event.header["record"])
        return event.header.get("message", "")


def _strength(wish, around, like):
    """The strength map's plane over `around`, in samples of `like`."""
    plane = read_map(wish.strength, wish.layer, around, like)
    where = pixels.cropped(plane, wish.target.moved(-around.x, -around.y))
    if where.data.count(0) == len(where.data):
        raise UnfitChoice(
            _(
                "The strength map is black wherever there would be a dream, so that nothing would"
                " change. Paint some of it white, or choose another map, then try again."
            )
        )
    return plane.data


def _insert(wish, dreamed, core_record):
    """The one place where the image changes, in one undo step."""
    image, below = wish.image, wish.below
    left = top = 0
    source = ""
    if wish.layer is not None:
        layer, below = (layer_to_dream_on(image, [item]) for item in (wish.layer, below))
        left, top = layer.get_offsets()[1:]
        source = layer.get_name()
        if keeping.is_dream(layer):
            source = plugin_settings.picture_name(source)
    elif below is not None and not below.is_valid():
        below = None
    name = plugin_settings.layer_name(wish.values, source)
    if core_record.get("partial"):
        name = _("{dream}, unfinished").format(dream=name)
    corner = left + wish.target.x, top + wish.target.y
    made = pixels.new_layer(image, corner, dreamed, wish.mask, name)
    keeping.keep(made, core_record, wish.layer, wish.target, wish.guide, wish.strength)
    parent, position = _place_above(image, below, wish.layer)
    image.undo_group_start()
    try:
        inserted = image.insert_layer(made, parent, position)
        if inserted:
            image.set_selected_layers([made])
    finally:
        image.undo_group_end()
    if not inserted:
        made.delete()
        raise Refusal(
            _(
                "GIMP could not add the new layer. Check that its group is not locked,"
                " then try again."
            ),
            Gimp.PDBStatusType.EXECUTION_ERROR,
        )


def _place_above(image, below, source):
    """Parent and position of a new layer above the layer `below`, or on top of all for None.

    It comes above the dreams of `source` that lie there already, and above dreams of those: they
    would hide it.
    """
    if below is None:
        return None, 0
    parent, position = below.get_parent(), image.get_item_position(below)
    beside = image.get_layers() if parent is None else parent.get_children()
    family = set() if source is None else {source.get_tattoo()}
    while position > 0 and keeping.dreamed_on(beside[position - 1]) in family:
        position -= 1
        family.add(beside[position].get_tattoo())
    return parent, position
