"""95 % intervals: percentiles by order statistics, shares by Wilson, means and counts by the normal."""

from __future__ import annotations

import math
from typing import Final

Z95: Final = 1.959963984540054
Interval = tuple[float, float]


def rank_interval(samples: int, share: float) -> tuple[int, int] | None:
    """Ranks (1-based) whose values enclose the quantile `share` with at least 95 %; None with too few samples.

    The number of samples below a quantile is binomial: the ranks leave at most 2.5 % on either side.

    >>> rank_interval(1000, 0.95)
    (936, 964)
    >>> rank_interval(100, 0.99) is None
    True
    """
    if samples < 1 or share**samples > 0.025:
        return None
    low = _binomial_rank(samples, share, 0.025)
    high = _binomial_rank(samples, share, 0.975) + 1
    return (max(low, 1), min(high, samples))


def least_samples(share: float) -> int:
    """The fewest samples with which a percentile has an upper bound.

    >>> least_samples(0.99), least_samples(0.95)
    (368, 72)
    """
    return math.ceil(math.log(0.025) / math.log(share))


def _binomial_rank(samples: int, share: float, probability: float) -> int:
    """The least k with P(binomial(samples, share) <= k) >= probability."""
    low, high = -1, samples
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _binomial_cdf(middle, samples, share) >= probability else (middle, high)
    return high


def _binomial_cdf(k: int, n: int, p: float) -> float:
    """P(X <= k), summed from k towards the lighter side until terms no longer count."""
    if k >= n:
        return 1.0
    if k > n * p:
        return 1.0 - _binomial_cdf(n - k - 1, n, 1 - p)
    log_term = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    term = math.exp(log_term + k * math.log(p) + (n - k) * math.log1p(-p))
    total, j = term, k
    while j > 0 and term > total * 1e-12:
        term *= j * (1 - p) / ((n - j + 1) * p)
        total += term
        j -= 1
    return total


def wilson(successes: int, trials: int) -> Interval:
    """The Wilson interval of a share; (0, 1) without trials.

    >>> [round(bound, 4) for bound in wilson(0, 1000)]
    [0.0, 0.0038]
    """
    if trials <= 0:
        return (0.0, 1.0)
    share, z2 = successes / trials, Z95**2 / trials
    middle = (share + z2 / 2) / (1 + z2)
    half = Z95 / (1 + z2) * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials))
    return (max(middle - half, 0.0) if successes else 0.0, min(middle + half, 1.0) if successes < trials else 1.0)


def mean_interval(mean: float, deviation: float, samples: int) -> Interval:
    """The normal interval of a mean."""
    half = Z95 * deviation / math.sqrt(samples) if samples else math.inf
    return (mean - half, mean + half)


def count_interval(count: float) -> Interval:
    """The interval of a Poisson count, by its square root."""
    half = Z95 * math.sqrt(count)
    return (max(count - half, 0.0), count + half)
