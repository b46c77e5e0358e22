"""Objectives about concepts by name: `concept` and `probability`."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from core.networks.base import Network
from core.objectives.base import Reading, Term, View, inside, places
from core.objectives.standing import standing_out
from core.targets import ConceptWeight, parse_concepts


def concept_term(network: Network, concepts: str, window: int = 0, border: int = 0) -> Term:
    """The logits of concepts, before any softmax, weighted, summed over all places of a map.

    The logit, not the probability: the probability also grows when all others shrink, which paints
    nothing (Simonyan, Vedaldi and Zisserman, 2014, arXiv:1312.6034). There is no ReLU behind it.
    The level is the mean weighted logit of what counts.

    With `window` above 0 things become whole: of each window of so many cells each way only the
    best cell counts, which leaves room around it, and where the network has a map of centres it is
    there that the thing is to have its middle. Of several things each window has room for one:
    the one that stands out there most, by its logits' deviation from their mean over the picture,
    times its weight. The windows lie side by side from the top left, and the last ones may be
    narrower. Concepts that are textures fill everything all the same, those with negative weights
    are weakened everywhere, and flat logits (N, C) have no windows.

    Raises:
        ConceptUnknown, SettingError: the network knows no such concept; the text cannot be read.
    """
    wanted = _wanted(network, concepts)
    everywhere = network.record.concept_layer
    middles = network.record.centre_layer or everywhere
    things = [
        (index, weight)
        for index, name, weight in wanted
        if window > 0 and weight > 0 and name not in network.textures
    ]
    others = [(index, weight) for index, _, weight in wanted if (index, weight) not in things]
    layers = (*([middles] if things else []), *([everywhere] if others else []))

    def measure(view: View) -> Reading:
        maps = {layer: inside(view.features[layer], border).float() for layer in layers}
        device = maps[layers[0]].device
        total, level = torch.zeros((), device=device), torch.zeros((), device=device)
        for index, weight in others:
            found = maps[everywhere][:, index : index + 1]
            total = total + weight * found.sum()
            level = level + weight * found.detach().mean()
        if things:
            found = maps[middles][:, [index for index, _ in things]]
            weights = torch.tensor([weight for _, weight in things], device=device)
            weights = weights.view(1, -1, *[1] * (found.dim() - 2))
            grown = _best(found, weights, window) if found.dim() == 4 else (weights * found).sum(1)
            # Beside textures, the few best cells weigh as much as all cells do.
            total = total + places(found, view) / grown.numel() * grown.sum()
            level = level + grown.detach().mean()
        return Reading(total, level)

    return Term(layers, measure)


def _best(logits: Tensor, weights: Tensor, window: int) -> Tensor:
    """Weighted `logits` (N, C, h, w): of each window the one that stands out most, (N, windows)."""
    standing, which = (weights * standing_out(logits.detach())).max(1, keepdim=True)
    _, cells = F.max_pool2d(standing, window, window, ceil_mode=True, return_indices=True)
    grown = (weights * logits).gather(1, which)
    return grown.flatten(1).gather(1, cells.flatten(1))


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
