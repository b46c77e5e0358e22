"""`python -m core networks`: what networks there are, and how to get their weights."""

from __future__ import annotations

from core.cli.arguments import Arguments
from core.cli.terminal import download_progress, say
from core.errors import DreamError
from core.invocation import command
from core.networks.record import NetworkRecord
from core.networks.registry import RECORDS, describe, installed
from core.weights import store as weights


def list_all(_: Arguments) -> None:
    """Print a block for every network, its name at the start of the line.

    Raises:
        DreamError: a network could not be described; all others were listed before.
    """
    failed: DreamError | None = None
    for record in RECORDS.values():
        print(record.name)
        for label, text in _facts(record):
            print(f"    {label}: {text}")
        try:
            layers, concepts = describe(record.name)
        except DreamError as error:
            failed = error
            continue
        print(f"    layers: {', '.join(layers)}")
        print(f"    concepts: {', '.join(concepts)}", flush=True)
    if failed:
        raise failed


def _facts(record: NetworkRecord) -> list[tuple[str, str]]:
    state = "there"
    if not installed(record.name):
        state = "missing"
        if record.url:
            get = command(f"networks fetch {record.name}")
            state += f" ({record.size / 1e6:.0f} MB; get them with: {get})"
    return [
        ("title", record.title),
        ("weights", state),
        ("licence", record.licence),
        ("recommended layers", record.layers),
    ]


def fetch(arguments: Arguments) -> None:
    """Download the weights of the networks that `arguments` name.

    Raises:
        DownloadError: one of them could not be had.
    """
    for name in arguments.names:
        record = RECORDS[name]
        if not record.url:
            say(f"{record.title} comes with the program and needs no download.")
            continue
        with download_progress(record.title) as bar:

            def show(done: int, total: int, bar=bar) -> None:
                bar.total = total
                bar.update(done - bar.n)

            path = weights.fetch(record, show)
        say(f"{record.title} is ready: {path}")


def take_in(arguments: Arguments) -> None:
    """Import the weights file that `arguments` name.

    Raises:
        WeightsError: it does not fit the network, or is no weights file.
    """
    record = RECORDS[arguments.name]
    imported = weights.import_file(record, arguments.file)
    say(f"{record.title} is ready: {imported.path}")
    if imported.published:
        say("It is the published file.")
    else:
        say("It is not the published file: its names and shapes fit, its numbers are its maker's.")
    say(f"SHA-256: {imported.sha256}")
