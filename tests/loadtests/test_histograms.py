"""Percentiles are exact to three digits, and merged, never averaged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.histograms import Times, merged

SECONDS = st.floats(1e-6, 59.0, allow_nan=False)


def times_of(values: list[float]) -> Times:
    times = Times()
    for value in values:
        times.record(value)
    return times


@given(st.lists(SECONDS, min_size=1, max_size=200), st.sampled_from([50, 90, 95, 99]))
def test_a_percentile_is_the_nearest_rank_to_three_digits(values: list[float], percentile: int) -> None:
    """A percentile is the sorted sample at that rank, to a thousandth and a microsecond."""
    rank = -(-len(values) * percentile // 100)
    truth_ms = sorted(values)[rank - 1] * 1000
    assert times_of(values).percentile_ms(percentile) == pytest.approx(truth_ms, rel=1e-3, abs=2e-3)


@given(st.lists(SECONDS, max_size=100), st.lists(SECONDS, max_size=20))
def test_packing_changes_nothing(before: list[float], after: list[float]) -> None:
    """What was recorded reads the same when packed, and more can be recorded."""
    packed = times_of(before)
    packed.pack()
    assert packed.text() == times_of(before).text()
    for value in after:
        packed.record(value)
    plain = times_of(before + after)
    assert packed.count == plain.count
    assert packed.text() == plain.text()
    for percentile in (50, 99):
        assert packed.percentile_ms(percentile) == pytest.approx(plain.percentile_ms(percentile), nan_ok=True)


def test_2010_ms_is_not_two_seconds() -> None:
    """A true p95 of 2,010 ms reads above 2,000."""
    assert 2009 <= times_of([2.010] * 100).percentile_ms(95) <= 2012


@given(st.lists(SECONDS, max_size=50), st.lists(SECONDS, max_size=50))
def test_merging_is_recording_in_one(first: list[float], second: list[float]) -> None:
    """Two records merged, in memory or as text, read like one record of everything."""
    whole = times_of(first + second)
    told = times_of(first)
    told.merge(times_of(second).text())
    for both in (told, merged([times_of(first), times_of(second)])):
        assert both.count == whole.count
        if both.count:
            assert both.percentile_ms(95) == whole.percentile_ms(95)


def test_what_is_out_of_range_counts_at_its_end() -> None:
    """Two minutes count as sixty seconds, nothing as a microsecond."""
    times = times_of([0.0, 120.0])
    assert times.count == 2
    assert times.max_ms == pytest.approx(60_000, rel=1e-3)


def test_the_slow_share_is_counted() -> None:
    """One in ten above half a second is a tenth."""
    assert times_of([0.020] * 90 + [1.0] * 10).share_above(500) == 0.1


def test_too_few_samples_have_no_interval() -> None:
    """A p99 of a hundred samples has no upper end."""
    assert times_of([0.02] * 100).interval_ms(99) is None
    assert times_of([0.02] * 400).interval_ms(99) is not None
