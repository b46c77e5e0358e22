"""The objective `guide`: what another picture holds."""

from __future__ import annotations

import torch
from torch import Tensor

from core.networks.base import Network
from core.objectives.base import Reading, Term, View
from core.objectives.layers import balanced
from core.targets import LayerWeight

# Matches that are looked at together, at most: 64 MB of them.
_MATCHES = 2**24


def guide_term(
    network: Network,
    layers: tuple[LayerWeight, ...],
    guide: Tensor,
    channel_statistics: bool,
    border: int = 0,
) -> Term:
    """At each place the dot product of its features with the guide's that match them best.

    Of Google's Caffe notebook: for the features x of a place, y is that vector out of the guide's
    features with the largest x·y; the sum of all x·y is raised with y held, so that its gradient is
    y itself. After the ReLU where the layer ends in one, there `inception_3b/output`; NAME/pre is
    before it. Several layers are weighted, each divided by its number of places. The level is the
    mean dot product.

    The features of `guide`, a canvas (1, 3, H, W), are computed once, here. `channel_statistics` is
    as for the objective `layer`, for both pictures.
    """
    names = tuple(layer.name for layer in layers)
    with torch.no_grad():
        features = network.features(guide, names)
    known = {
        name: _vectors(balanced(network, name, values, channel_statistics))
        for name, values in features.items()
    }

    def measure(view: View) -> Reading:
        reference = view.cells(names[0])
        level = torch.zeros((), device=view.features[names[0]].device)
        for layer in layers:
            values = view.inside(layer.name, border)
            found = _vectors(balanced(network, layer.name, values, channel_statistics))
            best = _best(found.detach(), known[layer.name])
            share = layer.weight / view.cells(layer.name, border)
            level = level + share * (found * best).sum()
        return Reading(level * reference, level.detach())

    return Term(names, measure, local=True)


def _vectors(values: Tensor) -> Tensor:
    """(N, C, h, w) or (N, C) to one row for each place: (places, C)."""
    return values.movedim(1, -1).flatten(0, -2)


def _best(found: Tensor, known: Tensor) -> Tensor:
    """For each row of `found` the row of `known` with the largest dot product."""
    rows = max(1, _MATCHES // known.shape[0])
    return torch.cat([known[(part @ known.T).argmax(1)] for part in found.split(rows)])
