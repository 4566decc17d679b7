"""Crossings: found where two known curves meet, with the range that the draws give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.breakeven.crossings import crossings_of

REQUESTS = np.geomspace(1e4, 1e8, 81)


def curve(fixed: float, each: float) -> np.ndarray:
    return fixed + each * REQUESTS


@given(fixed=st.floats(5, 500), each=st.floats(5e-6, 5e-4))
def test_a_fixed_cost_meets_a_cost_per_request_where_arithmetic_says(fixed: float, each: float) -> None:
    """No fixed cost against no cost per request: they are even at fixed / each requests."""
    found = crossings_of(REQUESTS, curve(0, each)[:, None], curve(fixed, 0)[:, None])
    place = fixed / each
    if not REQUESTS[0] < place < REQUESTS[-1]:
        assert found == ()
        return
    assert len(found) == 1
    assert found[0].likely == pytest.approx(place, rel=0.01)
    assert found[0].usd_per_month == pytest.approx(fixed, rel=0.02)
    assert found[0].cheaper_beyond == 1
    assert found[0].low == found[0].likely == found[0].high
    assert found[0].share == 1


def test_the_range_holds_nine_tenths_of_the_draws() -> None:
    """A hundred draws whose crossings are known: their 5th and 95th percentiles are the ends."""
    fixed = np.linspace(10, 109, 100)
    first = np.column_stack([curve(0, 1e-5), *(curve(0, 1e-5) for _ in fixed)])
    second = np.column_stack([curve(60, 0), *(curve(usd, 0) for usd in fixed)])
    (found,) = crossings_of(REQUESTS, first, second)
    low, high = np.quantile(fixed, [0.05, 0.95]) / 1e-5
    assert found.low == pytest.approx(low, rel=0.02)
    assert found.high == pytest.approx(high, rel=0.02)
    assert found.share == 1


def test_draws_that_never_cross_are_told() -> None:
    """Three of four draws cross; the share says so and the range is theirs alone."""
    first = np.column_stack([curve(0, 1e-5)] * 5)
    second = np.column_stack([curve(usd, 0) for usd in (50, 40, 50, 60, 1e9)])
    (found,) = crossings_of(REQUESTS, first, second)
    assert found.share == pytest.approx(0.75)
    assert found.high <= 6.1e6


def test_one_step_of_a_task_count_is_no_change_of_mind() -> None:
    """A second task that makes the tasks dearer for a moment does not make three crossings of one."""
    tasks = np.where(REQUESTS < 5.2e6, 50.0, 53.0)
    (found,) = crossings_of(REQUESTS, curve(0, 1e-5)[:, None], tasks[:, None])
    assert 4.9e6 < found.likely < 5.5e6


def test_curves_that_cross_twice_have_two_crossings() -> None:
    """Dearer, then cheaper, then dearer again."""
    wave = 100 + 50 * np.cos(np.linspace(0, 2 * np.pi, len(REQUESTS)))
    found = crossings_of(REQUESTS, wave[:, None], np.full((len(REQUESTS), 1), 100.0))
    assert [item.cheaper_beyond for item in found] == [0, 1]
