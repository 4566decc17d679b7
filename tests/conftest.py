"""For all tests: the price tables that come with stageplan alone, and no example judged by how long it takes."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True, scope="session")
def _no_tables_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty home for data, for this process and those it starts."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
