"""The names people import."""

import stageplan


def test_all_names_what_can_be_imported() -> None:
    """`__all__` and the face agree."""
    for name in stageplan.__all__:
        assert getattr(stageplan, name) is not None
    public = {name for name in vars(stageplan) if not name.startswith("_")}
    assert set(stageplan.__all__) <= public
