"""Texts that GIMP keeps for the plug-in until it ends: each run is a process of its own."""

from gi.repository import Gimp

_THIS_SESSION = 0


def keep(name, text):
    """Have GIMP keep `text`, in ASCII, under `name`."""
    Gimp.attach_parasite(Gimp.Parasite.new(name, _THIS_SESSION, text.encode("ascii")))


def kept(name, otherwise):
    """The text that is kept under `name`, or `otherwise`."""
    parasite = Gimp.get_parasite(name)
    return otherwise if parasite is None else bytes(parasite.get_data()).decode("ascii")
