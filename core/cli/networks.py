"""`python -m core networks`: what networks there are, what they know, and their weights."""

from __future__ import annotations

from core.cli.arguments import Arguments
from core.cli.terminal import download_progress, say
from core.errors import ConceptUnknown, DreamError
from core.invocation import command
from core.networks.record import NetworkRecord
from core.networks.registry import RECORDS, describe, find_record, installed
from core.weights import store as weights


def list_some(arguments: Arguments) -> None:
    """Print a block for every network that `arguments` name, its name at the start of the line.

    None named stands for all that have a record. Concepts are told once for all that share them.

    Raises:
        DreamError: a network could not be described; all others were listed before.
    """
    failed: DreamError | None = None
    told: dict[tuple[str, ...], str] = {}
    for name in arguments.names or RECORDS:
        print(name)
        for label, text in _facts(find_record(name)):
            print(f"    {label}: {text}")
        try:
            layers, concepts = describe(name)
        except DreamError as error:
            failed = error
            continue
        print(f"    layers: {', '.join(layers)}")
        first = told.setdefault(concepts, name)
        listed = ", ".join(concepts) if first == name else f"those of {first}"
        print(f"    concepts: {listed}", flush=True)
    if not arguments.names:
        say("torchvision's other convolutional classifiers are there by name too, for example:")
        say(command("networks list resnet101"))
    if failed:
        raise failed


def search(arguments: Arguments) -> None:
    """Print the concepts that have `arguments.text` in their names, under their networks.

    Raises:
        ConceptUnknown: there are none.
    """
    # Here, because it brings PyTorch, which fetching does without.
    from core.networks.base import matching_concepts

    sharing: dict[tuple[str, ...], list[str]] = {}
    for name in [arguments.network] if arguments.network else RECORDS:
        sharing.setdefault(describe(name).concepts, []).append(name)
    found = {
        ", ".join(names): matching_concepts(concepts, arguments.text)
        for concepts, names in sharing.items()
    }
    if not any(found.values()):
        raise ConceptUnknown(
            f"No concept has “{arguments.text:.60}” in its name.", "Try a shorter part of a name."
        )
    for names, matching in found.items():
        if matching:
            print(names)
            for concept in matching.values():
                print(f"    {concept}")


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
        *([("also good", record.also)] if record.also else []),
    ]


def fetch(arguments: Arguments) -> None:
    """Download the weights of the networks that `arguments` name.

    Raises:
        DownloadError: one of them could not be had.
    """
    for name in arguments.names:
        record = find_record(name)
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
    record = find_record(arguments.name)
    imported = weights.import_file(record, arguments.file)
    say(f"{record.title} is ready: {imported.path}")
    if imported.published:
        say("It is the published file.")
    else:
        say("It is not the published file: its names and shapes fit, its numbers are its maker's.")
    say(f"SHA-256: {imported.sha256}")
