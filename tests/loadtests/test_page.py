"""The page of a load test: whole, true to the result's JSON, safe with any text."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.files import markdown
from loadtests.machine import Second
from loadtests.page.chart import Line, Span, line_chart, ticks
from loadtests.page.charts import charts_of, ratio_chart, ratios
from loadtests.page.render import html
from loadtests.plan import Plan
from loadtests.recording import Recording
from loadtests.result_text import result_text
from loadtests.results import LoadTestResult, judged
from loadtests.suite import Suite


@pytest.fixture
def result(make_plan: Callable[..., Plan], recorded: Callable[[Plan], Recording], small_file: str) -> LoadTestResult:
    """A perfect run beside a prediction, on a machine that stalled in its second window."""
    plan = make_plan(source=small_file, against="standin", warm_up_s=2, duration_s=22)
    recording = recorded(plan)
    recording.error("read", 9.0, "HTTP <503> & more")
    seconds = [Second(at=9.5, stalled_s=0.5, longest_stall_s=0.3, steal=0.0, other=0.0)]
    told = judged(
        plan, recording, machine=seconds, predicted={"read": {"p50_ms": 16.0, "p95_ms": 20.0, "p99_ms": None}}
    )
    return replace(told, measured_on="2026-01-02")


def test_the_page_stands_alone_and_says_what_it_is(result: LoadTestResult) -> None:
    """One file without anything to fetch, named as a stand-in, in light and dark, the same each time."""
    page = html(result)
    assert not re.search(r"(?:src|href)=|https?://|@import|url\(", page)
    assert "A stand-in, not a deployment." in page
    assert "prefers-color-scheme:dark" in page
    assert page == html(result)


def test_text_from_outside_stays_text(result: LoadTestResult) -> None:
    assert "HTTP &lt;503&gt; &amp; more: 1" in html(result)


def test_a_disturbed_window_is_shaded_with_its_reason(result: LoadTestResult) -> None:
    page = html(result)
    assert page.count('class="disturbed"') == 4, "one window in each of four charts"
    assert "the machine stalled for 500 ms" in page


def test_every_chart_is_well_formed_and_has_a_point_per_window(result: LoadTestResult) -> None:
    told = result.as_json()
    charts = charts_of(told)
    assert [chart.title for chart in charts][1:] == [
        "Requests per second", "Failed requests", "How late the generator was, at most", "Measured over predicted",
    ]  # fmt: skip
    for chart in charts:
        ElementTree.fromstring(chart.svg)  # noqa: S314 - our own text
    assert charts[0].svg.count("<circle") == 3 * len(told["windows"])


def test_a_ratio_is_measured_over_predicted(result: LoadTestResult) -> None:
    row = result.as_json()["endpoints"][0]
    assert ratios(row) == pytest.approx({50: 20 / 16, 95: 1.0}, rel=0.01)
    assert ratio_chart([{**row, "predicted": {}}]) is None


def test_a_run_without_samples_has_a_page_too(make_plan: Callable[..., Plan], small_file: str) -> None:
    page = html(judged(make_plan(source=small_file), Recording(finished=1), "https://api.example.com"))
    assert "INVALID: this run proves nothing." in page
    assert "https://api.example.com" in page


def test_text_page_and_markdown_say_the_stages_own_peak(
    make_plan: Callable[..., Plan], recorded: Callable[[Plan], Recording], small_file: str
) -> None:
    """A rate that nobody asked for, above the stage's own, is told with its reason; so is one that was asked for."""
    own = Suite.of(small_file).plan().stage_peak_per_s
    slow = make_plan(source=small_file, stage_peak_per_s=4.2, raised=True, rate_per_s=20)
    for plan, said in (
        (slow, "he load is 20/s; the stage's own peak is 4.2/s, too few for percentiles within a minute"),
        (
            Suite.of(small_file).plan(rate_per_s=2 * own, duration_s=10),
            f"as asked for; the stage's own peak is {own:.4g}/s",
        ),
    ):
        told = judged(plan, recorded(plan))
        for text in (result_text(told), unescape(html(told)), markdown(told)):
            assert said in text
    assert Suite.of("vertical-vibing").plan("stage1").raised
    assert not Suite.of("vertical-vibing").plan("stage1", rate_per_s=20).raised


@given(st.floats(1e-6, 1e9))
def test_ticks_are_even_start_at_zero_and_hold_the_highest(highest: float) -> None:
    steps = ticks(highest)
    assert steps[0] == 0
    assert steps[-1] >= highest * (1 - 1e-9)
    assert len(steps) <= 6
    assert steps[1] * (len(steps) - 1) == pytest.approx(steps[-1])


def test_a_line_breaks_where_nothing_is_known() -> None:
    points: Any = [(1.0, 5.0), (2.0, None), (3.0, 6.0), (4.0, 7.0)]
    svg = line_chart("a", " ms", [Line("p50", points, "s0")], [Span(0, 1, "why")], 5.0)
    path = re.search(r' d="([^"]*)"', svg)
    assert path is not None
    assert (path[1].count("M"), path[1].count("L")) == (2, 1)
