"""Run modes other than a script's, and what the artist is told; for the stand-in alone.

No dialog can be answered in a GIMP without a screen.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import io
import json

import artist
import gimp
import gimpfu
import pictures
from application import application
from procedures import plug_ins

QUICK = {"octaves": 1, "iterations": 1, "working-size": 64}
NAME = "python-fu-deep-dream"


def run(report, plugin):
    """Write what was seen, by name, to the JSON file `report`."""
    pictures.PLUGIN[0] = plugin
    pictures.see_all()
    facts = {"registered": _registered()}
    facts["last values, none kept"] = _from_menu(gimpfu.RUN_WITH_LAST_VALS, {})
    wishes = dict(QUICK, objective=b"One concept", concept="feather", antialias=False, pull=0.125)
    facts["dialog"] = _from_menu(gimpfu.RUN_INTERACTIVE, dict(wishes, response="ok"))
    facts["last values"] = _from_menu(gimpfu.RUN_WITH_LAST_VALS, {})
    facts["cancelled"] = _from_menu(gimpfu.RUN_INTERACTIVE, {"response": "cancel"})
    wrong = dict(QUICK, layers="m9z", response="ok")
    facts["wrong in the dialog"] = _from_menu(gimpfu.RUN_INTERACTIVE, wrong)
    facts["wrong before the dialog"] = _from_menu(
        gimpfu.RUN_INTERACTIVE, {"response": "ok"}, change=pictures.select_elsewhere
    )
    facts["by a script, as if by hand"] = _by_script(gimpfu.RUN_INTERACTIVE, layers=b"m9z")
    facts["by a script"] = _by_script(gimpfu.RUN_NONINTERACTIVE, layers=b"m9z")
    deep = pictures.KINDS["rgba-u16"]
    # The dialog shows what was entered last.
    facts["deep"] = _from_menu(
        gimpfu.RUN_INTERACTIVE, dict(QUICK, layers="", response="ok"), kind=deep
    )
    facts["closed meanwhile"] = _closed_meanwhile()
    with io.open(report, "wb") as stream:
        stream.write(json.dumps(facts).encode("ascii"))


def _registered():
    procedure = application.procedures[NAME.encode("ascii")]
    facts = {}
    for key in ("blurb", "help", "label", "image types", "menus"):
        value = procedure[key]
        facts[key] = (
            [row.decode("utf-8") for row in value] if key == "menus" else value.decode("utf-8")
        )
    facts["params"] = [[kind, pictures.text(name)] for kind, name, _ in procedure["params"]]
    return facts


def _from_menu(mode, wishes, kind=None, change=None):
    """What happens on the menu entry: run mode, image and drawable alone are given."""
    image, photo, _ = pictures.make_image(kind or pictures.KINDS["rgba"])
    if change:
        change(image)
    image.clean_all()
    artist.wishes.clear()
    artist.wishes.update(wishes)
    return _watched(image, lambda: plug_ins.run(NAME, (mode, image, photo)))


def _by_script(mode, **settings):
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba"])
    image.clean_all()
    quick = {key.replace("-", "_"): value for key, value in QUICK.items()}
    return _watched(image, lambda: pictures.dream(image, photo, mode, **dict(quick, **settings)))


def _closed_meanwhile():
    """The image is closed while the dream is made: when the plug-in first shows how far it is."""
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba"])
    note = application.note

    def close(what, *objects):
        note(what, *objects)
        if what == "progress text":
            gimp.delete(image)

    application.note = close
    try:
        return _watched(None, lambda: pictures.dream(image, photo, gimpfu.RUN_INTERACTIVE))
    finally:
        application.note = note


def _watched(image, work):
    del application.diary[:]
    status = work()
    facts = {"status": status, "diary": list(application.diary)}
    if image is not None:
        facts["layers"] = [pictures.text(row.name) for row in pictures.all_layers(image.layers)]
        facts["steps"] = application.images[image.ID].steps
        data = image.active_layer.parasite_find(pictures.native("deep-dream-record"))
        facts["record"] = None if data is None else json.loads(data.data.decode("ascii"))
        gimp.delete(image)
    facts["on the screen"] = len(artist.screen)
    return facts
