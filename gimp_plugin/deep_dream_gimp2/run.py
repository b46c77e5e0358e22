"""One run of the plug-in, from GIMP's call to its answer.

GIMP is called on this, the main, thread alone; the worker is another process. GIMP's Cancel kills
this process without a word, at any time: the worker then sees the end of its input and ends, and
nothing is left behind because nothing is written anywhere.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import os
import sys

import gimp
import gimpfu

import arguments
import dreaming
import keeping
import pixels
from common import plugin_settings
from common.core_config import read_core_config
from common.errors import WorkerError
from common.text import as_text, native
from common.translation import _
from common.worker_client import WorkerClient
from refusal import Refusal, guide_to_look_at, layer_to_dream_on
from scrolling import let_dialog_vanish

# Run mode, image and layer come before what is the artist's choice.
_GIVEN_BY_GIMP = 3


class Asked(object):
    """What gimpfu calls as if it were the filter: `arguments` are then those that it was called with.

    None as long as it was not, which is so for good where the artist cancels the dialog.
    """

    def __init__(self):
        self.arguments = None

    def __call__(self, *arguments):
        self.arguments = arguments


def run(asked, name, given):
    """What GIMP calls, with a procedure's name and the run mode and arguments `given`.

    Raises gimp.error, its text a sentence for the artist: GIMP tells its caller of a failure, but
    not what is wrong. Where somebody is at the screen, a message has told them.
    """
    mode = given[0]
    try:
        chosen = _arguments(asked, name, given)
        if chosen is None:
            return
        remark = _dream(*chosen)
    except (Refusal, WorkerError, RuntimeError) as error:
        text = _sentence(error)
        if mode != gimpfu.RUN_NONINTERACTIVE:
            gimp.message(text)
        raise gimp.error(text)
    if remark and mode != gimpfu.RUN_NONINTERACTIVE:
        gimp.message(native(remark))
    gimp.displays_flush()


def _arguments(asked, name, given):
    """Image, layer and the rest, as the run mode wants them; None where the artist cancels."""
    mode, image, drawable = given[:_GIVEN_BY_GIMP]
    if mode == gimpfu.RUN_WITH_LAST_VALS:
        return (image, drawable) + tuple(gimpfu._get_defaults(name))[2:]
    if mode == gimpfu.RUN_NONINTERACTIVE or len(given) > _GIVEN_BY_GIMP:
        return given[1:]
    # What is wrong already needs no dialog.
    pixels.rectangle_to_dream(layer_to_dream_on(image, drawable))
    gimpfu._run(name, given)
    let_dialog_vanish()
    return asked.arguments


def _dream(image, drawable, *chosen):
    """Dream as the arguments say; returns a remark for the artist, often empty."""
    _lead_own_process_group()
    layer = layer_to_dream_on(image, drawable)
    values, guide = arguments.read(chosen)
    target = pixels.rectangle_to_dream(layer)
    mask = pixels.read_mask(layer, target)
    wish = dreaming.Wish(image, layer, target, mask, values, _seen(values, guide))
    config = read_core_config(os.path.dirname(os.path.abspath(__file__)))
    with WorkerClient() as worker:
        worker.start(config.python, config.program)
        return dreaming.fulfil(wish, worker)


def _seen(values, layer):
    """The keeping.Guide that the layer chosen as guide is, None where the dream looks at none."""
    if not plugin_settings.uses_guide(values):
        return None
    layer = guide_to_look_at(layer)
    place = pixels.rectangle_of_guide(layer)
    return keeping.Guide(layer, place, pixels.read_selected(layer, place))


def _sentence(error):
    """What is wrong and what to do, as GIMP takes it."""
    if isinstance(error, Refusal):
        return native(error.message)
    if isinstance(error, WorkerError):
        _log(error.log)
        return native(error.sentence())
    # Of GIMP itself: the image was closed meanwhile, or memory is short.
    text = _(
        "GIMP could not do what Deep Dream needs: {reason}. See that the image is still open, then"
        " try again."
    )
    return native(text.format(reason=as_text(str(error)).rstrip(".")))


def _log(text):
    """Write `text` where developers look."""
    try:
        if text:
            sys.stderr.write(native(text + "\n"))
    except EnvironmentError:
        pass  # On Windows GIMP's Python has nowhere to write to.


def _lead_own_process_group():
    """Where GIMP kills by process group, the worker goes with the plug-in."""
    if hasattr(os, "setpgid"):
        try:
            os.setpgid(0, 0)
        except OSError:
            pass  # This process leads a session, and with it a group, already.
