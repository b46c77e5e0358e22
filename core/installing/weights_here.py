"""Looks at the weights that were downloaded. Runs in the core's environment, without PyTorch."""

from __future__ import annotations

from core.errors import SettingError, WeightsError
from core.networks.record import NetworkRecord
from core.networks.records import RECORDS
from core.networks.registry import find_record
from core.weights import store


def weights_here() -> list[dict[str, str]]:
    """Every network whose weights are in the cache folder: its `title`, and what is `wrong` with
    the file and how to `repair` that, both empty for a whole one."""
    found: list[dict[str, str]] = []
    for record in _records():
        if store.find(record) is None:
            continue
        entry = {"title": record.title, "wrong": "", "repair": ""}
        try:
            store.verified(record)
        except WeightsError as error:
            entry |= {"wrong": error.message, "repair": error.hint}
        found.append(entry)
    return found


def _records() -> list[NetworkRecord]:
    """Those with a record of their own, and whichever of torchvision's have a note."""
    records = {name: record for name, record in RECORDS.items() if record.url}
    for note in sorted(store.cache_folder().glob("*.json")):
        if note.stem not in records:
            try:
                records[note.stem] = find_record(note.stem)
            except SettingError:
                # Something else of ours, or of somebody's.
                continue
    return list(records.values())
