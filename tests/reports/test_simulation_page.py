"""Simulations in a report: every figure of the page, the Markdown and the CSV is that of the simulation."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from functools import cache
from html import unescape

import numpy as np
import pytest

from model.loading import load
from model.problems import BadInput
from reports.folder import report_files
from reports.formats import words
from reports.html.simulation_view import SimulationView, strip
from reports.questions import answers
from reports.report_model import DocumentReport, StageReport, report_documents
from reports.simulated import looks_at, with_simulations
from reports.simulation_text import holds_until, interval_ms, time_ms, verdict_figure, verdict_interval
from reports.stage_drawings import DocumentDrawings
from reports.studied import Settings
from simulations.outlook import look
from studies.amounts import dollars

NAME, STAGE = "vertical-vibing", "stage4"


@cache
def report() -> DocumentReport:
    looks = [
        (NAME, STAGE, look(load(NAME).at(STAGE))),
        (NAME, "stage1", f"{NAME} stage1: nothing arrives, there is nothing to simulate"),
    ]
    return with_simulations(report_documents([load(NAME)], draws=50), looks, Settings(draws=50))[0]


def files_of(document: DocumentReport) -> dict[str, str]:
    def drawn(document: DocumentReport) -> DocumentDrawings:
        keys = [(item.name, stage.name) for item in document.architectures for stage in item.stages]
        return DocumentDrawings(dict.fromkeys(keys, "<svg></svg>"), dict.fromkeys(keys, "<svg></svg>"), "<svg></svg>")

    return report_files([document], drawn)


@cache
def files() -> dict[str, str]:
    return files_of(report())


def stage() -> StageReport:
    return next(item for item in report().architectures[0].stages if item.name == STAGE)


def section() -> str:
    html = files()["vertical_vibing.html"].split(f'id="{NAME}.simulation"')[1].split("</section>")[0]
    return bare(html)


def bare(html: str) -> str:
    """Its words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<title>.*?</title>", " ", html))).split())


def test_the_page_says_until_when_a_stage_holds() -> None:
    """One sentence gives users, load and what gives way, and the table of all stages gives the same figures."""
    found = stage().simulated
    assert found is not None
    sentence = holds_until(found.outlook.capacity, report().architectures[0].label)
    assert "the CPU of Express API is full" in sentence
    assert f"Enterprise {sentence}." in section()
    assert f"{found.outlook.capacity.users:,.0f} users" in section()
    assert "MVP vertical-vibing stage1: nothing arrives" in section()


def test_every_endpoint_and_verdict_is_there_with_its_interval() -> None:
    """Percentiles, intervals, verdicts with their margins, and the reasons of those not judged."""
    found = stage().simulated
    assert found is not None
    shown = section()
    for endpoint in found.outlook.result.endpoints:
        for estimate in (endpoint.p50_ms, endpoint.p95_ms, endpoint.p99_ms):
            assert f"{time_ms(estimate.value)} {interval_ms(estimate)}".strip() in shown
    for verdict in found.outlook.result.verdicts:
        figure = f"{verdict_figure(verdict, verdict.predicted)} {verdict_interval(verdict)}"
        assert " ".join(figure.split()) in shown
    for why in found.outlook.result.not_judged.values():
        assert why in shown


def test_the_bill_of_what_ran_stands_beside_the_derived_one() -> None:
    """Both totals, and each line that differs with its reason; the lines add up to the difference."""
    found = stage().simulated
    assert found is not None
    both = found.bill
    assert dollars(both.simulated.total.likely) in section()
    assert sum(line.usd for line in both.lines) == pytest.approx(both.usd, abs=0.05)
    for line in both.lines:
        assert line.why in section()


def test_time_parts_fill_the_bar() -> None:
    """The parts of an endpoint follow each other without a gap and fill its bar, in the colours of the legend."""
    found = stage()
    assert found.simulated is not None
    view = SimulationView(found, found.simulated, str)
    for endpoint in found.simulated.outlook.result.endpoints:
        parts = view.time_parts(endpoint)
        end = 0.0
        for part in parts:
            assert part.start == pytest.approx(end, abs=0.5)
            end = part.start + part.width
        assert end == pytest.approx(100, abs=1)
        assert sum(part.ms for part in parts) == pytest.approx(view.time_ms(endpoint), rel=0.01)
    assert {colour for _, colour in view.legend} == set(view.colours.values())


def test_a_strip_draws_steps_within_its_frame() -> None:
    """A curve starts at the left, ends at the right, and never leaves the plot; nothing at all is a flat line."""
    for values in (np.arange(1440.0), np.zeros(1440), np.repeat([1, 3, 2], 480)):
        points = [tuple(map(float, at.split(","))) for at in strip("x", values).line.split()]
        assert points[0][0] == 0
        assert points[-1][0] == 100
        assert all(0 <= y <= 100 for _, y in points)
    assert all(value == int(value) for value, _ in strip("tasks", np.repeat([1, 2], 720)).gridlines)


