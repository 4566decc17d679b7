"""Assumptions and their draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from model.assumptions import Assumption, drawn_values, likely_values


def assumption(low: float, likely: float, high: float, *, whole: bool = False) -> Assumption:
    return Assumption(low=low, likely=likely, high=high, unit="items", why="stated for this test", whole=whole)


@given(
    bounds=st.tuples(*[st.floats(0, 1e6) for _ in range(3)]).map(sorted),
    seed=st.integers(0, 2**32),
    whole=st.booleans(),
)
def test_draws_stay_inside_the_range(bounds: list[float], seed: int, whole: bool) -> None:
    """Every draw is between low and high; a count is a whole number."""
    if whole:
        bounds = [float(round(bound)) for bound in bounds]
    drawn = drawn_values({"x": assumption(*bounds, whole=whole)}, seed, 50)["x"]
    slack = 1e-9 * (1 + bounds[2])
    assert (drawn >= bounds[0] - slack).all()
    assert (drawn <= bounds[2] + slack).all()
    assert not whole or (drawn == np.rint(drawn)).all()


def test_draws_have_the_mean_of_the_triangle() -> None:
    """The mean of a triangular distribution is the mean of its three corners."""
    drawn = drawn_values({"x": assumption(1, 2, 9)}, seed=3, draws=20_000)["x"]
    assert drawn.mean() == pytest.approx(4, rel=0.002)


def test_an_assumption_keeps_its_draws_when_another_is_added() -> None:
    """A stream belongs to the seed and the name: common random numbers between variants."""
    alone = drawn_values({"x": assumption(0, 1, 2)}, seed=7, draws=100)["x"]
    beside = drawn_values({"a": assumption(0, 5, 9), "x": assumption(0, 1, 2)}, seed=7, draws=100)["x"]
    other = drawn_values({"x": assumption(0, 1, 2)}, seed=8, draws=100)["x"]
    assert (alone == beside).all()
    assert (alone != other).any()


def test_likely_values_are_the_middle() -> None:
    """Plain pricing reads the likely value."""
    assert likely_values({"x": assumption(1, 2, 3)}) == {"x": 2}


@pytest.mark.parametrize("bounds", [(2, 1, 3), (1, 3, 2)])
def test_a_range_out_of_order_is_refused(bounds: tuple[float, float, float]) -> None:
    """low <= likely <= high."""
    with pytest.raises(ValidationError, match="is below"):
        assumption(*bounds)
