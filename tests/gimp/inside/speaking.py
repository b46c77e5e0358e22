"""What the plug-in says in the language that GIMP speaks; run inside GIMP."""

import json
from pathlib import Path

import pictures
from gi.repository import Gimp


def run(report):
    """Write menu labels, arguments' labels and what is said to the JSON file `report`."""
    names = "plug-in-deep-dream", "plug-in-deep-dream-again"
    new, again = (Gimp.get_pdb().lookup_procedure(name) for name in names)
    image, photo, _ = pictures.make_image(pictures.KINDS["rgba-u8"])
    facts = {
        "menu": [new.get_menu_label(), again.get_menu_label()],
        "blurb": new.get_blurb(),
        "labels": {argument.name: argument.nick for argument in new.get_arguments()},
        "refused": pictures.dream(image, [])[1],
        "dreamed": pictures.dream(image, [photo], octaves=1, iterations=1, working_size=64)[1],
    }
    Path(report).write_text(json.dumps(facts))