def test_markdown_and_csv_hold_the_same_figures() -> None:
    """The Markdown has the sentence and the tables; the CSV a row per endpoint and per minute of the day."""
    found = stage().simulated
    assert found is not None
    text = files()["vertical_vibing.md"]
    assert "### Will it hold" in text
    assert f"**Enterprise** {holds_until(found.outlook.capacity, report().architectures[0].label)}." in text
    rows = list(csv.DictReader(io.StringIO(files()[f"{NAME}-simulation.csv"])))
    assert [row["endpoint"] for row in rows] == [e.endpoint for e in found.outlook.result.endpoints]
    assert float(rows[0]["p95_ms"]) == pytest.approx(found.outlook.result.endpoints[0].p95_ms.value, rel=1e-5)
    minutes = list(csv.DictReader(io.StringIO(files()[f"{NAME}-day.csv"])))
    assert len(minutes) == 1440 * max(len(found.outlook.day.tasks), 1)
    assert {row["stage"] for row in minutes} == {STAGE}


def test_a_report_without_simulations_has_no_such_part() -> None:
    """Neither heading, link, nor file."""
    bare = report_documents([load("writlix-supabase")], draws=0)[0]

    def drawn(document: DocumentReport) -> DocumentDrawings:
        keys = [(item.name, stage.name) for item in document.architectures for stage in item.stages]
        return DocumentDrawings(dict.fromkeys(keys, "<svg></svg>"), dict.fromkeys(keys, "<svg></svg>"), "<svg></svg>")

    written = report_files([bare], drawn)
    assert not any("simulation" in name for name in written)
    assert "Will it hold" not in written["writlix.html"] + written["writlix.md"]


def test_other_processes_find_the_same() -> None:
    """Stages looked at in worker processes are what this process finds, whoever does which."""
    questions = looks_at(["writlix-supabase"], seed=1)
    [(_, _, here)], [(_, _, there)] = list(answers(questions, jobs=1)), list(answers(questions * 2, jobs=2))[:1]
    assert not isinstance(here, str)
    assert not isinstance(there, str)
    assert here.result.digest == there.result.digest
    assert here.day.measured == there.day.measured
    assert here.capacity == there.capacity


def test_a_stage_where_nothing_arrives_says_so() -> None:
    """An unknown architecture is refused at once, before any worker begins."""
    with pytest.raises(BadInput):
        looks_at(["no-such"], seed=1)


def test_what_is_missed_at_any_load_is_part_of_every_sentence() -> None:
    """The page's sentence, its table, the growth's hand-overs and the Markdown: none says "holds" without it."""
    found = stage().simulated
    assert found is not None
    capacity = replace(found.outlook.capacity, missed_at_any_load=("api_p95", "search"))
    hopeless = replace(found, outlook=replace(found.outlook, capacity=capacity))
    item = report().architectures[0]
    stages = tuple(replace(one, simulated=hopeless) if one.name == STAGE else one for one in item.stages)
    text = files_of(replace(report(), architectures=(replace(item, stages=stages),)))
    html = bare(text["vertical_vibing.html"])
    missed = "API p95 and search are missed at any load"
    assert html.count(missed) == 3
    assert "Enterprise holds its other targets until" in html
    assert "Enterprise holds its other targets for" in html
    assert "**Enterprise** holds its other targets until" in text["vertical_vibing.md"]
    assert missed in text["vertical_vibing.md"]


def test_each_stage_is_told_in_a_line_that_needs_no_table() -> None:
    """Its cost, what it misses, until when it holds: on the card of the page and at the head of the Markdown."""
    found = stage().simulated
    assert found is not None
    result = found.outlook.result
    slow = replace(result.verdicts[0], state="missed")
    outlook = replace(
        found.outlook,
        result=replace(result, verdicts=(slow, *result.verdicts[1:])),
        capacity=replace(found.outlook.capacity, missed_at_any_load=(slow.target,)),
    )
    item = report().architectures[0]
    stages = tuple(
        replace(one, simulated=replace(found, outlook=outlook)) if one.name == STAGE else one for one in item.stages
    )
    text = files_of(replace(report(), architectures=(replace(item, stages=stages),)))
    users = f"{outlook.capacity.users:,.0f} users"
    line = f"1 missed ({words(slow.target)}); holds its other targets until {users}"
    assert line in bare(text["vertical_vibing.html"].split('class="cards"')[1].split("</ul>")[0])
    head = text["vertical_vibing.md"].split("### ")[0]
    assert any(row.startswith("- **Enterprise**: ") and "a month" in row and line in row for row in head.splitlines())
