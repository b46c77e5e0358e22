"""Two well-known recipes written out as one would without thinking of speed, to be held against.

The networks are torchvision's modules as they come: float32, batch normalisation on its own, the
usual order of dimensions in memory. All of it is this project's own code.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Features = Callable[[Tensor], list[Tensor]]


class Recipe(NamedTuple):
    """A dream: octaves of so many steps, each octave `scale` times as large as the one before."""

    octaves: int
    scale: float
    iterations: int
    step: Callable[[Tensor, int], None]
    restores_detail: bool = False


def features_up_to(network: nn.Module, last: str, layers: Sequence[str]) -> Features:
    """Runs `network` and stops behind the part `last`; gives the outputs of `layers`."""

    class Behind(Exception):
        pass

    caught: dict[str, Tensor] = {}

    def keep(name: str) -> Callable[..., None]:
        def hook(_part: nn.Module, _given: object, output: Tensor) -> None:
            if name in layers:
                caught[name] = output
            if name == last:
                raise Behind

        return hook

    for name in {*layers, last}:
        network.get_submodule(name).register_forward_hook(keep(name))

    def features(canvas: Tensor) -> list[Tensor]:
        caught.clear()
        with contextlib.suppress(Behind):
            network(canvas)
        return [caught[name] for name in layers]

    return features


def dreamed(picture: Tensor, recipe: Recipe) -> Tensor:
    """`picture` (1, 3, H, W) in the network's own range, dreamed by the octaves of `recipe`."""
    height, width = picture.shape[-2:]
    canvas, smaller = picture, None
    for octave in range(recipe.octaves):
        shrink = recipe.scale ** (recipe.octaves - 1 - octave)
        size = (int(height / shrink), int(width / shrink))
        canvas = F.interpolate(canvas, size, mode="bilinear")
        for iteration in range(recipe.iterations):
            recipe.step(canvas, iteration)
        if recipe.restores_detail:
            base = F.interpolate(picture, size, mode="bilinear")
            if smaller is not None:
                canvas = canvas + base - F.interpolate(smaller, size, mode="bilinear")
            smaller = base
    return canvas


def plain_step(features: Features, size: float, jitter: int = 32) -> Callable[[Tensor, int], None]:
    """Jitter, the mean square of the features, its gradient over its deviation."""

    def step(canvas: Tensor, _: int) -> None:
        down, right = (int(torch.randint(-jitter, jitter + 1, ())) for _ in range(2))
        seen = canvas.roll((down, right), (2, 3)).requires_grad_(True)
        loss = torch.stack([values.square().mean() for values in features(seen)]).mean()
        loss.backward()
        assert seen.grad is not None
        change = size * seen.grad / seen.grad.std()
        canvas += change.roll((-down, -right), (2, 3))

    return step


def smoothed_step(
    features: Features, iterations: int, size: float = 0.09, jitter: int = 32
) -> Callable[[Tensor, int], None]:
    """As pytorch-deepdream: three Gaussians of kernels of nine, mean off, and clipped."""

    def step(canvas: Tensor, iteration: int) -> None:
        down, right = (int(torch.randint(-jitter, jitter + 1, ())) for _ in range(2))
        seen = canvas.roll((down, right), (2, 3)).requires_grad_(True)
        loss = torch.stack([values.square().mean() for values in features(seen)]).mean()
        loss.backward()
        assert seen.grad is not None
        sigma = (iteration + 1) / iterations * 2 + 0.5
        smooth = sum(_blurred(seen.grad, sigma * factor) for factor in (0.5, 1.0, 2.0))
        assert isinstance(smooth, Tensor)
        smooth = (smooth - smooth.mean()) / smooth.std()
        canvas += size * smooth.roll((-down, -right), (2, 3))
        canvas.clamp_(-2.2, 2.7)

    return step


def keras_step(
    features: Features, weights: Sequence[float], size: float = 0.01, border: int = 2
) -> Callable[[Tensor, int], None]:
    """As the Deep Dream example of Keras: weighted mean squares inside a border, over mean abs."""

    def step(canvas: Tensor, _: int) -> None:
        seen = canvas.detach().clone().requires_grad_(True)
        loss = torch.zeros(())
        for weight, values in zip(weights, features(seen), strict=True):
            inside = values[..., border:-border, border:-border]
            loss = loss + weight * inside.square().sum() / values.numel()
        loss.backward()
        assert seen.grad is not None
        canvas += size * seen.grad / seen.grad.abs().mean().clamp_min(1e-6)

    return step


def _blurred(gradient: Tensor, sigma: float) -> Tensor:
    line = torch.tensor([math.exp(-0.5 * (place / sigma) ** 2) for place in range(-4, 5)])
    kernel = torch.outer(line, line) / line.sum() ** 2
    padded = F.pad(gradient, (4, 4, 4, 4), mode="reflect")
    return F.conv2d(padded, kernel.expand(3, 1, 9, 9).contiguous(), groups=3)
