"""One run of the plug-in, from GIMP's call to the new layer.

GIMP is called on this, the main, thread alone; the worker is another process. GIMP's Cancel kills
this process without a word, at any time: the worker then sees the end of its input and ends, and
nothing is left behind because nothing is written anywhere.
"""

import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from gi.repository import Gimp, GLib

import pixels
import settings_arguments
from common import plugin_settings
from common.core_config import read_core_config
from common.errors import WorkerError
from common.worker_client import WorkerClient
from progress_bar import ProgressBar
from refusal import Refusal, layer_to_dream_on


def run(procedure, run_mode, image, drawables, config, _data):
    """What GIMP calls; returns GIMP's return values."""
    _lead_own_process_group()
    try:
        layer = layer_to_dream_on(image, drawables)
        # Asked again after the dialog, but what is wrong already needs no dialog.
        pixels.rectangle_to_dream(layer)
        with _worker() as worker:
            if run_mode == Gimp.RunMode.INTERACTIVE and not _ask(procedure, config, worker):
                return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
            layer = layer_to_dream_on(image, [layer])
            source = _look_at(layer)
            dream, remark = _dream(worker, source, settings_arguments.to_send(config, run_mode))
        name = plugin_settings.layer_name(settings_arguments.read_values(config), layer.get_name())
        _insert(image, layer_to_dream_on(image, [layer]), source, dream, name)
    except Refusal as refusal:
        return _failure(procedure, refusal.status, refusal.message)
    except WorkerError as error:
        if error.log:
            print(error.log, file=sys.stderr)
        return _failure(procedure, Gimp.PDBStatusType.EXECUTION_ERROR, error.sentence())
    if remark and run_mode != Gimp.RunMode.NONINTERACTIVE:
        Gimp.message(remark)
    Gimp.displays_flush()
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)


@dataclass(frozen=True)
class _Source:
    """What the dream starts from, as it was when OK was pressed.

    `target` is what the new layer covers of the source; `around` is that and its surroundings,
    whose pixels are `picture`; `mask` belongs to the target, None for none.
    """

    target: pixels.Rectangle
    around: pixels.Rectangle
    picture: pixels.Picture
    mask: pixels.Picture | None


def _look_at(layer):
    target = pixels.rectangle_to_dream(layer)
    around = pixels.with_context(target, layer)
    return _Source(
        target, around, pixels.read_shown(layer, around), pixels.read_mask(layer, target)
    )


def _ask(procedure, config, worker):
    # Only here: GTK needs a screen, which a run without a dialog may not have.
    import dialog

    return dialog.ask(procedure, config, worker)


def _dream(worker, source, settings):
    """The dream of `source.target`, a Picture in the source's format, and a remark, often empty."""
    picture = source.picture
    bar = ProgressBar()
    request = worker.dream(
        picture.width,
        picture.height,
        picture.format.channels,
        settings,
        picture.data,
        sample_format=picture.format.name,
    )
    answer = worker.wait(request, bar.show)
    bar.end()
    dreamed = pixels.Picture(picture.width, picture.height, picture.format, answer.payload)
    target = source.target.moved(-source.around.x, -source.around.y)
    return pixels.cropped(dreamed, target), answer.header.get("message", "")


def _insert(image, layer, source, dream, name):
    """The one place where the image changes, in one undo step."""
    made = pixels.new_layer(layer, source.target, dream, source.mask, name)
    image.undo_group_start()
    try:
        inserted = image.insert_layer(made, layer.get_parent(), image.get_item_position(layer))
        if inserted:
            image.set_selected_layers([made])
    finally:
        image.undo_group_end()
    if not inserted:
        made.delete()
        raise Refusal(
            "GIMP could not add the new layer. Check that its group is not locked, then try again.",
            Gimp.PDBStatusType.EXECUTION_ERROR,
        )


@contextmanager
def _worker():
    config = read_core_config(os.path.dirname(os.path.abspath(__file__)))
    worker = WorkerClient()
    worker.start(config.python, config.program)
    with worker:
        yield worker


def _lead_own_process_group():
    """Where GIMP kills by process group, the worker goes with the plug-in."""
    if hasattr(os, "setpgid"):
        # Refused to a process that leads a session, and with it a group, already.
        with suppress(PermissionError):
            os.setpgid(0, 0)


def _failure(procedure, status, message):
    error = GLib.Error(message, "plug-in-deep-dream", 0)
    return procedure.new_return_values(status, error)
