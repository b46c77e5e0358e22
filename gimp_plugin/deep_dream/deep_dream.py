#!/usr/bin/env python3
"""Deep Dream for GIMP 3: registers Filters > Artistic > Deep Dream…, Deep Dream Again…, and
Filters > Render > Deep Dream Texture….

GIMP finds a plug-in by folder name == script name. This file and what it imports need GIMP's own
Python alone, so that the menu entries are there even where the core is not.
"""

import os
import sys

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gimp, Gio  # noqa: E402

import run  # noqa: E402
import settings_arguments  # noqa: E402
from common.translation import DOMAIN, _  # noqa: E402

PROCEDURE = "plug-in-deep-dream"
AGAIN = "plug-in-deep-dream-again"
TEXTURE = "plug-in-deep-dream-texture"
ICON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "deep-dream.svg")


class DeepDream(Gimp.PlugIn):
    """The plug-in as GIMP sees it."""

    def do_query_procedures(self):
        """Name the procedures."""
        return [PROCEDURE, AGAIN, TEXTURE]

    def do_set_i18n(self, procedure_name):
        """Where the translations are; GIMP asks anew for all texts when its language changes."""
        return True, DOMAIN, "common/locale"

    def do_create_procedure(self, name):
        """Describe the procedure `name` to GIMP."""
        make = {PROCEDURE: self._new_dream, AGAIN: self._again, TEXTURE: self._texture}[name]
        procedure = make()
        procedure.set_image_types("RGB*, GRAY*")
        needed = Gimp.ProcedureSensitivityMask.DRAWABLE | Gimp.ProcedureSensitivityMask.DRAWABLES
        if name == TEXTURE:
            needed |= Gimp.ProcedureSensitivityMask.NO_DRAWABLES
        procedure.set_sensitivity_mask(needed)
        menu = "Render" if name == TEXTURE else "Artistic"
        procedure.add_menu_path(f"<Image>/Filters/{menu}")
        procedure.set_icon_file(Gio.File.new_for_path(ICON))
        procedure.set_attribution(
            "Deep Dream for GIMP", "Deep Dream for GIMP, GPL-3.0-or-later", "2026"
        )
        return procedure

    def _new_dream(self):
        procedure = Gimp.ImageProcedure.new(self, PROCEDURE, Gimp.PDBProcType.PLUGIN, run.run, None)
        procedure.set_menu_label(_("_Deep Dream…"))
        procedure.set_documentation(
            _("Dream on the layer with a neural network, as a new layer"),
            _(
                "A neural network strengthens in the picture whatever it sees there, or one"
                " concept such as eyes or spirals. The dream becomes a new layer above the one it"
                " was made from, which stays as it is. A selection limits the dream and becomes"
                " the new layer's mask."
            ),
            # A button for help would lead into GIMP's own manual, which has none of this.
            None,
        )
        settings_arguments.add_arguments(procedure)
        return procedure

    def _texture(self):
        procedure = Gimp.ImageProcedure.new(
            self, TEXTURE, Gimp.PDBProcType.PLUGIN, run.run_texture, None
        )
        procedure.set_menu_label(_("Deep Dream Te_xture…"))
        procedure.set_documentation(
            _("Dream a texture out of nothing with a neural network, as a new layer"),
            _(
                "A neural network begins with noise and makes it into whatever you choose: eyes,"
                " feathers, spirals. The texture becomes a new layer above the selected one, as"
                " large as the image or the selection, which becomes its mask. On request its"
                " edges meet, so that it can be laid side by side."
            ),
            None,
        )
        settings_arguments.add_arguments(procedure, texture=True)
        return procedure

    def _again(self):
        procedure = Gimp.ImageProcedure.new(
            self,
            AGAIN,
            Gimp.PDBProcType.PLUGIN,
            run.run_again,
            lambda texture: self._texture() if texture else self._new_dream(),
        )
        procedure.set_menu_label(_("Deep Dream Agai_n…"))
        procedure.set_documentation(
            _("Dream again with this layer's settings"),
            _(
                "Repeats the dream that the selected layer is: on the layer it was made from, at"
                " the same place, with the settings that are kept with it. The new layer comes"
                " above it. With a second layer selected, that one is dreamed on instead. The"
                " dialog shows the settings first, so that one of them can be changed."
            ),
            None,
        )
        return procedure


if __name__ == "__main__":
    Gimp.main(DeepDream.__gtype__, sys.argv)
