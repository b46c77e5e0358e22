"""What GIMP's modules refuse, or answer in their own way; run in GIMP 2.10 or its stand-in."""

from __future__ import absolute_import, division, print_function, unicode_literals

import io
import json

import gimp
import gimpfu
from gimpfu import pdb


def run(report, questions, plugin):
    """Write what each of the `questions` gave to the JSON file `report`: a name, and words."""
    answers = {question: _answer(question) for question in json.loads(questions)}
    with io.open(report, "wb") as stream:
        stream.write(json.dumps(answers).encode("ascii"))


def _answer(question):
    code = compile(question.encode("utf-8"), str("<question>"), str("eval"), dont_inherit=True)
    try:
        return ["value", repr(eval(code, _scene()))]
    except Exception as error:  # noqa: BLE001  (whatever it is, it is the answer)
        return [type(error).__name__, str(error)]


def _scene():
    """An image, two layers in it and one beside it, one with a mask, one that is gone, a region."""
    image = gimp.Image(60, 40, gimpfu.RGB)
    layers = [_layer(image, name) for name in ("l", "m", "n", "gone")]
    here, masked, beside, gone = layers
    for layer in (here, masked, gone):
        pdb.gimp_image_insert_layer(image, layer, None, 0)
    masked.add_mask(masked.create_mask(gimpfu.ADD_WHITE_MASK))
    pdb.gimp_image_remove_layer(image, gone)
    grey = gimp.Layer(image, str("g"), 6, 4, gimpfu.GRAY_IMAGE)
    region = here.get_pixel_rgn(10, 10, 20, 20, True, False)
    return {
        "gimp": gimp,
        "pdb": pdb,
        "i": image,
        "l": here,
        "m": masked,
        "n": beside,
        "gone": gone,
        "g": grey,
        "r": region,
    }


def _layer(image, name):
    return gimp.Layer(image, str(name), 60, 40, gimpfu.RGBA_IMAGE, 100.0, gimpfu.LAYER_MODE_NORMAL)
