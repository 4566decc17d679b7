"""Plots and tables of a simulation: the same on every run, and true to its figures."""

from __future__ import annotations

from functools import cache

import pytest

from model.loading import load
from reports.plots.day_plot import day_plot
from reports.plots.plot import Plot
from reports.plots.simulation_plots import latency_plot, time_plot, utilisation_plot
from reports.simulation_frames import (
    day_frame,
    endpoints_frame,
    hours_frame,
    places_frame,
    times_frame,
    verdicts_frame,
)
from simulations.stage import simulate
from simulations.stage_result import StageResult
from simulations.usage import DayUsage, measure_day


@cache
def simulated() -> tuple[StageResult, DayUsage]:
    graph = load("socialclub").at("production")
    return simulate(graph, most_requests=10_000).bare, measure_day(graph, requests=3000)


def plots() -> dict[str, Plot]:
    result, day = simulated()
    return {
        "latency": latency_plot(result),
        "utilisation": utilisation_plot(result),
        "time": time_plot(result),
        "day": day_plot(day, "socialclub production"),
    }


def test_the_same_bytes_on_every_run() -> None:
    """A picture of a simulation is a function of its result, small, and without a date."""
    first, second = plots(), plots()
    for name, plot in first.items():
        assert plot.png == second[name].png, name
        assert plot.png.startswith(b"\x89PNG")
        assert len(plot.png) < 90_000


def test_a_plot_says_what_it_shows() -> None:
    """The sentence of each plot names the figures that stand out in it."""
    result, _ = simulated()
    shown = plots()
    first = result.first_to_saturate
    assert first is not None
    assert "list_venues p95" in repr(shown["latency"])
    assert "requests a second between" in repr(shown["day"])
    assert "ecs_backend cpu" in repr(shown["utilisation"])
    assert repr(shown["time"]).startswith("Where the time goes: most of it in ")
    assert "get_user p95" in repr(latency_plot(result, ["get_user"]))


def test_frames_hold_what_the_result_holds() -> None:
    """Endpoints, verdicts, places, times and the day as tables: the same numbers, ready to be sorted and plotted."""
    result, day = simulated()
    endpoints = endpoints_frame([result])
    one = result.endpoint("get_user")
    assert endpoints.loc[("production", "get_user"), "p95_ms"] == one.p95_ms.value
    assert len(verdicts_frame([result])) == len(result.verdicts)
    assert places_frame([result]).iloc[0]["of_the_most"] == max(
        place.pressure for component in result.components for place in component.places
    )
    times = times_frame(result)
    parts = [part.mean_ms for part in result.times if part.endpoint == "get_user"]
    assert times.loc["get_user"].sum() == pytest.approx(sum(parts))
    assert len(hours_frame(day)) == 24
    minutes = day_frame(day)
    assert minutes["per_s"].tolist() == day.per_s.tolist()
    assert minutes["tasks of ecs_backend"].tolist() == day.tasks["ecs_backend"].tasks.tolist()
