"""Comparing images as inside/pictures.py describes them."""

from __future__ import annotations

from typing import Any


def differences(one: Any, other: Any, place: str = "") -> list[str]:
    """Where two states differ, in words; of pixels, by their digests."""
    if isinstance(one, dict) and isinstance(other, dict):
        found = []
        for key in sorted({*one, *other} - {"samples"}):
            found += differences(one.get(key), other.get(key), f"{place}/{key}")
        return found
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        found = []
        for at, (a, b) in enumerate(zip(one, other, strict=True)):
            found += differences(a, b, f"{place}[{at}]")
        return found
    return [] if one == other else [f"{place}: {one!r:.200} and {other!r:.200}"]
