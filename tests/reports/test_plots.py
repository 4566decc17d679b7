"""Plots for notebooks: true to their figures, small, and the same on every run."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from model.loading import load
from pricing.bill import Bill
from pricing.price import price
from reports.claim_checks import check_costs
from reports.plots.claims_plot import claims_plot
from reports.plots.forecast_plot import forecast_plot
from reports.plots.influences_plot import influences_plot
from reports.plots.plot import Plot
from reports.plots.stages_plot import stages_plot
from studies.forecast import Forecast, forecast
from studies.growth import Rate, grow


@cache
def bills() -> dict[str, Bill]:
    architecture = load("vertical-vibing")
    return {name: price(architecture.at(name), draws=100) for name in architecture.stage_names}


@cache
def plan() -> Forecast:
    users = grow("exponential", 1000, Rate(0.05, 0.1, 0.15), 12)
    return forecast(load("writlix"), users, budgets_usd=(50, 100), draws=100)


def plots() -> dict[str, Plot]:
    claims = list(check_costs(load("vertical-vibing"), bills()))
    return {
        "forecast": forecast_plot(plan()),
        "influences": influences_plot(bills()["stage4"]),
        "stages": stages_plot(list(bills().values())),
        "claims": claims_plot(claims),
    }


def test_the_same_bytes_on_every_run() -> None:
    """A picture bears no date, and nothing global of matplotlib is touched or left open."""
    first, second = plots(), plots()
    for name, plot in first.items():
        assert plot.png == second[name].png, name
        assert plot.png.startswith(b"\x89PNG")
        assert len(plot.png) < 60_000
        assert b"Software" not in plot.png


def test_a_plot_says_what_it_shows() -> None:
    """A reader without pictures has a sentence, and the file that is saved is the picture shown."""
    for plot in plots().values():
        assert repr(plot) == plot.says
        assert "0x" not in repr(plot)
        assert plot._repr_png_() == plot.png


def test_a_plot_is_saved_whole(tmp_path: Path) -> None:
    """The file holds the bytes of the picture."""
    plot = influences_plot(bills()["stage4"])
    plot.save(str(tmp_path / "plots" / "moves.png"))
    assert (tmp_path / "plots" / "moves.png").read_bytes() == plot.png


def test_the_curve_is_the_forecast() -> None:
    """The line goes through the likely cost of every month; each budget has a line of its own."""
    [axes] = forecast_plot(plan()).figure.axes
    likely, *others = axes.get_lines()
    assert list(likely.get_ydata()) == [month.cost.likely for month in plan().months]
    levels = [line.get_ydata()[0] for line in others]
    assert [line.usd for line in plan().budgets] == levels[:2]
    assert axes.get_ylim()[0] == 0


def test_stacked_bars_add_up_to_the_totals() -> None:
    """The services of each stage reach its total, however many share the last colour."""
    [axes] = stages_plot(list(bills().values())).figure.axes
    ends: dict[float, float] = {}
    for bar in axes.patches:
        middle = round(bar.get_y() + bar.get_height() / 2)
        ends[middle] = max(ends.get(middle, 0.0), bar.get_x() + bar.get_width())
    totals = [bill.total.likely for bill in bills().values()]
    assert [ends[place] for place in sorted(ends, reverse=True)] == pytest.approx(totals)


def test_the_greatest_swing_is_on_top() -> None:
    """Bars run from the likely total to the total at each end of the assumption."""
    bill = bills()["stage4"]
    [axes] = influences_plot(bill, most=3).figure.axes
    low, high = axes.patches[-2:]
    first = bill.influences[0]
    assert bill.total.likely + low.get_width() == pytest.approx(first.at_low)
    assert bill.total.likely + high.get_width() == pytest.approx(first.at_high)
    assert len(axes.patches) == 6


def test_only_costs_outside_our_range_are_shown() -> None:
    """The farthest apart is on top; a claim within our range has no row."""
    claims = list(check_costs(load("vertical-vibing"), bills()))
    wrong = [claim for claim in claims if claim.verdict != "within our range"]
    [axes] = claims_plot(claims, most=100).figure.axes
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert len(labels) == len(wrong)
    assert labels[-1].startswith("RDS db.m5.large")


def test_a_certain_bill_has_nothing_to_move() -> None:
    """Without assumptions there is a plot that says so."""
    certain = bills()["stage4"]
    assert "no assumption moves" in repr(influences_plot(replace(certain, influences=())))
