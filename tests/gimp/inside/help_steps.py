"""Steps of widgets.py: what helps where something is wrong or missing."""

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402
from hands import Config, descendants, keys, shown, until  # noqa: E402

import networks  # noqa: E402
import trouble  # noqa: E402
from common.errors import WorkerError  # noqa: E402
from common.worker_client import WorkerClient  # noqa: E402
from refusal import Refusal, UnfitChoice  # noqa: E402


def logging(*_):
    """Of which errors the log can be opened, and what it says then."""
    widget = trouble.Trouble({"network-missing": ("Get", print)}, lambda error: f"log: {error.log}")
    window, seen = shown(widget), {}
    for code in ("network-missing", "layer-unknown", "internal"):
        widget.tell(WorkerError(code, "It is over.", log="the last words"))
        buttons = descendants(widget.get_action_area(), Gtk.Button)
        seen[code] = [button.get_label() for button in buttons if button.get_visible()]

    def read():
        (log,) = [one for one in Gtk.Window.list_toplevels() if one.get_title() == "Log"]
        (text,) = descendants(log, Gtk.TextView)
        seen["log"] = text.get_buffer().get_property("text")
        log.response(Gtk.ResponseType.CLOSE)

    GLib.idle_add(read)
    next(button for button in buttons if button.get_label() == "Open the Log").clicked()
    window.destroy()
    return seen


def fetching(python, program):
    """A network that is not here: refused by the server, cancelled, got."""
    config, seen, told = Config(), {}, []
    with WorkerClient() as worker:
        worker.start(python, program)
        worker.hello()
        widget = networks.NetworkChooser(config, worker)
        window = shown(widget)
        config.connect("notify::network", lambda *_: told.append(config.network))
        mine, described = [], []

        def hear():
            try:
                events = worker.poll()
            except WorkerError as error:
                raise SystemExit(error.log) from error
            for event in events:
                mine.append(widget.take(event))
                if event.header["event"] == "network":
                    described.append(event.header["name"])
            return GLib.SOURCE_CONTINUE

        timer = GLib.timeout_add(20, hear)

        def says(text):
            """Everything that is to be read, once `text` is among it."""

            def read():
                bars = [bar.get_text() for bar in descendants(widget, Gtk.ProgressBar)]
                read = [label.get_text() for label in descendants(widget, Gtk.Label)] + bars
                return read if any(text in line for line in read) else None

            return until(read)

        def press():
            buttons = descendants(widget, Gtk.Button)
            next(button for button in buttons if button.get_label()).clicked()

        until(lambda: mine)
        seen["built-in"] = [label.get_text() for label in descendants(widget, Gtk.Label)]
        errors = (UnfitChoice("No guide."), Refusal("No layer."), None)
        seen["first"] = {"here": [str(widget.comes_before(error)) for error in errors]}
        widget.entry.grab_focus()
        keys("ctrl+a", *"alexnet", "Return")
        seen["missing"] = says("Get the Network")
        seen["first"]["missing"] = [str(widget.comes_before(error)) for error in errors]
        # As the button of the dialog's message does.
        widget.get()
        seen["refused"] = says("Try again")
        press()
        seen["arriving"] = says("Downloading AlexNet")
        press()
        seen["cancelled"] = says("Get the Network")
        press()
        until(lambda: described)
        seen["got"] = [label.get_text() for label in descendants(widget, Gtk.Label)]
        seen["heard"] = mine.count(True) >= 3 and mine[0] is False
        GLib.source_remove(timer)
        window.destroy()
    return {**seen, "told": told, "described": described}
