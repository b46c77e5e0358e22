"""Stand-in computers to install on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.installing.stand_in import World, make_environment, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A computer on which nothing is installed, in a folder with a difficult name."""
    return make_world(tmp_path / "Jöhn Smith" / "日本 o'x")


@pytest.fixture(scope="session")
def ready_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has all that is needed."""
    return make_environment(tmp_path_factory.mktemp("ready") / "env of 日本")
