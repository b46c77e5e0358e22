"""What the dream makes grow, one objective in each term; see `base` for what they share."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from core.errors import SettingError
from core.language import _
from core.networks.base import Network
from core.objectives.base import (
    Objective,
    Part,
    Reading,
    Term,
    View,
    WeightedSum,
    Where,
    enlarged,
    framed,
    placed,
    read,
    rolled,
)
from core.objectives.channels import channel_term, neuron_term
from core.objectives.concepts import concept_term, probability_term
from core.objectives.guide import guide_term
from core.objectives.layers import before_relu, layer_term, mean_term, norm_term
from core.objectives.relative import relative_term
from core.settings import Settings
from core.targets import LayerWeight, parse_channels, parse_layers, parse_mix

__all__ = [
    "Objective",
    "Part",
    "Reading",
    "Term",
    "View",
    "WeightedSum",
    "Where",
    "enlarged",
    "framed",
    "make_objective",
    "placed",
    "read",
    "rolled",
]


def make_objective(
    network: Network, settings: Settings, guide: Tensor | None = None
) -> WeightedSum:
    """The objective that `settings` name: `mix` where it is not empty, else `objective`.

    Args:
        network: whose features it is about.
        settings: `layers` without semicolons: those of one octave.
        guide: a canvas (1, 3, H, W) on the network's device, for the objective `guide`.

    Raises:
        LayerUnknown, ConceptUnknown: the network has no such layer or concept. Layers are checked
            whatever the objective, so that a mistake in them never waits for another day.
        SettingError: `layers`, `channels`, `concept` or `mix` cannot be read; a channel that a
            layer has not; no guide.
    """
    if not settings.mix.strip():
        return WeightedSum(network, ((1.0, _term(network, settings, guide)),))
    terms = [
        (weight, _term(network, replace(settings, **changes), guide))  # type: ignore[arg-type]
        for weight, changes in parse_mix(settings.mix)
    ]
    return WeightedSum(network, tuple(terms))


def _term(network: Network, settings: Settings, guide: Tensor | None) -> Term:
    """The term that `settings.objective` names."""
    layers = parse_layers(settings.layers or network.record.layers)
    for layer in layers:
        network.require_layer(layer.name)
    channels = parse_channels(settings.channels)
    balance, border = settings.channel_statistics, settings.border
    match settings.objective:
        case "norm":
            return norm_term(network, layers, balance, border)
        case "mean":
            return mean_term(layers, border)
        case "channel":
            return channel_term(network, _chosen(settings, layers), channels, border)
        case "neuron":
            x, y = settings.neuron_x, settings.neuron_y
            return neuron_term(network, _chosen(settings, layers), channels, x, y)
        case "concept":
            return concept_term(network, settings.concept, settings.window, border)
        case "probability":
            return probability_term(network, settings.concept, border)
        case "relative":
            named = layers if settings.layers else ()
            heat, window = settings.temperature, settings.window
            return relative_term(network, named, heat, window, border)
        case "guide":
            if guide is None:
                raise SettingError(
                    _("There is no guide picture for the dream to follow."),
                    _("Choose one (on the command line: --guide FILE), or another objective."),
                )
            return guide_term(network, layers, guide, balance, border)
        case _:
            return layer_term(network, layers, balance, border)


def _chosen(settings: Settings, layers: tuple[LayerWeight, ...]) -> tuple[LayerWeight, ...]:
    """`layers` as they are written; where none are, the recommended ones before their ReLUs.

    So do TensorFlow's notebook and lucid: a channel that is off has no gradient behind its ReLU.
    """
    if settings.layers:
        return layers
    return tuple(LayerWeight(before_relu(layer.name), layer.weight) for layer in layers)
