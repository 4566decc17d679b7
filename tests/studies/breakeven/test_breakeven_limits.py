"""How full tasks may be: the closed form's laws, the search, the fewest tasks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.queueing import wait_quantile
from studies.breakeven.limits import FULLEST, RESOLUTION, Limit, guess, rising, search


def test_the_guess_is_the_exact_one_of_one_core() -> None:
    """M/M/1: the wait's 95 % quantile is ln(20 rho) s / (1 - rho); the share keeps it and a bit more does not."""
    share = guess(1, 0.02, 0.1, 95)
    assert math.log(20 * share) * 0.02 / (1 - share) <= 0.1
    fuller = share + RESOLUTION
    assert math.log(20 * fuller) * 0.02 / (1 - fuller) > 0.1


@given(cores=st.integers(1, 8), slack=st.floats(0.01, 1.0), more=st.floats(1.1, 5.0))
def test_more_room_in_the_target_never_means_emptier_tasks(cores: int, slack: float, more: float) -> None:
    """The share rises with the slack and with the cores of a task."""
    share = guess(cores, 0.02, slack, 95)
    assert guess(cores, 0.02, slack * more, 95) >= share
    assert guess(cores + 1, 0.02, slack, 95) >= share
    assert wait_quantile(cores, share * cores / 0.02, 0.02, 0.95) <= slack or share <= RESOLUTION


def test_a_target_without_any_slack_has_no_share() -> None:
    """Nothing may wait: hardly any work fits; without CPU work there is nothing to wait for."""
    assert guess(1, 0.02, 0.0, 95) <= RESOLUTION
    assert guess(1, 0.0, 0.1, 95) == FULLEST


@given(true=st.floats(0.1, 0.97), first=st.floats(0.05, 0.98))
def test_the_search_finds_the_edge_wherever_it_begins(true: float, first: float) -> None:
    """It returns a share that holds, within the resolution of one that does not, after few trials."""
    tried: list[float] = []

    def holds(share: float) -> bool:
        tried.append(share)
        return share <= true

    found = search(holds, first)
    assert found is not None
    assert found <= true + 1e-9
    assert true - found <= RESOLUTION + 1e-4
    assert len(tried) <= 8


def test_the_search_says_when_nothing_holds() -> None:
    """None, not a share of zero."""
    assert search(lambda share: False, 0.5) is None


@given(loads=st.lists(st.floats(0, 500), min_size=1, max_size=20), few=st.floats(0.2, 0.9), many=st.floats(0.2, 0.95))
def test_the_fewest_tasks_are_enough_and_one_less_is_not(loads: list[float], few: float, many: float) -> None:
    """So many tasks are no fuller than they may be, and one task less would be."""
    limit = rising([(1, few), (4, many)])
    for load, tasks in zip(loads, limit.tasks_for(np.array(loads)).astype(int).tolist(), strict=True):
        assert load <= tasks * limit.share_of(tasks) + 1e-6
        assert tasks == 1 or load > (tasks - 1) * limit.share_of(tasks - 1) - 1e-6


def test_a_limit_that_failed_is_lowered_from_there_on() -> None:
    """What four tasks could not hold is asked of five; what begins at more tasks stays."""
    limit = Limit(((1, 0.9), (4, 0.95), (8, 0.96))).lowered(4, 0.7)
    assert limit.rungs == ((1, 0.7), (4, 0.7), (8, 0.96))
    assert limit.tasks_for(np.array([3.5]))[0] == pytest.approx(5)
