"""Whether a dream that is under way can go on for another order.

As when an artist presses OK while the preview is being dreamed, and the preview is the dream.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.canvas import working_size
from core.errors import DreamError
from core.last_dream import MOST_PIXELS
from core.provenance import from_fields
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
        return _made_with(one, networks) == _made_with(other, networks)
    except DreamError:
        # The other's; it is told when its turn comes.
        return False


def _made_with(order: Order, networks: Networks) -> object:
    _job, request, payload = order
    settings = parse(request.settings)
    repeated = None if request.repeats is None else from_fields(request.repeats)
    picture, _mask, guide, seen = request.parts(payload)
    like = _dreamed_on(request)
    size = working_size((like.height, like.width), settings.working_size)
    return (
        replace(settings, preset=Settings().preset, working_size=0),
        networks.get(settings, repeated),
        (like, size, picture if seen is None else seen),
        (request.guide, guide),
    )


def _dreamed_on(request: DreamRequest) -> Beside:
    picture, _mask, _guide, seen = request.pictures
    return picture if seen is None else seen
