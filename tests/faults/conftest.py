"""A studio for the faults of one module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.studio import Studio


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    made = Studio(tmp_path_factory.mktemp("studio"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        made.open()
        yield made
        made.client.kill()
