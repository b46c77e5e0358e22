"""Whether a dream that is under way can go on for another order.

As when an artist presses OK while the preview is being dreamed, and the preview is the dream.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.canvas import working_size
from core.errors import DreamError
from core.last_dream import MOST_PIXELS
from core.settings import Settings, parse
from core.worker.orders import Order
from core.worker.requests import Beside, DreamRequest

if TYPE_CHECKING:
    from core.worker.engine import Networks


def is_small(request: DreamRequest) -> bool:
    """Whether the dream is remembered when it is finished, whatever its working size."""
    picture = _dreamed_on(request)
    return picture.width * picture.height <= MOST_PIXELS


def is_same_dream(one: Order, other: Order, networks: Networks) -> bool:
    """Whether both orders are for the same dream, that is one and the same canvas.

    `one` is being dreamed; of `other` nothing is known. Previews of both look alike too.
    """
    try:
        settings, others = (parse(order.request.settings) for order in (one, other))
        return (
            _looks(settings) == _looks(others)
            and _pictures(one, settings) == _pictures(other, others)
            # Last, for it may have to be loaded.
            and networks.get(settings, one.request.repeated())
            is networks.get(others, other.request.repeated())
        )
    except DreamError:
        # The other's; it is told when its turn comes.
        return False


def _looks(settings: Settings) -> Settings:
    """All that count for the canvas and its looks; its size is in `_pictures`."""
    return replace(settings, preset=Settings().preset, working_size=0)


def _pictures(order: Order, settings: Settings) -> object:
    """What is dreamed on, at which size, and the guide."""
    request = order.request
    picture, _mask, guide, seen = request.parts(order.payload)
    like = _dreamed_on(request)
    size = working_size((like.height, like.width), settings.working_size)
    return like, size, picture if seen is None else seen, request.guide, guide


def _dreamed_on(request: DreamRequest) -> Beside:
    picture, _mask, _guide, seen = request.pictures
    return picture if seen is None else seen
