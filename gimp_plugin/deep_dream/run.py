"""One run of the plug-in, from GIMP's call to its answer.

GIMP is called on this, the main, thread alone; the worker is another process. GIMP's Cancel kills
this process without a word, at any time: the worker then sees the end of its input and ends, and
nothing is left behind because nothing is written anywhere.
"""

import os
import sys
from contextlib import contextmanager, suppress

from gi.repository import Gimp, GLib

import last_choices
import pixels
import settings_arguments
import texture
from again import Again
from common.core_config import read_core_config
from common.errors import WorkerError
from common.translation import _
from common.worker_client import WorkerClient
from dreaming import Wish, chosen_strength, fulfil
from guide import wanted_guide
from refusal import Refusal, layer_to_dream_on

_FOLDER = os.path.dirname(os.path.abspath(__file__))


def run(procedure, run_mode, image, drawables, config, _data):
    """What GIMP calls for a new dream; returns GIMP's return values."""

    def work():
        layer = layer_to_dream_on(image, drawables)
        # Asked again after the dialog, but what is wrong already needs no dialog.
        pixels.rectangle_to_dream(layer)

        def make_wish(plain=False):
            return _new_wish(image, layer, config, run_mode, plain)

        return _asked_and_fulfilled(procedure, run_mode, config, make_wish, layer)

    return _answer(procedure, run_mode, work)


def run_texture(procedure, run_mode, image, drawables, config, _data):
    """What GIMP calls for a dream from nothing; returns GIMP's return values."""

    def work():
        texture.require_room(image)

        def make_wish(plain=False):
            return texture.texture_wish(image, drawables, config, run_mode, plain)

        return _asked_and_fulfilled(procedure, run_mode, config, make_wish)

    return _answer(procedure, run_mode, work)


def run_again(procedure, run_mode, image, drawables, _config, describe):
    """What GIMP calls for a dream with the settings of another; returns GIMP's return values.

    `describe` gives the procedure of a new dream, whose dialog is shown; of a texture for True.
    """

    def work():
        again = Again(image, drawables)
        with _worker() as worker:
            if run_mode != Gimp.RunMode.INTERACTIVE:
                return fulfil(again.wish(), worker)
            described = describe(again.is_texture)
            config = described.create_config()
            again.prefill(config)

            def make_wish(plain=False):
                return again.wish(config, plain)

            return _ask(described, config, worker, _("Deep Dream Again"), make_wish)

    return _answer(procedure, run_mode, work)


def _asked_and_fulfilled(procedure, run_mode, config, make_wish, layer=None):
    """Dream what `make_wish()` returns, by the dialog where there is to be one.

    `layer` is what is dreamed on; None for a texture.

    Returns the remark for the artist, None where they have changed their mind.
    """
    if run_mode == Gimp.RunMode.WITH_LAST_VALS:
        last_choices.offer(config)
    with _worker() as worker:
        if run_mode != Gimp.RunMode.INTERACTIVE:
            return fulfil(make_wish(), worker)
        image, mask, title = None, None, _("Deep Dream Texture")
        if layer is not None:
            image, mask, title = layer.get_image(), layer.get_mask(), _("Deep Dream")
        last_choices.offer_begun(config, image)
        remark = _ask(
            procedure, config, worker, title, make_wish, mask,
            lambda: last_choices.remember_begun(config),
        )  # fmt: skip
        if remark is not None:
            last_choices.remember(config)
        return remark


def _new_wish(image, layer, config, run_mode, plain):
    layer = layer_to_dream_on(image, [layer])
    target = pixels.rectangle_to_dream(layer)
    values = settings_arguments.read_values(config, run_mode)
    guide = None if plain else wanted_guide(config, values)
    strength = None if plain else chosen_strength(config)
    mask = pixels.read_mask(layer, target)
    return Wish(image, layer, target, mask, layer, values, guide, strength)


def _ask(*arguments):
    # Only here: GTK needs a screen, which a run without a dialog may not have.
    import dialog

    return dialog.ask(*arguments)


def _answer(procedure, run_mode, work):
    """Do `work`, which returns a remark, or None where the artist has changed their mind."""
    _lead_own_process_group()
    try:
        remark = _worked(procedure, run_mode, work)
    except Refusal as refusal:
        return _failure(procedure, refusal.status, refusal.message)
    except WorkerError as error:
        if error.log:
            print(error.log, file=sys.stderr)
        return _failure(procedure, Gimp.PDBStatusType.EXECUTION_ERROR, error.sentence())
    except MemoryError:
        sentence = _(
            "There is not enough memory for a picture of this size. Select a part of it, or close"
            " other programs, then try again."
        )
        return _failure(procedure, Gimp.PDBStatusType.EXECUTION_ERROR, sentence)
    if remark is None:
        return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
    if remark and run_mode != Gimp.RunMode.NONINTERACTIVE:
        Gimp.message(remark)
    Gimp.displays_flush()
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)


def _worked(procedure, run_mode, work):
    """What `work` returns; where it fails for what the artist has repaired then, once more."""
    while True:
        try:
            return work()
        except WorkerError as error:
            if run_mode != Gimp.RunMode.INTERACTIVE:
                raise
            # As for `dialog`.
            import repair

            repaired = repair.offer(procedure, error, _FOLDER)
            if repaired is None:
                raise
            if not repaired:
                return None


@contextmanager
def _worker():
    config = read_core_config(_FOLDER)
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
    error = GLib.Error(message, procedure.get_name(), 0)
    return procedure.new_return_values(status, error)
