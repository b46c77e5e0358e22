"""Random networks, each made once for all recipes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.core.recipes.reference import Pair, random_pair


@pytest.fixture(scope="session")
def pair() -> Callable[[str], Pair]:
    made: dict[str, Pair] = {}

    def get(name: str) -> Pair:
        if name not in made:
            made[name] = random_pair(name, seed=11)
        return made[name]

    return get
