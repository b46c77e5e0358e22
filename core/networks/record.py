"""What is known of a network before it is loaded. Imports no PyTorch, so listing is quick."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NetworkRecord:
    """What is known of a network before it is loaded.

    `url` is empty for the built-in network. `sha256` is the beginning of the weights file's SHA-256
    as its publisher writes it (torchvision: eight hexadecimal digits in the file name). `size` is
    in bytes. `layers` is the recommended value of the setting of that name. `minimum_side` is the
    smallest side in pixels that the network takes.
    """

    name: str
    title: str
    licence: str
    layers: str
    concept_layer: str
    minimum_side: int
    url: str = ""
    sha256: str = ""
    size: int = 0
