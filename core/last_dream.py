"""The last dream, for another one that differs in nothing that it was dreamed with.

An artist's preview often is the dream itself: the same small picture, dreamed in the same way. Then
the dream need not be dreamed once more.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from core.dream import DreamedCanvas
from core.networks.base import Network
from core.settings import Settings

MOST_PIXELS = 2_000_000
"""Canvases of more are forgotten: they would keep memory from the next dream."""
_DEFAULT = Settings()


class LastDream:
    """Remembers one dream. For one thread at a time."""

    def __init__(self) -> None:
        self._made_with: tuple[Settings, Network, Tensor, Tensor | None] | None = None
        self._dreamed: DreamedCanvas | None = None
        self._keeps_partial = False

    def recall(
        self, source: Tensor, settings: Settings, network: Network, guide: Tensor | None
    ) -> DreamedCanvas | None:
        """What `core.dream.dream` would make of these, where that is known."""
        self._keeps_partial = False
        if self._made_with is None or self._dreamed is None:
            return None
        dreamed = self._dreamed
        if dreamed.partial:
            # It is for one alone. Whoever asks for the same another time wants all of it.
            self._dreamed = None
        known, its_network, its_source, its_guide = self._made_with
        same = (
            its_network is network
            and known == _dreamed_with(settings)
            and _equal(its_source, source)
            and _equal(its_guide, guide)
        )
        return _copied(dreamed) if same else None

    def keep_partial(self) -> None:
        """Remember the dream that runs now even if it is ended early: somebody waits for it."""
        self._keeps_partial = True

    def keep(
        self,
        source: Tensor,
        settings: Settings,
        network: Network,
        guide: Tensor | None,
        dreamed: DreamedCanvas,
    ) -> None:
        """Remember what was made of these, unless it is large or was ended early."""
        unwanted = dreamed.partial and not self._keeps_partial
        if unwanted or dreamed.canvas[0, 0].numel() > MOST_PIXELS:
            self._made_with = self._dreamed = None
            return
        self._made_with = (_dreamed_with(settings), network, source.clone(), guide)
        self._dreamed = _copied(dreamed)


def _copied(dreamed: DreamedCanvas) -> DreamedCanvas:
    """The same with a canvas of its own: whoever has one may write over it."""
    return replace(dreamed, canvas=dreamed.canvas.clone())


def _dreamed_with(settings: Settings) -> Settings:
    """`settings` without those that matter only before and after a canvas is dreamed."""
    return replace(
        settings,
        preset=_DEFAULT.preset,
        working_size=_DEFAULT.working_size,
        strength=_DEFAULT.strength,
        colours=_DEFAULT.colours,
        saturation=_DEFAULT.saturation,
        hold_brightness=_DEFAULT.hold_brightness,
    )


def _equal(one: Tensor | None, other: Tensor | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.dtype == other.dtype and torch.equal(one, other)
