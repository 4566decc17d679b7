"""Intervals hold what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.intervals import count_interval, least_samples, mean_interval, rank_interval, wilson


@given(st.integers(1, 5000), st.sampled_from([0.5, 0.9, 0.95, 0.99, 0.999]))
def test_ranks_enclose_the_quantile_and_exist(samples: int, share: float) -> None:
    """Ranks lie within the samples, around the nearest rank; there are none just when the samples are too few."""
    ranks = rank_interval(samples, share)
    assert (ranks is None) == (samples < least_samples(share))
    if ranks is not None:
        assert 1 <= ranks[0] <= samples * share + 1
        assert samples * share <= ranks[1] <= samples


def test_rank_intervals_cover_the_truth() -> None:
    """Of many samples of a known distribution at least 95 % enclose its true percentile."""
    chance = np.random.default_rng(7)
    samples = np.sort(chance.random((2000, 400)), axis=1)
    ranks = rank_interval(400, 0.95)
    assert ranks is not None
    covered = (samples[:, ranks[0] - 1] <= 0.95) & (samples[:, ranks[1] - 1] >= 0.95)
    assert covered.mean() >= 0.945


@given(st.integers(0, 2000), st.integers(1, 2000))
def test_a_share_lies_within_its_interval(successes: int, trials: int) -> None:
    """Wilson's interval holds the observed share and stays between 0 and 1."""
    successes = min(successes, trials)
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1


def test_no_errors_in_a_thousand_is_not_no_errors() -> None:
    """A thousand requests without an error leave a rate of up to 0.4 %."""
    assert wilson(0, 1000) == pytest.approx((0, 0.00383), abs=1e-5)


def test_nothing_known_is_everything_possible() -> None:
    """Without trials a share may be anything."""
    assert wilson(0, 0) == (0.0, 1.0)


def test_means_and_counts_are_normal() -> None:
    """A mean's interval is 1.96 standard errors either side, a count's 1.96 roots."""
    assert mean_interval(10, 2, 100) == pytest.approx((9.608, 10.392))
    assert count_interval(10_000) == pytest.approx((9804, 10196), abs=0.1)
