"""Response times as HdrHistograms: 1 us to 60 s at three significant digits, merged over workers, never averaged."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from hdrh.histogram import HdrHistogram
from numpy.typing import NDArray

from loadtests.intervals import rank_interval

LOWEST_US: Final = 1
HIGHEST_US: Final = 60_000_000
DIGITS: Final = 3


def new_histogram() -> HdrHistogram:
    """An empty histogram of microseconds."""
    return _uncycled(HdrHistogram(LOWEST_US, HIGHEST_US, DIGITS))


def decoded(text: str) -> HdrHistogram:
    """A histogram from the format's own text."""
    return _uncycled(HdrHistogram.decode(text))


def _uncycled(histogram: HdrHistogram) -> HdrHistogram:
    """The same without its cycle of references, so that its 140 kB go with the last user, not with a collection."""
    histogram.encoder.histogram = weakref.proxy(histogram)
    return histogram


@dataclass
class Times:
    """How long things took: recorded in seconds, read in milliseconds.

    A histogram is 140 kB whatever it counts; packed, its text takes a few, and whoever records or reads unpacks it.
    """

    _open: HdrHistogram | None = field(default=None, init=False)
    _packed: str = field(default="", init=False)

    @property
    def histogram(self) -> HdrHistogram:
        """The counts, ready to be added to."""
        if self._open is None:
            self._open = decoded(self._packed) if self._packed else new_histogram()
            self._packed = ""
        return self._open

    def pack(self) -> None:
        """Keep what was recorded in little memory, for a time in which nothing more is expected."""
        self._packed, self._open = self.text(), None

    def record(self, seconds: float) -> None:
        """Count one time; what lies outside 1 us to 60 s counts at that end."""
        self.histogram.record_value(min(max(int(seconds * 1e6), LOWEST_US), HIGHEST_US))

    def merge(self, text: str) -> None:
        """Add the times that another process recorded."""
        self.histogram.add(decoded(text))

    def text(self) -> str:
        """All times as the HdrHistogram format's own compressed text."""
        if self._packed:
            return self._packed
        encoded: bytes = self.histogram.encode()
        return encoded.decode("ascii")

    @property
    def count(self) -> int:
        return int(self.histogram.get_total_count())

    @property
    def mean_ms(self) -> float:
        """Not a number without samples."""
        return float(self.histogram.get_mean_value()) / 1e3 if self.count else float("nan")

    @property
    def deviation_ms(self) -> float:
        return float(self.histogram.get_stddev()) / 1e3 if self.count else float("nan")

    @property
    def max_ms(self) -> float:
        return float(self.histogram.get_max_value()) / 1e3 if self.count else float("nan")

    @property
    def _counts(self) -> NDArray[np.int64]:
        """Samples by bucket, lowest first: a view of the histogram's own memory."""
        return np.frombuffer(self.histogram.counts, dtype=np.int64)

    def at_rank_ms(self, rank: int) -> float:
        """The value of the sample at that rank (1-based), as the upper end of its bucket."""
        bucket = int(np.searchsorted(np.cumsum(self._counts), rank))
        value = self.histogram.get_value_from_index(bucket)
        return float(self.histogram.get_highest_equivalent_value(value)) / 1e3

    def percentile_ms(self, percentile: float) -> float:
        """The nearest-rank percentile (0 to 100); not a number without samples."""
        rank = -int(-self.count * percentile // 100)
        return self.at_rank_ms(max(rank, 1)) if self.count else float("nan")

    def interval_ms(self, percentile: float) -> tuple[float, float] | None:
        """The 95 % interval of a percentile; None when there are too few samples for it."""
        ranks = rank_interval(self.count, percentile / 100)
        return (self.at_rank_ms(ranks[0]), self.at_rank_ms(ranks[1])) if ranks else None

    def share_above(self, threshold_ms: float) -> float:
        """The share of samples above a threshold."""
        buckets = np.flatnonzero(self._counts)
        slow = [k for k in buckets if self.histogram.get_value_from_index(int(k)) > threshold_ms * 1e3]
        return float(self._counts[slow].sum()) / self.count if self.count else float("nan")


def merged(parts: list[Times]) -> Times:
    """All the times of several records in one."""
    whole = Times()
    for part in parts:
        whole.histogram.add(part.histogram)
    return whole


def keep_three_digits(stats: Any) -> None:
    """Have Locust's own statistics keep three digits, so that its CSV and HTML show 2,010 ms as 2,010."""
    stats.bucket_response_time = three_digits


def three_digits(milliseconds: float) -> float:
    """A response time to three significant digits, at least to 0.1 ms.

    >>> three_digits(2048.0), three_digits(104.93), three_digits(2.04)
    (2050.0, 105.0, 2.0)
    """
    if milliseconds < 100:
        return round(milliseconds, 1)
    return round(milliseconds, 2 - len(str(int(milliseconds))) + 1)
