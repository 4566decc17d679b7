"""Cold starts and scaling: series made with a known idle life, target and start time give them back."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import yaml

from model.loading import read
from model.measured_overlay import laid_over, read_measured_overlay
from model.sizing import SizedGraph
from simulations.stage import simulate
from studies.calibration import Calibration, calibrate
from studies.calibration_check import calibrated
from studies.calibration_cold import bisected, fit_cold_starts, share_interval, simulated_share
from studies.calibration_data import Measurements
from studies.calibration_scaling import estimated_target, fit_scaling, starts_s
from studies.calibration_series import Deployed, FunctionSeries, ServiceSeries
from studies.calibration_text import calibration_json, calibration_text, overlay_of, overlay_yaml
from tests.studies.series import (
    INIT_MS,
    LIFE_MIN,
    RAW,
    START_S,
    TARGET,
    function_series,
    service_series,
)


@pytest.fixture(scope="module")
def graph() -> SizedGraph:
    return read(yaml.safe_dump(RAW)).at("only")


@pytest.mark.parametrize(("life_min", "per_day"), [(22.0, 150.0), (6.0, 400.0), (45.0, 60.0)])
def test_the_idle_life_behind_the_cold_starts_is_found(graph: SizedGraph, life_min: float, per_day: float) -> None:
    """Within its interval, whatever the document had; the days held back confirm it."""
    found = fit_cold_starts(graph, function_series(life_min, per_day))
    assert found.keep_alive_min is not None, found.why_not
    low, value, high = found.keep_alive_min
    assert low <= life_min <= high
    assert value == pytest.approx(life_min, rel=0.25)
    assert found.held_back is not None
    assert abs(found.held_back.after - found.held_back.measured) < abs(
        found.held_back.before - found.held_back.measured
    )
    assert found.init_ms == pytest.approx((INIT_MS,) * 3)


def test_the_share_falls_with_the_idle_life(graph: SizedGraph) -> None:
    """Which the bisection rests on; and it is the closed form for calls that come alone."""
    seen = function_series(22.0, 20.0)
    shares = [simulated_share(graph, seen, life)[0] for life in (1.0, 5.0, 20.0, 60.0)]
    assert shares == sorted(shares, reverse=True)
    even = replace(seen, calls=np.full(len(seen.calls), 20 / 24), held_ms=1.0)
    rate_per_min = 20 / 1440
    lived = [math.exp(-rate_per_min * life) for life in np.linspace(5.0, 15.0, 2001)]
    assert simulated_share(graph, even, 10.0)[0] == pytest.approx(float(np.mean(lived)), abs=0.005)


def test_what_the_data_cannot_tell_is_said(graph: SizedGraph) -> None:
    """Calls so rare that all are cold, or none that is: no idle life, and the reason."""
    busy = function_series(22.0, 3000.0, days=3)
    rare = function_series(22.0, 8.0, days=9)
    for seen, words in ((replace(busy, cold=busy.cold * 0), "too few"), (rare, "leave the idle life between")):
        found = fit_cold_starts(graph, seen)
        assert found.keep_alive_min is None
        assert words in found.why_not
        assert "keep_alive_min" not in [one.path[-1] for one in found.settings]


def test_a_share_that_no_idle_life_gives_is_said(graph: SizedGraph) -> None:
    """Deployments and bursts make cold starts too: more than the shortest life would."""
    seen = function_series(22.0, 3000.0)
    found = fit_cold_starts(graph, replace(seen, cold=np.rint(seen.calls * 0.9)))
    assert found.keep_alive_min is None
    assert "is not between" in found.why_not


def test_days_that_differ_widen_the_interval() -> None:
    """Two kinds of days: the share is less certain than its count says."""
    start = np.arange(24 * 6) * 3600.0
    calls = np.full(len(start), 1000.0)
    alike = FunctionSeries("mail", 3600.0, start, calls, calls * 0.1, calls * np.nan, 1.0, "the test")
    apart = replace(alike, cold=np.where(start // 86_400 % 2 == 0, 50.0, 150.0))
    spans = [high - low for low, high in map(share_interval, (alike, apart))]
    assert spans[1] > 5 * spans[0] > 0


@pytest.mark.parametrize(("wanted", "life"), [(0.5, 2.0), (3.0, 0.5), (0.001, 120.0)])
def test_bisection_ends_at_the_life_or_at_the_range(wanted: float, life: float) -> None:
    """For the falling share 1 / life."""
    assert bisected(lambda minutes: 1 / minutes, wanted) == pytest.approx(life, rel=0.01)


def test_the_target_and_the_start_time_behind_the_tasks_are_found(graph: SizedGraph) -> None:
    """Within their intervals; the rule replayed on days held back keeps the tasks that were measured."""
    found = fit_scaling(graph, service_series())
    assert found.not_told == ()
    assert found.target_percent is not None
    low, value, high = found.target_percent
    assert low <= TARGET <= high
    assert value == pytest.approx(TARGET, rel=0.05)
    assert found.start_s is not None
    assert found.start_s[0] <= START_S <= found.start_s[2]
    assert found.start_s[1] == pytest.approx(START_S, abs=20)
    held = {one.what: one for one in found.held_back}
    mean = held["tasks in the mean"]
    assert mean.after == pytest.approx(mean.measured, rel=0.03)
    assert mean.before < 0.8 * mean.measured
    assert held["tasks off, mean of the minutes"].after < 0.3 < held["tasks off, mean of the minutes"].before


def test_a_rule_that_the_account_tells_is_taken(graph: SizedGraph) -> None:
    """With its bounds; what the minutes say stands beside it."""
    found = fit_scaling(graph, service_series(Deployed(3, 9, 55.0)))
    assert found.target_percent == (55.0, 55.0, 55.0)
    assert "the minutes say 4" in found.target_why
    assert found.bounds == {"min": 3, "max": 9}


def test_steady_minutes_alone_bound_the_target(graph: SizedGraph) -> None:
    """Where nothing counts the tasks wanted, running ones that stay do; the start time is not told."""
    whole = service_series()
    blind = replace(whole, wanted=np.full(len(whole.wanted), np.nan))
    agreed = estimated_target(blind, 2, 20)
    assert agreed is not None
    assert agreed.low <= TARGET / 100 <= agreed.high
    told = dict(fit_scaling(graph, blind).not_told)
    assert "Container Insights is off" in told["start time of a task of api"]


def test_tasks_at_their_bound_tell_no_target(graph: SizedGraph) -> None:
    """Two tasks all the time at next to nothing: nothing bounds the target."""
    start = np.arange(1440 * 3) * 60.0
    still = ServiceSeries("api", start, *(np.full(len(start), count) for count in (2.0, 2.0, 0.05)))
    found = fit_scaling(graph, still)
    assert found.target_percent is None
    assert "at a bound" in dict(found.not_told)["scaling target of api"]
    assert "0 scale-outs" in dict(found.not_told)["start time of a task of api"]


def test_a_scale_out_that_is_withdrawn_tells_no_start() -> None:
    """Only those that came to run count, each by the area between wanted and running."""
    wanted = np.array([2, 2, 4, 4, 4, 4, 5, 5, 4, 4, 6, 6, 6], dtype=float)
    running = np.array([2, 2, 2, 3, 4, 4, 4, 4, 4, 4, 4, 5, 6], dtype=float)
    series = ServiceSeries("api", np.arange(len(wanted)) * 60.0, running, wanted, wanted * 0)
    assert starts_s(series) == [90.0, 90.0]


@pytest.fixture(scope="module")
def whole(graph: SizedGraph) -> Calibration:
    """Both together."""
    return calibrate(
        graph,
        Measurements(
            architecture="post",
            stage="only",
            source="series that a test made",
            date="2026-11-02",
            intervals=(),
            functions=(function_series(LIFE_MIN, 150.0),),
            services=(service_series(Deployed(2, 18)),),
        ),
    )


def test_the_overlay_sets_what_the_document_reads_and_what_it_states_plainly(
    graph: SizedGraph, whole: Calibration
) -> None:
    """A named share is replaced; a plain number and an absent one read new assumptions; it loads and simulates."""
    text = overlay_yaml(overlay_of(whole))
    again = laid_over(yaml.safe_dump(RAW), read_measured_overlay(text, "o.yaml")).at("only")
    assert set(whole.assumptions) == {
        "mail_cold", "mail_init_ms", "mail_keep_alive_min", "api_target", "api_start_s",
    }  # fmt: skip
    assert again.components == calibrated(graph, whole).components
    service: Any = again.components["api"]
    assert service.tasks.max == 18
    assert again.likely["api_target"] == pytest.approx(TARGET, rel=0.05)
    assert "bisection" in overlay_of(whole).method  # type: ignore[operator]
    sides = [simulate(one, replications=4, most_requests=80_000, least_s=20_000) for one in (graph, again)]
    cold = [next(part.cold_share for part in side.components if part.component == "mail") for side in sides]
    assert cold[0] is not None
    assert cold[1] is not None
    assert cold[1].value < cold[0].value


def test_both_are_told_before_and_after(whole: Calibration) -> None:
    """As text and as JSON."""
    text = calibration_text(whole, [])
    for words in ("share of cold starts", "time of a cold start, ms", "tasks in the mean", "max of the tasks 18"):
        assert words in text
    plain = calibration_json(whole, [])
    (cold,), (scaling,) = plain["cold_starts"], plain["scaling"]
    assert cold["keep_alive_min"]["low"] <= LIFE_MIN <= cold["keep_alive_min"]["high"]
    assert scaling["start_s"]["low"] <= START_S <= scaling["start_s"]["high"]
    assert cold["held_back"]["measured"] > 0
