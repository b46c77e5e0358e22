"""What the dream makes grow.

An objective is a function of a canvas, (1, 3, H, W) in [0, 1], that returns one number, a float32
tensor; the dream follows its gradient uphill. Any positive factor is the same to the normalised
step, so each is scaled to keep float16 and float32 gradients away from zero at any picture size:
sums over places, never means.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from core.networks.base import Network
from core.settings import LayerWeight, Settings, parse_layers

Objective = Callable[[Tensor], Tensor]


def make_objective(network: Network, settings: Settings) -> Objective:
    """The objective that `settings` name.

    Raises:
        LayerUnknown, ConceptUnknown: the network has no such layer or concept. Layers are checked
            whatever the objective, so that a mistake in them never waits for another day.
        SettingError: `layers` cannot be read.
    """
    layers = parse_layers(settings.layers or network.record.layers)
    for layer in layers:
        network.require_layer(layer.name)
    if settings.objective == "concept":
        return concept_objective(network, settings.concept)
    return layer_objective(network, layers, settings.channel_statistics)


def layer_objective(
    network: Network, layers: tuple[LayerWeight, ...], channel_statistics: bool
) -> Objective:
    """Half the sum of squared activations, after the ReLU where the layer ends in one.

    That is the objective of Google's Caffe notebook for one layer. Several layers are summed as in
    Keras's Deep Dream example, each weighted and divided by its number of activations; the common
    factor is chosen such that the first layer keeps the published form.

    With `channel_statistics`, and where the network ships them, each channel is measured in its own
    standard deviations above its usual mean first, and what lies below is left alone: otherwise one
    strong texture wins everywhere. Flat outputs (N, C) are taken as they are.
    """
    names = [layer.name for layer in layers]
    statistics = network.statistics if channel_statistics else {}

    def objective(canvas: Tensor) -> Tensor:
        features = network.features(canvas, names)
        reference = features[names[0]].numel()
        total = torch.zeros((), device=canvas.device)
        for layer in layers:
            activations = features[layer.name].float()
            if layer.name in statistics:
                mean, deviation = statistics[layer.name]
                activations = ((activations - mean) / deviation).relu()
            share = layer.weight * reference / activations.numel()
            total = total + 0.5 * share * activations.square().sum()
        return total

    return objective


def concept_objective(network: Network, concept: str) -> Objective:
    """The concept's logit, before any softmax, summed over all places where the network has a map.

    The logit, not the probability: the probability also grows when all others shrink, which paints
    nothing (Simonyan, Vedaldi and Zisserman, 2014, arXiv:1312.6034).
    """
    index = network.concept_index(concept)
    layer = network.record.concept_layer

    def objective(canvas: Tensor) -> Tensor:
        return network.features(canvas, [layer])[layer][:, index].float().sum()

    return objective
