"""The course of the day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.workload import SHAPES, Workload, hourly_factors

DAYS = st.one_of(
    st.sampled_from(sorted(SHAPES)),
    st.lists(st.floats(0.0, 100.0), min_size=24, max_size=24).filter(lambda day: max(day) > 1e-3).map(tuple),
)


@given(peak=st.floats(1.0, 24.0), shape=DAYS)
def test_the_day_keeps_its_mean_and_reaches_its_peak(peak: float, shape: str | tuple[float, ...]) -> None:
    """The hours' mean is 1, so that the month's total is kept, and the busiest is the peak factor."""
    factors = hourly_factors(Workload(shape=shape), peak)
    assert factors.mean() == pytest.approx(1)
    assert factors.max() == pytest.approx(peak)
    assert (factors >= 0).all()


@given(peak=st.floats(1.0, 24.0), shape=st.sampled_from(["office_hours", "evening"]))
def test_no_hour_goes_dark_for_the_peak(peak: float, shape: str) -> None:
    """Outside the busiest hour the hours keep their proportions above the shape's own peak, and even out below it."""
    weights = np.asarray(SHAPES[shape])
    factors = hourly_factors(Workload(shape=shape), peak)
    others = np.delete(np.arange(24), weights.argmax())
    assert factors[weights.argmax()] == factors.max()
    if peak >= weights.max() / weights.mean():
        assert factors[others] * weights[others][0] == pytest.approx(weights[others] * factors[others][0])
    else:
        assert factors.min() >= weights.min() / weights.mean()


def test_measured_weights_with_their_own_peak_stay_as_measured() -> None:
    """A day measured hour by hour comes back as it is."""
    weights = tuple(1.0 + hour for hour in range(24))
    assert hourly_factors(Workload(shape=weights), 24 / 12.5) == pytest.approx(np.asarray(weights) / 12.5)


def test_a_flat_day_may_have_one_busy_hour() -> None:
    """A peak factor counts for a flat day too: one hour at the peak, the others alike."""
    factors = hourly_factors(Workload(shape="flat"), 5.0)
    assert factors[0] == 5
    assert factors[1:] == pytest.approx(19 / 23)
    assert (hourly_factors(Workload(shape="flat"), 1.0) == 1).all()


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
