"""Objectives about whole layers: `layer`, `norm` and `mean`."""

from __future__ import annotations

import torch
from torch import Tensor

from core.networks.base import Network, split_pre
from core.objectives.base import Reading, Term, View, inside
from core.objectives.squares import sum_of_squares
from core.targets import LayerWeight


def layer_term(
    network: Network, layers: tuple[LayerWeight, ...], channel_statistics: bool, border: int = 0
) -> Term:
    """Half the sum of squared activations, after the ReLU where the layer ends in one.

    That is the objective of Google's Caffe notebook for one layer; NAME/pre squares what goes into
    the ReLU, as pytorch-deepdream does with layers before theirs. Several layers are summed as in
    Keras's Deep Dream example, each weighted and divided by its number of activations; the common
    factor is chosen such that the first layer keeps the published form. The level is Keras's loss,
    the weighted sum of the mean squares.

    `border` cells at each edge of a map are left out of the sum, but count among its activations:
    so does Keras's example, with 2. With `channel_statistics`, and where the network ships them,
    each channel is measured in its own standard deviations above its usual mean first, and what
    lies below is left alone: otherwise one strong texture wins everywhere. They are of values after
    the ReLU and not used before it. Flat outputs (N, C) are taken as they are.
    """
    names = tuple(layer.name for layer in layers)

    def measure(view: View) -> Reading:
        reference = _count(view, names[0])
        total = torch.zeros((), device=view.features[names[0]].device)
        for layer in layers:
            seen = view.inside(layer.name, border)
            share = layer.weight * reference / _count(view, layer.name)
            total = total + 0.5 * share * squares(network, layer.name, seen, channel_statistics)
        return Reading(total, total.detach() / (0.5 * reference))

    return Term(names, measure, local=True)


def norm_term(
    network: Network, layers: tuple[LayerWeight, ...], channel_statistics: bool, border: int = 0
) -> Term:
    """The length of the activations as a vector: the root of their sum of squares.

    The objective "l2" of neural-dream, where the weighted lengths of several layers are summed; as
    the layer's name says about the ReLU (in neural-dream convolutions are before theirs). For one
    layer its gradient is that of `layer_term` over the length: a normalised step makes them equal,
    but Adam, which remembers, does not, since the length grows. A layer that is all zero has no
    gradient.

    The total is times the root of the first layer's number of activations, so that gradients do not
    fade with the size of the picture; the level is the weighted sum of the layers' root mean
    squares. `channel_statistics` and `border` are as for `layer_term`.
    """
    names = tuple(layer.name for layer in layers)

    def measure(view: View) -> Reading:
        reference = view.features[names[0]].numel() ** 0.5
        total = torch.zeros((), device=view.features[names[0]].device)
        level = torch.zeros((), device=total.device)
        for layer in layers:
            whole = view.features[layer.name]
            values = balanced(network, layer.name, inside(whole, border), channel_statistics)
            # Against the peak first, so that squares of tiny activations do not vanish.
            peak = values.detach().abs().amax().clamp_min(torch.finfo(values.dtype).tiny)
            length = torch.linalg.vector_norm(values / peak) * peak
            total = total + layer.weight * reference * length
            level = level + layer.weight * length.detach() / whole.numel() ** 0.5
        return Reading(total, level)

    return Term(names, measure)


def mean_term(layers: tuple[LayerWeight, ...], border: int = 0) -> Term:
    """The mean of what goes into the ReLU, over all channels and places, weighted over layers.

    The objective "mean" of neural-dream, and the mean of a pre-ReLU tensor in TensorFlow's
    notebook, there of one channel. Before the ReLU, so that cells that are off can be switched on;
    NAME and NAME/pre mean the same here. The total is the mean times the number of activations of
    the first layer; the level is the mean.
    """
    names = tuple(before_relu(layer.name) for layer in layers)

    def measure(view: View) -> Reading:
        reference = _count(view, names[0])
        total = torch.zeros((), device=view.features[names[0]].device)
        for name, layer in zip(names, layers, strict=True):
            share = layer.weight * reference / _count(view, name, border)
            total = total + share * view.inside(name, border).float().sum()
        return Reading(total, total.detach() / reference)

    return Term(names, measure, local=True)


def _count(view: View, layer: str, border: int = 0) -> int:
    """How many activations the whole map of `layer` has without its border."""
    return view.cells(layer, border) * view.features[layer].shape[1]


def before_relu(layer: str) -> str:
    """The name of what goes into the ReLU that `layer` ends in."""
    return f"{split_pre(layer)[0]}/pre"


def balanced(network: Network, layer: str, values: Tensor, channel_statistics: bool) -> Tensor:
    """`values` of `layer` in float32; each channel against its usual strength, if so wanted."""
    usual = _usual(network, layer, channel_statistics)
    if usual is None:
        return values.float()
    mean, deviation = usual
    return ((values.float() - mean) / deviation).relu()


def squares(network: Network, layer: str, values: Tensor, channel_statistics: bool) -> Tensor:
    """The sum of the squares of what `balanced` makes of these."""
    usual = _usual(network, layer, channel_statistics)
    return values.float().square().sum() if usual is None else sum_of_squares(values, *usual)


def _usual(network: Network, layer: str, wanted: bool) -> tuple[Tensor, Tensor] | None:
    """The mean and deviation of each channel of `layer`, if `wanted` and known."""
    return network.statistics.get(layer) if wanted else None
