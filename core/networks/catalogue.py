"""torchvision's classifiers by name: what torchvision itself says of them, and their architecture.

No network is listed here. Its record comes from torchvision's registry of weights, and where its
layers are from its graph, so that what torchvision adds can dream too.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import fx, nn
from torch.overrides import TorchFunctionMode

from core.errors import SettingError
from core.language import _
from core.networks import graphs
from core.networks.graphs import Architecture
from core.networks.record import HALF, NetworkRecord
from core.networks.records import TORCHVISION_LICENCE, bytes_of
from core.networks.vision import models

# The published weights of these expect pixels in [-1, 1]. They can make them of what others are
# given, `transform_input`; to give them the right pixels at once is less work at every step.
FROM_MINUS_ONE = ("googlenet", "inception_v3")
# Their own initialisation, which weights replace, takes minutes.
_OPTIONS: dict[str, dict[str, Any]] = {
    name: {"init_weights": False, "aux_logits": False, "transform_input": False}
    for name in FROM_MINUS_ONE
}
# Two classes whose names differ in capitals alone: a dog and a garment.
_RENAMED = {"Cardigan": "Cardigan Welsh corgi"}
_OTHERS = _(
    "Convolutional classifiers can be named, such as resnet101, convnext_tiny or densenet121."
)
# For networks that take even a single pixel: less is a single cell for the last layers of most.
_SMALLEST_SIDE = 32
# Layers whose cells are so many pixels apart see parts of things, and dream well in all families.
_PARTS = 16


class Layout(NamedTuple):
    """Names and shapes of a network's state dict: its own, and its auxiliary heads'."""

    needed: Mapping[str, torch.Size]
    auxiliary: Mapping[str, torch.Size]


@cache
def derived_record(name: str) -> NetworkRecord:
    """The record of a torchvision network, of the first weights that torchvision published for it.

    The first are those that people know the dreams of; later ones were trained to score higher,
    with pictures mixed and cut up.

    Raises:
        SettingError: torchvision has no such network, or it cannot dream; the sentence says why.
    """
    _require_classifier(name)
    drawn, module = architecture(name), skeleton(name)
    published = weights(name)
    meta, transforms = published.meta, published.transforms()
    halved = name in FROM_MINUS_ONE
    licence = TORCHVISION_LICENCE
    if "license" in meta:
        licence = _("Published by its makers under their own terms: {where}")
        licence = licence.format(where=meta["license"])
    return NetworkRecord(
        name=name,
        title=type(published).__name__.removesuffix("_Weights"),
        licence=licence,
        layers=_recommended(module, drawn),
        concept_layer=_concept_layer(module, drawn),
        minimum_side=smallest if (smallest := max(meta["min_size"])) > 1 else _SMALLEST_SIDE,
        url=published.url,
        sha256=published.url.rpartition("-")[2].partition(".")[0],
        size=bytes_of(meta["_file_size"]),
        mean=HALF if halved else tuple(transforms.mean),
        deviation=HALF if halved else tuple(transforms.std),
    )


def weights(name: str) -> models.WeightsEnum:
    """The first weights that torchvision published for the network."""
    return next(iter(models.get_model_weights(name)))


def concepts(name: str) -> tuple[str, ...]:
    """The names of the network's classes, in the order of its concept layer's channels."""
    categories: list[str] = weights(name).meta["categories"]
    return tuple(_RENAMED.get(category, category) for category in categories)


def build(name: str, **options: bool) -> nn.Module:
    """The network without auxiliary heads; its random weights use the global generator.

    `options` go to its builder, over those that it has anyway.
    """
    return models.get_model(name, weights=None, **{**_OPTIONS.get(name, {}), **options})


def skeleton(name: str, **options: bool) -> nn.Module:
    """The network, in evaluation mode, without any numbers: costs no memory, draws no numbers.

    `options` go to its builder, over those that it has anyway.
    """
    with torch.device("meta"), _CountingOnTheCpu():
        module = build(name, **options)
    return module.to("meta").eval()


@cache
def layout(name: str) -> Layout:
    """Names and shapes of everything that a weights file of the network can hold."""
    needed = {key: value.shape for key, value in skeleton(name).state_dict().items()}
    auxiliary = {}
    if name in _OPTIONS:
        everything = skeleton(name, aux_logits=True).state_dict()
        auxiliary = {key: value.shape for key, value in everything.items() if key not in needed}
    return Layout(needed, auxiliary)


@cache
def architecture(name: str) -> Architecture:
    """The network's graph and layers; those of VGG also by the names of its paper (relu4_3).

    Raises:
        SettingError: it is no convolutional network, or takes pictures of one size only.
    """
    module = skeleton(name)
    try:
        drawn = graphs.read(module)
    except (RuntimeError, AssertionError, ValueError, TypeError) as error:
        # A forward pass fails in any of these ways on a size that it is not made for.
        raise SettingError(
            _("torchvision's “{name}” takes pictures of one size only, so it cannot dream.").format(
                name=name
            ),
            _OTHERS,
        ) from error
    if any("Attention" in type(part).__name__ for part in module.modules()):
        raise SettingError(
            _(
                "torchvision's “{name}” sees by attention, not by convolution; it cannot"
                " dream here."
            ).format(name=name),
            _OTHERS,
        )
    if not isinstance(module, models.VGG):
        return drawn
    layers = {}
    papers = dict(_names_of_vgg(module))
    for layer, place in drawn.layers.items():
        layers[layer] = place
        if layer in papers:
            layers[papers[layer]] = place
    return Architecture(drawn.graph, layers)


class _CountingOnTheCpu(TorchFunctionMode):
    """Lets builders that reckon widths and depths with tensors (RegNet) read what they reckoned."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func in (torch.arange, torch.tensor):
            kwargs = {**(kwargs or {}), "device": "cpu"}
        return func(*args, **(kwargs or {}))


