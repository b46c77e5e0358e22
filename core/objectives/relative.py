"""The objective `relative`: whatever is there.

Which of its motifs a network sees most of says little: some are seen everywhere. At each place
therefore that one is raised which stands out there against the rest of the picture.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from core.networks.base import Network
from core.objectives.base import Reading, Term, View, features_of, inside
from core.objectives.standing import standing_out
from core.targets import LayerWeight, parse_layers


def relative_term(
    network: Network,
    layers: tuple[LayerWeight, ...],
    temperature: float,
    window: int = 0,
    border: int = 0,
) -> Term:
    """What stands out among the channels of `layers`, or among the concepts if there are none.

    The layer of the concepts means the concepts too. Where the network has no map of them, the
    channels of its recommended layers stand for them.
    """
    own = network.record.concept_layer
    mapped = features_of(network, (own,))[own].dim() == 4
    if mapped and all(layer.name == own for layer in layers):
        return concepts_term(network, temperature, window, border)
    return channels_term(layers or parse_layers(network.record.layers), temperature, border)


def concepts_term(network: Network, temperature: float, window: int = 0, border: int = 0) -> Term:
    """At each place the concept that stands out, of a network with a map of concepts.

    The logits of each concept are standardised over the picture; their softmax at `temperature`
    over the concepts says what stands out at a place. With these shares held, the sum over places
    of share times log-probability among the concepts is raised: log-probabilities, so that a motif
    grows out of what else might be there, which draws it clearer than its logit does. Textures are
    left out: they would fill everything. The level is the mean over places.

    With `window` above 0 things become whole: of each window of so many cells each way only the
    cell counts at which a concept stands out most, and where the network has a map of centres it is
    that map which is looked at.

    There is no ReLU behind the logits. The project's own objective: a relative of "the strongest
    class everywhere", for which Google's notebook takes whole layers.
    """
    record = network.record
    layer = record.centre_layer if window and record.centre_layer else record.concept_layer
    things = [i for i, name in enumerate(network.concepts) if name not in network.textures]

    def measure(view: View) -> Reading:
        logits = inside(view.features[layer], border).float()
        standing = standing_out(logits.detach()[:, things])
        shares = (standing / temperature).softmax(1)
        grown = (shares * logits.log_softmax(1)[:, things]).sum(1)
        if window:
            best = standing.amax(1)
            _, cells = F.max_pool2d(best, window, window, ceil_mode=True, return_indices=True)
            grown = grown.flatten(1).gather(1, cells.flatten(1))
        return Reading(grown.sum(), grown.detach().mean())

    return Term((layer,), measure)


def channels_term(layers: tuple[LayerWeight, ...], temperature: float, border: int = 0) -> Term:
    """At each place the channels of `layers` that stand out.

    Each channel is standardised over the picture; with the softmax at `temperature` over the
    channels held, the sum over places of share times standardised activation is raised. After the
    ReLU where the layer ends in one; NAME/pre is before it. Several layers are weighted, each
    divided by its number of places. The level is the mean over places.
    """
    names = tuple(layer.name for layer in layers)

    def measure(view: View) -> Reading:
        level = torch.zeros((), device=view.features[names[0]].device)
        reference = 0
        for layer in layers:
            values = inside(view.features[layer.name], border).float()
            # A flat output has one place, at which nothing stands out against others.
            values = values if values.dim() == 4 else values[:, :, None, None]
            standing = standing_out(values)
            shares = (standing.detach() / temperature).softmax(1)
            grown = (shares * standing).sum(1)
            reference = reference or grown.numel()
            level = level + layer.weight * grown.mean()
        return Reading(level * reference, level.detach())

    return Term(names, measure)
