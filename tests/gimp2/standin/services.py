"""What pygimp's module `gimp` does that is about no image: messages, data, registering."""

from __future__ import absolute_import, division, print_function, unicode_literals

from application import application
from parsing import parse


class error(RuntimeError):
    """What pygimp's own functions raise."""


def displays_flush():
    application.note("displays flushed")


def message(*given):
    (text,) = parse("message", "s", given)
    application.note("message", text.decode("utf-8"))


def progress_init(*given):
    (text,) = parse("progress_init", "|s", given)
    application.note("progress", (text or b"").decode("utf-8"))


def progress_update(*given):
    (fraction,) = parse("progress_update", "d", given)
    application.note("progress update", fraction)


def get_data(*given):
    (name,) = parse("get_data", "s", given)
    if name not in application.data:
        raise error("no data for id")
    return application.data[name]


def set_data(*given):
    name, data = parse("set_data", "ss#", given)
    application.data[name] = data


def install_procedure(*given):
    (name, blurb, help_text, _, _, _, label, types, _, params, results) = parse(
        "install_procedure", "ssssssssiOO", given
    )
    checked = [parse("install_procedure", "iss", param) for param in params]
    application.procedures[name] = {
        "blurb": blurb,
        "help": help_text,
        "label": label,
        "image types": types,
        "params": [tuple(param) for param in checked],
        "results": [tuple(parse("install_procedure", "iss", row)) for row in results],
        "menus": [],
    }


def menu_register(*given):
    name, path = parse("menu_register", "ss", given)
    application.procedures[name]["menus"].append(path)


def main(*given):
    callbacks = parse("main", "OOOO", given)
    if not all(callback is None or callable(callback) for callback in callbacks):
        raise error("arguments must be callable")
    application.callbacks = callbacks
