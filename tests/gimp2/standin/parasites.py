"""pygimp's parasites: data that stays with what it is attached to."""

from __future__ import absolute_import, division, print_function, unicode_literals

from parsing import parse


class Parasite(object):
    """gimp.Parasite."""

    __slots__ = ("data", "flags", "name")

    def __init__(self, *given, **named):
        names = ("name", "flags", "data")
        values = parse("gimp.Parasite.__init__", "sis#", given, named, names)
        self.name, self.flags, self.data = values
