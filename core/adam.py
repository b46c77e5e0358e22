"""Adam, for steps whose size depends on how steadily the objective pulls, not on how hard."""

from __future__ import annotations

from torch import Tensor

_MEAN_KEPT = 0.9
_SQUARE_KEPT = 0.999
_EPSILON = 1e-8


class Adam:
    """One run of Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1) with its defaults.

    Gradients are taken relative to the largest value of the first one: the published epsilon then
    means the same for objectives of any scale.
    """

    def __init__(self) -> None:
        self._mean: Tensor | None = None
        self._square: Tensor | None = None
        self._unit = 1.0
        self._steps = 0

    def direction(self, gradient: Tensor, magnitude: float) -> Tensor:
        """Where to go from a gradient of `gradient` times `magnitude`; most values within 1.

        `gradient` keeps its shape from call to call.
        """
        if self._mean is None or self._square is None:
            self._mean = gradient.new_zeros(gradient.shape)
            self._square = gradient.new_zeros(gradient.shape)
            self._unit = magnitude
        self._steps += 1
        gradient = gradient * (magnitude / self._unit)
        self._mean.lerp_(gradient, 1 - _MEAN_KEPT)
        self._square.mul_(_SQUARE_KEPT).addcmul_(gradient, gradient, value=1 - _SQUARE_KEPT)
        mean = self._mean / (1 - _MEAN_KEPT**self._steps)
        root = (self._square / (1 - _SQUARE_KEPT**self._steps)).sqrt_()
        return mean.div_(root.add_(_EPSILON))
