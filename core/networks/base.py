"""What a network is to the rest of the core: named layers, named concepts, features of a canvas."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import Tensor

from core.errors import ConceptUnknown, LayerUnknown
from core.invocation import command
from core.language import _
from core.networks.record import NetworkRecord
from core.precision import Precision

__all__ = ["Head", "Network", "NetworkRecord", "matching_concepts", "split_pre"]

_PRE = "/pre"
_NAMES_IN_A_HINT = 20


class Head(NamedTuple):
    """Layers in two stages.

    Attributes:
        maps: layers that grow with the picture, which can be put together from its parts.
        rest: the layers that were asked for, from whole maps; differentiable.
    """

    maps: tuple[str, ...]
    rest: Callable[[Mapping[str, Tensor]], dict[str, Tensor]]


class Network(ABC):
    """A frozen network. Takes canvases, (N, 3, H, W) in [0, 1], and normalises them itself.

    Attributes:
        record: what the registry knows of it.
        layers: every layer that can be asked for, in the order of computation.
        concepts: names of the channels of `record.concept_layer`, in order.
        textures: those of the concepts that fill surfaces instead of being things.
        statistics: per layer, mean and standard deviation of each channel over ordinary pictures,
            each (1, C, 1, 1); empty where they were never measured.
        grid: parts of a canvas must begin at multiples of so many pixels, beside those that cells
            are apart, for their cells to lie as in the whole.
        most_exact: how many of its first convolutions can be exact while the rest is rounded.
        device, dtype: where it computes, and in which number format; canvases must be there.
        exact: how many of its first convolutions are in float32 on the way forward, whatever
            `dtype` is. Set by `to`, as the two above are.
    """

    record: NetworkRecord
    layers: tuple[str, ...]
    concepts: tuple[str, ...]
    textures: frozenset[str] = frozenset()
    statistics: Mapping[str, tuple[Tensor, Tensor]] = MappingProxyType({})
    grid: int = 1
    device: torch.device = torch.device("cpu")
    dtype: torch.dtype = torch.float32
    most_exact: int = 0
    exact: int = 0

    @property
    def precision(self) -> Precision:
        """How exactly it computes."""
        return Precision(self.dtype, self.exact)

    @property
    def class_layer(self) -> str:
        """The layer of all classes' logits: the concepts', then of what else there may be."""
        return self.record.concept_layer

    @abstractmethod
    def features(self, canvas: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """The outputs of `layers`, computed no further than the last of them.

        Args:
            canvas: (N, 3, H, W) float32, H and W at least `record.minimum_side`; cast to the
                network's precision inside.
            layers: names out of `self.layers`, checked before with `require_layer`; NAME/pre is
                layer NAME without the non-linearity that it ends in, and NAME where it has none.

        Returns:
            Per name the layer's output: (N, C, h, w), or (N, C) behind global pooling.
        """

    def head(self, layers: Collection[str]) -> Head | None:
        """How to have `layers` of a picture that is only ever seen in parts.

        None where that cannot be: a layer before them has looked at the whole picture.
        """
        return Head(tuple(layers), dict)

    @abstractmethod
    def to(self, device: torch.device, dtype: torch.dtype, exact: int = 0) -> Network:
        """Move to a device and precision, `exact` being at most `most_exact`; returns itself."""

    def require_layer(self, name: str) -> str:
        """`name`, if the network has such a layer; NAME/pre is one for every layer NAME.

        Raises:
            LayerUnknown: it has none; the hint names some that it has.
        """
        if split_pre(name)[0] not in self.layers:
            some = ", ".join(part.split(":")[0] for part in self.record.layers.split(","))
            listing = command(f"networks list {self.record.name}")
            raise LayerUnknown(
                _("{title} has no layer named “{name:.60}”.").format(
                    title=self.record.title, name=name
                ),
                _("Try {some}. All are listed by: {listing}").format(some=some, listing=listing),
            )
        return name

    def concept_index(self, name: str) -> int:
        """The channel of `record.concept_layer` that stands for concept `name` (case ignored).

        Raises:
            ConceptUnknown: the network knows no such concept; the hint names those with `name` in
                theirs, or some others.
        """
        names = [concept.lower() for concept in self.concepts]
        wanted = name.strip().lower()
        if wanted not in names:
            raise ConceptUnknown(
                _("{title} knows no concept named “{name:.60}”.").format(
                    title=self.record.title, name=name
                ),
                self._meant(wanted),
            )
        return names.index(wanted)

    def _meant(self, wanted: str) -> str:
        """Concepts that may have been meant by `wanted`, lower case, as a sentence."""
        found = list(matching_concepts(self.concepts, wanted).values()) if wanted else []
        if found:
            more = len(found) - _NAMES_IN_A_HINT
            listed = ", ".join(found[:_NAMES_IN_A_HINT])
            if more > 0:
                return _("It knows: {listed}, and {more} more.").format(listed=listed, more=more)
            return _("It knows: {listed}.").format(listed=listed)
        close = difflib.get_close_matches(wanted, [name.lower() for name in self.concepts], 1)
        if close:
            return _("Did you mean {name}?").format(name=close[0])
        some = ", ".join(self.concepts[:12])
        return _("It knows, for example: {some}.").format(some=some)


def split_pre(name: str) -> tuple[str, bool]:
    """A layer's name without "/pre" at its end, and whether that was there."""
    return name.removesuffix(_PRE), name.endswith(_PRE)


def matching_concepts(concepts: tuple[str, ...], text: str) -> dict[int, str]:
    """Channel -> name of every concept that has `text` in its name (case ignored)."""
    wanted = text.strip().lower()
    return {index: name for index, name in enumerate(concepts) if wanted in name.lower()}
