"""Arguments as Python 2.7's C functions take them: no more, no fewer, of no other type."""

from __future__ import absolute_import, division, print_function, unicode_literals

import re

_UNIT = re.compile(r"O!|s#|[idsO]|\|")
TEXT = (bytes, type(""))
INTEGERS = (int, type(1 << 70))


def parse(function, form, given, named=None, names=(), classes=()):
    """The values of `given` and `named` arguments, None for what was left out.

    Args:
        form: as PyArg_ParseTuple has it, of i, d, s, s#, O, O! and |.
        names: of all parameters, where they can be named.
        classes: for each O! in turn.

    Raises:
        TypeError: as Python itself would.
    """
    units = _UNIT.findall(form)
    least = units.index("|") if "|" in units else len(units)
    units = [unit for unit in units if unit != "|"]
    values = list(given)
    for name in named or {}:
        if name not in names[len(given) :]:
            raise TypeError("'{}' is an invalid keyword argument for this function".format(name))
    values += [(named or {}).get(name) for name in names[len(given) :]]
    count = len(given) + len(named or {})
    if not least <= count <= len(units):
        many = "exactly" if least == len(units) else "at least" if count < least else "at most"
        wanted = least if count < least else len(units)
        raise TypeError(
            "{}() takes {} {} arguments ({} given)".format(function, many, wanted, count)
        )
    rest = iter(classes)
    wanted = [next(rest) if unit == "O!" else None for unit in units]
    values += [None] * (len(units) - len(values))
    return [
        None if value is None and number >= count else _one(function, number, unit, value, kind)
        for number, (unit, value, kind) in enumerate(zip(units, values, wanted))
    ]


def _one(function, number, unit, value, kind):
    if unit == "i":
        if isinstance(value, float):
            raise TypeError("integer argument expected, got float")
        if not isinstance(value, INTEGERS):
            raise TypeError("an integer is required")
        return int(value)
    if unit == "d":
        if not isinstance(value, (float,) + INTEGERS):
            raise TypeError("a float is required")
        return float(value)
    if unit in ("s", "s#"):
        if not isinstance(value, TEXT):
            raise TypeError(
                "{}() argument {} must be string, not {}".format(
                    function, number + 1, type(value).__name__
                )
            )
        data = text_bytes(value)
        if unit == "s" and b"\0" in data:
            raise TypeError(
                "{}() argument {} must be string without null bytes".format(function, number + 1)
            )
        return data
    if kind is not None and not isinstance(value, kind):
        raise TypeError(
            "{}() argument {} must be gimp.{}, not {}".format(
                function, number + 1, kind.__name__, type(value).__name__
            )
        )
    return value


def text_bytes(value):
    """The bytes of a string; pygimp makes UTF-8 the encoding of those that are text."""
    return value if isinstance(value, bytes) else value.encode("utf-8")
