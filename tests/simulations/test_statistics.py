"""What a run proves, and what it does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.arrivals import Poisson
from simulations.builder import ProgramBuilder
from simulations.distributions import constant, exponential
from simulations.program import Program
from simulations.results import percentile
from simulations.run import run
from simulations.statistics import Histogram, batch_means, interval, mser5, paired, run_to_width, student_t, unstable


def desk(mean: float = 1.0, servers: int = 1) -> Program:
    build = ProgramBuilder("desk")
    station = build.station("desk", servers)
    with build.endpoint("get"):
        build.serve(station, exponential(mean))
    return build.build()


def test_student_t_is_the_table() -> None:
    """Quantiles are those of the printed tables."""
    assert [round(student_t(n), 3) for n in (1, 2, 9, 19, 100)] == [12.706, 4.303, 2.262, 2.093, 1.984]


def test_intervals_cover_as_often_as_they_say() -> None:
    """Of 400 nominal 95 % intervals over ten replications, 92 to 98 % cover the exact mean time in M/M/1."""
    hits = 0
    for k in range(400):
        means = [run(desk(), Poisson(0.5, 1000.0), seed=10 * k + j, warm_up_s=50.0).mean() for j in range(10)]
        hits += interval(means).covers(2.0)
    assert 0.92 <= hits / 400 <= 0.98


def test_batches_agree_with_replications() -> None:
    """One long run in batches gives the exact mean within its interval."""
    found = batch_means(run(desk(), Poisson(0.5, 100_000.0), seed=1).latencies())
    assert found.covers(2.0)
    assert found.relative < 0.05


def test_common_random_numbers_narrow_a_difference() -> None:
    """The paired interval of two designs under the same seeds is much narrower than the unpaired ones."""
    first = [run(desk(0.8), Poisson(1.0, 2000.0), seed=k).mean() for k in range(10)]
    second = [run(desk(0.82), Poisson(1.0, 2000.0), seed=k).mean() for k in range(10)]
    assert paired(first, second).low > 0
    assert paired(first, second).half_width < interval(first).half_width / 2


def test_mser_finds_the_end_of_the_start() -> None:
    """A start that is far off is cut, a steady series is not."""
    rng = np.random.default_rng(1)
    steady = rng.normal(10, 1, 2000)
    assert mser5(steady) < 400
    off = np.concatenate([np.linspace(60, 10, 300), steady])
    assert 200 <= mser5(off) <= 500


def test_a_run_goes_on_until_its_interval_is_narrow() -> None:
    """Replications are added until the half-width is reached, and the cap is reported when it is."""

    def mean(k: int) -> float:
        return run(desk(), Poisson(0.5, 2000.0), seed=k).mean()

    reached = run_to_width(mean, relative=0.03)
    assert not reached.capped
    assert reached.interval.relative <= 0.03
    assert reached.interval.covers(2.0)
    assert run_to_width(mean, relative=0.0001, most=12).capped


def test_a_station_at_saturation_is_unstable() -> None:
    """At 1.5 times its capacity the queue grows by half the rate; at 0.7 nothing is said."""
    over = run(desk(), Poisson(1.5, 4000.0), seed=1, until_s=4000.0)
    growth = unstable(over.raw.start, over.raw.end, 4000.0)
    assert growth is not None
    assert growth.mean == pytest.approx(0.5, rel=0.15)
    under = run(desk(), Poisson(0.7, 4000.0), seed=1, until_s=4000.0)
    assert unstable(under.raw.start, under.raw.end, 4000.0) is None


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=300), st.sampled_from([1, 50, 95, 99, 100]))
def test_a_histogram_gives_percentiles_within_its_bin(values: list[float], q: float) -> None:
    """A percentile from the bins is within half a per cent of the exact one."""
    data = np.array(values)
    assert Histogram.of(data).percentile(q) == pytest.approx(percentile(data, q), rel=0.006)


@given(st.lists(st.floats(0, 1e3), max_size=50), st.lists(st.floats(0, 1e3), max_size=50))
def test_histograms_merge(first: list[float], second: list[float]) -> None:
    """Two histograms together are the histogram of both."""
    merged = Histogram.merged([Histogram.of(np.array(first)), Histogram.of(np.array(second))])
    assert merged == Histogram.of(np.array(first + second))


def test_blocked_time_is_apart_from_own_time() -> None:
    """A worker that waits for a connection is held, and blocked on the connection for all but its own work."""
    build = ProgramBuilder("blocked")
    worker, pool = build.station("worker", 4), build.station("pool", 1)
    with build.endpoint("get"), build.hold(worker):
        build.delay(constant(0.1))
        build.serve(pool, constant(0.9))
    outer, inner = run(build.build(), Poisson(0.8, 2000.0), seed=1).sites()
    assert outer.own_s == pytest.approx(0.1 * outer.passes)
    assert outer.blocked_s["pool"] == pytest.approx(inner.waited_s + inner.held_s)
