"""The names people import."""

import pytest

import stageplan


def test_all_names_what_can_be_imported() -> None:
    """`__all__`, `dir()` and the names that resolve are the same."""
    assert dir(stageplan) == sorted(stageplan.__all__)
    for name in stageplan.__all__:
        assert getattr(stageplan, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        stageplan.nothing  # noqa: B018
