"""What is known of a network before it is loaded. Imports no PyTorch, so listing is quick."""

from __future__ import annotations

from dataclasses import dataclass

Triple = tuple[float, float, float]
# Of pixels in [-1, 1].
HALF: Triple = (0.5, 0.5, 0.5)


@dataclass(frozen=True)
class NetworkRecord:
    """What is known of a network before it is loaded.

    Attributes:
        name: of setting `network`; for torchvision's networks that of their builder.
        title: as people call it.
        licence: under what its weights may be used.
        layers: the recommended value of the setting of that name.
        concept_layer: whose channels are the concepts: logits, before any softmax.
        centre_layer: whose channels are the concepts too, as maps of where a whole thing has its
            middle; empty where the network has no such layer.
        minimum_side: in pixels, the smallest that the network takes.
        url: of the weights file; empty for the built-in network.
        sha256: the beginning of that file's SHA-256 as its publisher writes it (torchvision: eight
            or ten hexadecimal digits in the file name).
        size: of that file in bytes; where only rounded mebibytes are published, up to 1 KiB less.
        also: further layers that dream well, like `layers`; may be empty.
        mean, deviation: per colour, of the pixels in [0, 1] that the weights expect: the network
            is given (pixels - mean) / deviation. Most were trained with those of ImageNet.
    """

    name: str
    title: str
    licence: str
    layers: str
    concept_layer: str
    minimum_side: int
    centre_layer: str = ""
    url: str = ""
    sha256: str = ""
    size: int = 0
    also: str = ""
    mean: Triple = (0.485, 0.456, 0.406)
    deviation: Triple = (0.229, 0.224, 0.225)
