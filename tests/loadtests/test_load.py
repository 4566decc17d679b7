"""Loads: shapes in time, drawn from a seed."""

import math
from pathlib import Path

import pytest

from loadtests.load import Load, day_of, read_trace
from model.loading import load
from model.problems import BadInput
from model.workload import Workload

SHAPES = ["poisson", "constant", "ramp", "step", "spike", "day", "replay"]


def a_load(shape: str, rate_per_s: float = 200.0) -> Load:
    hourly = day_of(Workload(shape="evening", peak_factor=3.0), 3.0)
    trace = tuple(k / 50 for k in range(500))
    return Load(shape=shape, rate_per_s=rate_per_s, duration_s=20, warm_up_s=2, hourly=hourly, trace=trace)  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_schedule_brings_what_its_shape_says(shape: str) -> None:
    """Times are sorted, within the run, as many as expected within the Poisson error, the same each time."""
    shaped = a_load(shape)
    times = shaped.times(seed=3).tolist()
    assert times == sorted(times) == shaped.times(seed=3).tolist()
    assert 0 <= times[0] <= times[-1] <= shaped.duration_s
    assert abs(len(times) - shaped.expected()) <= 4 * math.sqrt(shaped.expected()) * shaped.is_random + 1


@pytest.mark.parametrize("shape", SHAPES)
def test_a_part_of_the_run_brings_its_part(shape: str) -> None:
    """What is expected before and after a moment adds up to the whole."""
    shaped = a_load(shape)
    assert shaped.expected(0, 7.003) + shaped.expected(7.003) == pytest.approx(shaped.expected())


def test_another_seed_is_another_schedule() -> None:
    """Poisson times follow the seed."""
    assert a_load("poisson").times(1).tolist() != a_load("poisson").times(2).tolist()


def test_a_day_is_squeezed_into_the_run() -> None:
    """The busiest hour has the given rate, a twenty-fourth of the run long."""
    day = a_load("day")
    hour_s = day.duration_s / 24
    rates = [day.expected(k * hour_s, (k + 1) * hour_s) / hour_s for k in range(24)]
    assert max(rates) == pytest.approx(200)
    assert max(rates) / (sum(rates) / 24) == pytest.approx(3, rel=0.01)


def test_a_load_profile_is_data_of_the_stage() -> None:
    """The hours of a stage's day come from its workload."""
    graph = load("lexohub").at("target")
    assert max(day_of(graph.workload, graph.likely["peak_factor"])) == pytest.approx(
        float(graph.likely["peak_factor"]), rel=0.01
    )


def test_a_trace_is_read_from_its_earliest_time(tmp_path: Path) -> None:
    """A heading is skipped, times are sorted and begin at zero."""
    path = tmp_path / "trace.csv"
    path.write_text("time,what\n12.5,a\n10.0,b\n11.0,c\n", encoding="utf-8")
    assert read_trace(path) == (0.0, 1.0, 2.5)


@pytest.mark.parametrize(
    ("text", "said"), [("1.0\nsoon\n", ":2: 'soon' is not a time"), ("", "has no times"), ("time\nnan\n", ":2: 'nan'")]
)
def test_a_bad_trace_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    """What is no time in seconds is named with its line."""
    path = tmp_path / "trace.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        read_trace(path)


def test_too_many_requests_are_refused_before_they_are_drawn() -> None:
    """More than five million requests are not one run."""
    with pytest.raises(BadInput, match="at most 5,000,000"):
        Load(rate_per_s=10_000, duration_s=7000).times(1)
