"""Objectives about concepts by name: `concept` and `probability`."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from core.networks.base import Network
from core.objectives.base import Reading, Term, View, inside, places
from core.targets import ConceptWeight, parse_concepts


def concept_term(network: Network, concepts: str, window: int = 0, border: int = 0) -> Term:
    """The logits of concepts, before any softmax, weighted, summed over all places of a map.

    The logit, not the probability: the probability also grows when all others shrink, which paints
    nothing (Simonyan, Vedaldi and Zisserman, 2014, arXiv:1312.6034). There is no ReLU behind it.
    The level is the mean logit.

    With `window` above 0 things become whole: of each window of so many cells each way only the
    best cell counts, which leaves room around it, and where the network has a map of centres it is
    there that the thing is to have its middle. The windows lie side by side from the top left, and
    the last ones may be narrower. Concepts that are textures fill everything all the same, and flat
    logits (N, C) have no windows.

    Raises:
        ConceptUnknown, SettingError: the network knows no such concept; the text cannot be read.
    """
    wanted = _wanted(network, concepts)
    everywhere = network.record.concept_layer
    middles = network.record.centre_layer or everywhere
    whole = {name: window > 0 and name not in network.textures for _, name, _ in wanted}
    layers = dict.fromkeys(middles if whole[name] else everywhere for _, name, _ in wanted)

    def measure(view: View) -> Reading:
        maps = {layer: inside(view.features[layer], border).float() for layer in layers}
        device = maps[next(iter(maps))].device
        total, level = torch.zeros((), device=device), torch.zeros((), device=device)
        for index, name, weight in wanted:
            found = maps[middles if whole[name] else everywhere][:, index : index + 1]
            count = places(found, view)
            if whole[name] and found.dim() == 4:
                found = F.max_pool2d(found, window, window, ceil_mode=True)
            # Beside textures, the few best cells weigh as much as all cells do.
            total = total + weight * count / found.numel() * found.sum()
            level = level + weight * found.detach().mean()
        return Reading(total, level)

    return Term(tuple(layers), measure)


def probability_term(network: Network, concepts: str, border: int = 0) -> Term:
    """The probabilities of concepts: the softmax of the logits, at each place of a map.

    Over all classes, the background included where the network has one; weighted, summed over
    places. What Simonyan et al. (2014) warn of, for comparison, and what Keras's filter
    visualisations of "predictions" raise. There is no ReLU before the softmax. The level is the
    mean probability.

    Where a concept is unlikely its probability has next to no gradient. The total is therefore the
    sum of probabilities over the largest one, computed from logarithms: the same direction.

    Raises:
        ConceptUnknown, SettingError: as for `concept_term`.
    """
    wanted = _wanted(network, concepts)
    indices = [index for index, _, _ in wanted]
    layer = network.class_layer

    def measure(view: View) -> Reading:
        logits = inside(view.features[layer], border).float()
        likely = logits.log_softmax(1)[:, indices]
        peak = likely.detach().amax()
        weights = torch.tensor([weight for _, _, weight in wanted], device=logits.device)
        weights = weights.view(1, -1, *[1] * (logits.dim() - 2))
        count = places(logits, view)
        share = count / likely[:, 0].numel()
        total = share * ((likely - peak).exp() * weights).sum()
        return Reading(total, total.detach() * peak.exp() / count)

    return Term((layer,), measure)


def _wanted(network: Network, concepts: str) -> list[tuple[int, str, float]]:
    """Channel, name as the network has it, and weight of every concept named."""
    whole = concepts.strip().lower()
    if whole in (name.lower() for name in network.concepts):
        # A name may hold what otherwise separates names.
        parsed: tuple[ConceptWeight, ...] = (ConceptWeight(whole),)
    else:
        parsed = parse_concepts(concepts)
    indices = [network.concept_index(concept.name) for concept in parsed]
    return [
        (index, network.concepts[index], concept.weight)
        for index, concept in zip(indices, parsed, strict=True)
    ]
