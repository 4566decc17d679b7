"""The search for the highest load: it ends near the truth wherever that lies, whatever it was told at first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulations.highest import MOST, highest


@given(
    own=st.floats(0.1, 1e6),
    times=st.floats(0.02, 5e4),
    guess=st.floats(1e-3, 1e5),
    resolution=st.sampled_from([0.02, 0.1]),
)
def test_it_brackets_the_truth(own: float, times: float, guess: float, resolution: float) -> None:
    """The first holds, the second does not, they are as near as asked for, and few loads are tried."""
    tried: list[float] = []

    def holds(load: float) -> bool:
        tried.append(load)
        return load <= times * own

    low, high = highest(holds, own, lambda: guess * own, least=0.01 * own, resolution=resolution)
    assert low <= times * own < high <= (1 + resolution) * low
    assert tried[0] == own
    assert len(set(tried)) <= 60


def test_where_no_load_holds_it_is_none() -> None:
    """Nothing holds: zero, and the least load that was refused."""
    low, high = highest(lambda _: False, 8.0, lambda: 2.0, least=0.5, resolution=0.02)
    assert (low, high) == (0.0, 0.5)


def test_where_every_load_holds_the_search_ends() -> None:
    """Everything holds: the most that is asked for, twice."""
    assert highest(lambda _: True, 3.0, lambda: 4.0, least=0.1, resolution=0.02) == (3.0 * MOST, 3.0 * MOST)
