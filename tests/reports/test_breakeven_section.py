"""The break-even in the report: which pair, its curves as places on a plot, its sentences in page and Markdown."""

from __future__ import annotations

import re
from functools import cache
from types import SimpleNamespace

import pytest

from model.loading import bundled_names, load
from reports.evened import evened
from reports.html.breakeven_chart import breakeven_chart, decades
from reports.html.breakeven_view import BreakEvenView
from reports.html.environment import environment
from reports.markdown_studies import breakeven_markdown
from reports.plots.breakeven_plot import breakeven_plot, landscape_plot
from reports.studied import Settings
from simulations.engines.compiled import available
from studies.breakeven.breakeven import BreakEven, breakeven
from studies.breakeven.choosing import runs_on, serverless_and_containers
from studies.breakeven.landscape import landscape
from studies.breakeven.trials import Effort

PAIR = ("tabi-script-serverless", "tabi-script-ecs")
TITLES = {"tabi-script-serverless": "serverless", "tabi-script-ecs": "containers"}
SHORT = Effort(replications=3, most_requests=4_000 if available() else 1_500)


@cache
def study() -> BreakEven:
    return breakeven(
        [load(name) for name in PAIR], ["development"], points=17, draws=40, effort=SHORT, with_surface=False
    )


def test_a_pair_is_found_where_a_document_has_both_answers() -> None:
    """Serverless first, containers second, whatever their order; none in a document that has only one of them."""
    group = [load(name) for name in ("tabi-script-ecs", "tabi-script-serverless", "tabi-script-vercel-supabase")]
    found = serverless_and_containers(group)
    assert found is not None
    assert [item.name for item in found[:2]] == list(PAIR)
    assert found[2] == ["development", "production"]
    for name in set(bundled_names()) - set(PAIR):
        assert serverless_and_containers([load(name)]) is None
        assert list(evened([load(name)], Settings())) == []
    assert runs_on(load("tabi-script-ecs").at("production")) == "tasks"
    assert runs_on(load("tabi-script-serverless").at("production")) == "functions"


def numbers(points: str) -> list[tuple[float, float]]:
    return [tuple(map(float, pair.split(","))) for pair in points.split()]  # type: ignore[misc]


def test_every_curve_lies_within_its_plot() -> None:
    """From the left edge to the right, rising with the load; dollars below a dollar are left out."""
    chart = breakeven_chart(study())
    assert len(chart.curves) == 4
    for curve in chart.curves:
        places = numbers(curve.line)
        assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in places)
        assert [x for x, _ in places] == sorted(x for x, _ in places)
        assert places[-1][0] == 100
        assert places[0][1] >= places[-1][1]
    assert numbers(chart.curves[0].line)[0][0] == 0


def test_a_mark_stands_where_the_likely_curves_meet() -> None:
    """The crossing of the whole bills: both lines pass within a percent of its place."""
    chart = breakeven_chart(study())
    mark = chart.marks[0]
    for curve in (curve for curve in chart.curves if curve.whole):
        places = numbers(curve.line)
        left = max(place for place in places if place[0] <= mark.x)
        right = min(place for place in places if place[0] >= mark.x)
        assert min(left[1], right[1]) - 1.5 <= mark.y <= max(left[1], right[1]) + 1.5


def test_decades_are_the_powers_of_ten_of_an_axis() -> None:
    assert decades(10_000, 100_000_000) == [1e4, 1e5, 1e6, 1e7, 1e8]


def test_page_and_markdown_say_the_same() -> None:
    """The crossing with its range, the loads, what it rests on; the page's plots have words in their place."""
    view = BreakEvenView(study(), TITLES)
    html = environment().get_template("breakeven.html.j2").render(
        breakevens=[view], report=SimpleNamespace(id="tabi-script")
    )  # fmt: skip
    words = re.sub(r"<[^>]+>", "", html)
    crossing = view.crossings[0]
    assert f"containers cheaper beyond {crossing.place} requests a month ({crossing.span}" in words
    assert html.count("aria-hidden") == 2
    assert 'aria-label="Dollars a month over requests a month for both' in html
    assert 'href="tabi-script-breakeven.csv"' in html
    text = "\n".join(breakeven_markdown(study(), TITLES))
    assert crossing.place in text
    assert "target for both, assumed" in text
    assert "target for both, assumed" in words


def test_a_document_without_a_pair_has_no_section() -> None:
    html = environment().get_template("breakeven.html.j2").render(breakevens=[], report=SimpleNamespace(id="x"))
    assert html.strip() == ""


def test_the_plots_say_what_they_show() -> None:
    """The curves in a sentence; the landscape's colours are one tile for each pair of values."""
    plot = breakeven_plot(study())
    assert "tabi-script-ecs is cheaper beyond 3." in plot.says
    assert plot.png.startswith(b"\x89PNG")
    tiles = landscape(study(), cpu=(0.5, 1.0), memory_mb=(512, 1024))
    shown = landscape_plot(tiles)
    assert "2 x 2" in shown.says
    assert shown.png.startswith(b"\x89PNG")


def test_in_the_landscape_more_memory_never_makes_functions_cheaper_for_longer() -> None:
    """Waiting costs memory and the CPU work costs the same at any memory: the crossing falls with memory."""
    tiles = landscape(study(), cpu=(1.0,), memory_mb=(512, 1024, 1769))
    crossings = [place for place in tiles.requests[0] if place is not None]
    assert len(crossings) == 3
    assert crossings == sorted(crossings, reverse=True)


@pytest.mark.parametrize("value", [0.25, 4.0])
def test_what_does_not_hold_has_no_tile(value: float) -> None:
    """Four times the CPU on a quarter of a vCPU is beyond the target: said, not drawn as cheap."""
    tiles = landscape(study(), cpu=(value,), memory_mb=(256,))
    assert (tiles.requests[0][0] is None) == (value > 1)
