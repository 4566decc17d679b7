"""The course of the day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.workload import SHAPES, Workload, hourly_factors


@given(peak=st.floats(1.2, 20.0), shape=st.sampled_from(["office_hours", "evening"]))
def test_the_day_keeps_its_mean_and_reaches_its_peak(peak: float, shape: str) -> None:
    """The hours' mean is 1, so that the month's total is kept, and the busiest is the peak factor."""
    factors = hourly_factors(Workload(shape=shape), peak)
    assert factors.mean() == pytest.approx(1)
    assert factors.max() == pytest.approx(peak, rel=0.01)
    assert (factors >= 0).all()
    assert factors.argmax() == np.argmax(SHAPES[shape])


def test_a_flat_day_has_no_peak() -> None:
    """A flat shape ignores the peak factor: there is nothing to steepen."""
    assert (hourly_factors(Workload(shape="flat"), 5.0) == 1).all()


def test_an_array_of_peaks_gives_a_day_for_each() -> None:
    """Draws of the peak factor are a second axis."""
    peaks = np.array([2.0, 4.0])
    both = hourly_factors(Workload(shape="evening"), peaks)
    assert both.shape == (24, 2)
    for column, peak in enumerate(peaks):
        assert both[:, column] == pytest.approx(hourly_factors(Workload(shape="evening"), float(peak)))


def test_own_weights_are_taken() -> None:
    """Twenty-four weights of one's own replace a named shape."""
    weights = tuple(float(hour) for hour in range(24))
    assert hourly_factors(Workload(shape=weights), 3.0).argmax() == 23