def _require_classifier(name: str) -> None:
    """Raises SettingError unless torchvision has such a classifier of pictures."""
    classifiers = models.list_models(module=models)
    if name in classifiers:
        return
    if name in models.list_models():
        raise SettingError(
            _(
                "torchvision's “{name}” is no plain classifier of pictures, so it cannot dream."
            ).format(name=name),
            _OTHERS,
        )
    raise SettingError(
        _("There is no network named “{name:.60}”.").format(name=name), _meant(name, classifiers)
    )


def _meant(name: str, classifiers: list[str]) -> str:
    close = difflib.get_close_matches(name, ["built-in", *classifiers], 1)
    if close:
        return _("Did you mean {name}?").format(name=close[0])
    return _("There is built-in.") + " " + _OTHERS


def _recommended(module: nn.Module, drawn: Architecture) -> str:
    """The last of the network's outermost blocks whose cells are `_PARTS` pixels apart."""
    maps = [layer for layer, place in drawn.layers.items() if place.cell]
    parts = [layer for layer in maps if drawn.layers[layer].cell == _PARTS] or maps
    modules = dict(module.named_modules())
    blocks = [layer for layer in parts if layer in modules and [*modules[layer].children()]]
    if not blocks:
        return parts[-1]
    outermost = min(block.count(".") for block in blocks)
    return [block for block in blocks if block.count(".") == outermost][-1]


def _concept_layer(module: nn.Module, drawn: Architecture) -> str:
    """The last layer with weights: its channels are the classes' logits."""

    def has_weights(node: fx.Node) -> bool:
        return node.op == "call_module" and isinstance(
            module.get_submodule(str(node.target)), nn.Linear | nn.Conv2d
        )

    return [layer for layer, place in drawn.layers.items() if has_weights(place.node)][-1]


def _names_of_vgg(module: models.VGG) -> Iterator[tuple[str, str]]:
    """Layer -> its name in the paper's manner: block, and place in the block, both from 1."""
    block, place = 1, 0
    for index, part in module.features.named_children():
        if isinstance(part, nn.MaxPool2d):
            yield f"features.{index}", f"pool{block}"
            block, place = block + 1, 0
        elif isinstance(part, nn.Conv2d):
            place += 1
            yield f"features.{index}", f"conv{block}_{place}"
        elif isinstance(part, nn.ReLU):
            yield f"features.{index}", f"relu{block}_{place}"
