"""Arrivals come at the stated rate, in order, from the seed alone."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.arrivals import Arrivals, Bursts, Poisson, Profile, Regular, Replay, choose, day, ramp, spike
from simulations.builder import ProgramBuilder
from simulations.distributions import constant
from simulations.run import InvalidRun, run

ALL: list[Arrivals] = [
    Poisson(5.0, 100.0),
    Regular(5.0, 100.0),
    ramp(1.0, 9.0, 100.0),
    spike(4.0, 10.0, 50.0, 5.0, 100.0),
    Bursts(2.0, 20.0, 10.0, 3.0, 100.0),
    Replay((0.0, 0.5, 0.5, 9.0)),
    day(2000, (1, 0, 3)),
]


@pytest.mark.parametrize("arrivals", ALL, ids=lambda a: type(a).__name__)
def test_times_are_sorted_and_repeat(arrivals: Arrivals) -> None:
    """Times never fall, are never below zero, and the same seed gives the same ones."""
    times = arrivals.times(3)
    assert np.all(np.diff(times) >= 0)
    assert times[0] >= 0
    assert times.tolist() == arrivals.times(3).tolist()
    assert not arrivals.problems()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 50), st.floats(0, 40)), min_size=2, max_size=6))
def test_a_profile_gives_its_area(steps: list[tuple[float, float]]) -> None:
    """The count over the whole profile is Poisson with the area under the rate as its mean."""
    times = np.cumsum([width for width, _ in steps])
    points = tuple((float(t), rate) for t, (_, rate) in zip(times, steps, strict=True))
    area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(points))
    count = len(Profile(points).times(1))
    assert abs(count - area) <= 6 * math.sqrt(area) + 6


def test_a_ramp_has_half_its_arrivals_in_the_last_share() -> None:
    """From zero, half of a ramp's arrivals come in the last 1 - 1/sqrt(2) of the time."""
    times = ramp(0.0, 4000.0, 100.0).times(1)
    assert np.median(times) == pytest.approx(100 / math.sqrt(2), rel=0.01)


def test_poisson_gaps_are_exponential() -> None:
    """Mean and variance of the gaps are those of an exponential."""
    gaps = np.diff(Poisson(10.0, 5000.0).times(2))
    assert gaps.mean() == pytest.approx(0.1, rel=0.02)
    assert gaps.var() == pytest.approx(0.01, rel=0.05)


def test_shares_are_kept() -> None:
    """Endpoints are asked for by their shares."""
    counts = np.bincount(choose([3, 1, 0], 40000, 1), minlength=3) / 40000
    assert counts.tolist() == pytest.approx([0.75, 0.25, 0.0], abs=0.01)


def test_what_is_impossible_is_said_at_once() -> None:
    """A run with impossible arrivals, time and engine names all three."""
    build = ProgramBuilder()
    with build.endpoint("get"):
        build.delay(constant(1.0))
    with pytest.raises(InvalidRun) as caught:
        run(build.build(), Poisson(-1.0, 10.0), engine="abacus", until_s=-5.0)
    assert caught.value.problems == [
        "arrivals.rate_per_s -1.0 must be above 0",
        "engine: 'abacus' is none of compiled, interpreter, simpy",
        "until_s: -5.0 must be above 0 and finite",
    ]
