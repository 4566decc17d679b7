"""For all tests: the price tables that come with stageplan alone, not those a user has refreshed."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="session")
def _no_tables_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty home for data, for this process and those it starts."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
