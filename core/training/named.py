"""What a network in training says of a batch."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class Named(NamedTuple):
    """Logits.

    Attributes:
        cells: what is where, (N, concepts + 1, h, w), the background last.
        present: what is anywhere, (N, concepts).
        centres: what has its middle where, like `cells`; None of a network that does not say.
    """

    cells: Tensor
    present: Tensor
    centres: Tensor | None = None
