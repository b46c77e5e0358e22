"""What the judge says of a network's dreams: every concept from noise, grey, and on photographs.

A dream passes first-named where the judge sees more of its concept in it than of any other.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.dream import dream
from core.networks.built_in import load
from core.networks.built_in_network import BuiltInNetwork
from core.networks.registry import BUILT_IN, RECORDS
from core.settings import Settings
from core.training.evaluate import noise_picture
from core.training.judge import Judge
from core.training.scenes import Bytes

SIDE = 256
# Rec. 709 luma of gamma-encoded samples: what a picture turned grey keeps.
LUMA = (0.2126, 0.7152, 0.0722)


class Ranks(NamedTuple):
    """How many other concepts the judge sees more of (0: the right one comes first).

    Attributes:
        noise: in the dream from noise.
        grey: in that dream without its colours.
        photographs: in the dreams on each photograph.
    """

    noise: int
    grey: int
    photographs: tuple[int, ...]


class Dreams(NamedTuple):
    """The dreams of one concept, each (SIDE, SIDE, 3) uint8."""

    noise: Bytes
    photographs: tuple[Bytes, ...]


@dataclass(frozen=True)
class Verdict:
    """Ranks and dreams of all concepts, by name, and what follows from the ranks (shares of 1)."""

    ranks: dict[str, Ranks]
    dreams: dict[str, Dreams]

    @property
    def first_from_noise(self) -> float:
        return _share(rank.noise == 0 for rank in self.ranks.values())

    @property
    def first_in_grey(self) -> float:
        return _share(rank.grey == 0 for rank in self.ranks.values())

    @property
    def first_on_photographs(self) -> float:
        return _share(rank == 0 for ranks in self.ranks.values() for rank in ranks.photographs)

    @property
    def beyond_third(self) -> list[str]:
        """Concepts whose dreams from noise the judge does not even name third."""
        return [name for name, rank in self.ranks.items() if rank.noise > 2]

    def lines(self) -> Iterator[str]:
        """The table: ranks counted from 1, the worst concepts first."""
        yield "concept            noise  grey  photographs"
        worst_first = sorted(self.ranks.items(), key=lambda item: (-item[1].noise, -item[1].grey))
        for name, rank in worst_first:
            photographs = " ".join(f"{other + 1:3d}" for other in rank.photographs)
            yield f"{name:18s} {rank.noise + 1:5d} {rank.grey + 1:5d}  {photographs}"
        yield (
            f"named first: {self.first_from_noise:.3f} from noise, {self.first_in_grey:.3f} of "
            f"those turned grey, {self.first_on_photographs:.3f} on photographs"
        )
        yield f"not among the first three from noise: {', '.join(self.beyond_third) or 'none'}"


def verdict(
    weights: Path,
    judge: Path,
    photographs: Sequence[Tensor],
    processes: int | None = None,
    concepts: Sequence[str] = (),
) -> Verdict:
    """Dream concepts and have each dream judged, several at a time.

    Args:
        weights: of the network that dreams.
        judge: weights of the judge.
        photographs: each (1, 3, SIDE, SIDE).
        processes: how many at a time; all processors where none is given.
        concepts: which; all where none are given.
    """
    # Forked, PyTorch's threads would hang.
    context = multiprocessing.get_context("spawn")
    count = processes or os.cpu_count() or 1
    concepts = concepts or load(weights).concepts
    with ProcessPoolExecutor(count, context, _prepare, (weights, judge, photographs)) as pool:
        judged = dict(zip(concepts, pool.map(_judged, concepts), strict=True))
    return Verdict(
        {concept: ranks for concept, (ranks, _) in judged.items()},
        {concept: dreams for concept, (_, dreams) in judged.items()},
    )


class _Bench(NamedTuple):
    network: BuiltInNetwork
    judge: Judge
    photographs: Sequence[Tensor]


# One for each process of the pool, which has no other way to be given it once.
_bench: list[_Bench] = []


def _prepare(weights: Path, judge: Path, photographs: Sequence[Tensor]) -> None:
    torch.set_num_threads(1)
    network = BuiltInNetwork(RECORDS[BUILT_IN], load(weights))
    _bench.append(_Bench(network, Judge(judge), photographs))


def _judged(concept: str) -> tuple[Ranks, Dreams]:
    network, judge, photographs = _bench[0]
    settings = Settings(objective="concept", concept=concept)

    def dreamed(picture: Tensor) -> Tensor:
        return dream(picture, settings, network).canvas

    made = dreamed(noise_picture(1, SIDE))
    grey = (made * torch.tensor(LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)
    on_photographs = [dreamed(photograph) for photograph in photographs]
    ranks = Ranks(
        judge.rank(made, concept),
        judge.rank(grey.repeat(1, 3, 1, 1), concept),
        tuple(judge.rank(picture, concept) for picture in on_photographs),
    )
    return ranks, Dreams(_bytes(made), tuple(_bytes(picture) for picture in on_photographs))


def _bytes(canvas: Tensor) -> Bytes:
    return (canvas[0].permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)


def _share(hits: Iterator[bool]) -> float:
    values = list(hits)
    return sum(values) / len(values) if values else 0.0
