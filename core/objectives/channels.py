"""Objectives about channels by number: `channel` and `neuron`."""

from __future__ import annotations

import torch
from torch import Tensor

from core.errors import SettingError
from core.language import _
from core.networks.base import Network
from core.objectives.base import Reading, Term, View, features_of, places
from core.targets import ChannelWeight, LayerWeight


def channel_term(
    network: Network,
    layers: tuple[LayerWeight, ...],
    channels: tuple[ChannelWeight, ...],
    border: int = 0,
) -> Term:
    """The activations of `channels`, summed over all places; the level is their mean.

    As lucid does, and TensorFlow's notebook, which takes a channel before its ReLU
    (`mixed4d_3x3_bottleneck_pre_relu`, 139): write NAME/pre for that, so that cells that are off
    can be switched on. NAME is after the ReLU where the layer ends in one. Channels are weighted;
    no channels are all of them. Several layers are weighted, each divided by its number of places.

    Raises:
        SettingError: a layer has not so many channels.
    """
    _check(network, layers, channels)
    names = tuple(layer.name for layer in layers)

    def measure(view: View) -> Reading:
        first = view.features[names[0]]
        reference = view.cells(names[0], border) if first.dim() == 4 else places(first, view)
        level = torch.zeros((), device=view.features[names[0]].device)
        for layer in layers:
            values = view.inside(layer.name, border).float()
            share = layer.weight / view.cells(layer.name, border)
            level = level + share * _chosen(values, channels).sum()
        return Reading(level * reference, level.detach())

    return Term(names, measure, local=True)


def neuron_term(
    network: Network,
    layers: tuple[LayerWeight, ...],
    channels: tuple[ChannelWeight, ...],
    across: float,
    down: float,
) -> Term:
    """The activations of `channels` in one cell: the one nearest to a point of the picture.

    The "neuron" of lucid, there the middle one. NAME/pre is before the ReLU, NAME after it; a cell
    that is off after its ReLU has no gradient. `across` and `down` are in [0, 1]. Where the canvas
    has been rolled or turned the cell goes along, as `View.where` says, so that jitter does not
    smear what grows. Of flat outputs (N, C) there is one cell alone; a cell at the edge counts even
    where a border is left out of other objectives. The level is the total.

    Raises:
        SettingError: a layer has not so many channels.
    """
    _check(network, layers, channels)
    names = tuple(layer.name for layer in layers)

    def measure(view: View) -> Reading:
        x, y = view.where(across, down)
        total = torch.zeros((), device=view.features[names[0]].device)
        for layer in layers:
            values = view.features[layer.name].float()
            if values.dim() == 4:
                row, column = _cell(y, values.shape[-2]), _cell(x, values.shape[-1])
                values = values[..., row : row + 1, column : column + 1]
            total = total + layer.weight * _chosen(values, channels).sum()
        return Reading(total, total.detach())

    return Term(names, measure)


def _cell(position: float, cells: int) -> int:
    """The cell whose middle is nearest to `position` in [0, 1]; a little outside is the edge."""
    return min(max(int(position * cells), 0), cells - 1)


def _chosen(values: Tensor, channels: tuple[ChannelWeight, ...]) -> Tensor:
    """The weighted sum over channels of (N, C, …): (N, …)."""
    if not channels:
        return values.sum(1)
    return sum(
        (weight * values[:, number] for number, weight in channels), torch.zeros(()).to(values)
    )


def _check(
    network: Network, layers: tuple[LayerWeight, ...], channels: tuple[ChannelWeight, ...]
) -> None:
    """See that every layer has all of `channels`."""
    if not channels:
        return
    highest = max(channels).number
    features = features_of(network, [layer.name for layer in layers])
    for layer in layers:
        count = features[layer.name].shape[1]
        if highest >= count:
            raise SettingError(
                _("Layer {layer} has no channel {highest}.").format(
                    layer=layer.name, highest=highest
                ),
                _("It has {count}, numbered from 0 to {last}.").format(count=count, last=count - 1),
            )
