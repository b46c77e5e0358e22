#!/usr/bin/env python2
"""Deep Dream for GIMP 2.10: registers Filters > Artistic > Deep Dream...

GIMP finds a plug-in by folder name == script name. This file and what it imports need GIMP's own
Python 2.7 alone, so that the menu entry is there even where the core is not.
"""

from __future__ import absolute_import, division, print_function, unicode_literals

import gimp
import gimpfu

import arguments
import run
from common.text import native
from scrolling import let_dialog_scroll

PROCEDURE = "python-fu-deep-dream"


def main():
    """Describe the procedure to GIMP, then do what GIMP has started this process for."""
    asked = run.Asked()
    gimpfu.register(
        native(PROCEDURE),
        native("Dream on the layer with a neural network, as a new layer"),
        native(
            "A neural network strengthens in the picture whatever it sees there, or one concept"
            " such as eyes or spirals. The dream becomes a new layer above the one it was made"
            " from, which stays as it is. A selection limits the dream and becomes the new layer's"
            " mask.\n\n" + arguments.described()
        ),
        native("Deep Dream for GIMP"),
        native("Deep Dream for GIMP, GPL-3.0-or-later"),
        native("2026"),
        native("_Deep Dream..."),
        native("RGB*, GRAY*"),
        arguments.parameters(),
        [],
        asked,
        menu=native("<Image>/Filters/Artistic"),
        on_run=let_dialog_scroll,
    )
    # As gimpfu.main does it, but for the run: gimpfu keeps its dialog open, without a way to cancel,
    # until what it calls is done, and does not say whether it was called by a script.
    gimp.main(None, None, gimpfu._query, lambda name, given: run.run(asked, name, given))


if __name__ == "__main__":
    main()
