"""The whole accuracy report, from what was measured before and what is quick to compute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from .cases import ESTIMATES, EXAMPLES, cost_cases
from .claims_section import claims_section
from .days_section import days_section
from .documents import PricedDocument, priced_documents
from .lambda_section import AIM_COLD, cold_error, instances_error, lambda_section, published_cold_error
from .limits_section import limits_section
from .measured_days import day_rows
from .measured_simulator import ExactRow, PointRow, exact_rows, point_rows
from .measured_standin import FigureRow, figure_rows, run_rows
from .priced import Deviation, adjusted_totals, estimate, example
from .prices_section import prices_section
from .simulator_section import simulator_section
from .standin_section import standin_section, within
from .tables import percent, table

TARGET: Final = Path(__file__).parents[1] / "accuracy.md"


def document(tables: Mapping[str, str], fingerprint: str) -> str:
    """The report as Markdown, from the tables of a measurement and what it was measured on."""
    estimates = [estimate(case) for case in cost_cases(ESTIMATES)]
    examples = [example(case) for case in cost_cases(EXAMPLES)]
    rows, published, tuned = exact_rows(tables), point_rows(tables, "published"), point_rows(tables, "tuned")
    documents = priced_documents()
    figures = figure_rows()
    headlines = (
        _bills(estimates, examples),
        _simulator(rows),
        _cold_starts(published),
        _documents(documents),
        _stand_in(figures),
    )
    parts = [
        "# How right we are",
        "Measured against results that this project did not make. `make accuracy` computes the numbers below and "
        "writes this file; the same inputs give the same bytes, and a test fails when it is out of date.",
        table(("what", "measured against", "result", "weakness"), headlines, texts=4),
        *prices_section(estimates, examples),
        *simulator_section(rows),
        *days_section(day_rows(tables)),
        *lambda_section(published, tuned),
        *claims_section(documents),
        *limits_section(),
        *standin_section(figures, run_rows()),
        "## Measured on",
        "Digests of the reference files, of the simulator's answers to short runs of every case, and the settings. "
        "Sections 2 and 3 were measured when these were so:",
        f"```\n{fingerprint}```",
    ]
    return "\n\n".join(parts) + "\n"


def _bills(estimates: Sequence[Deviation], examples: Sequence[Deviation]) -> Sequence[str]:
    met = sum(item.holds for item in estimates), sum(item.holds for item in examples)
    return (
        "[bills](#1-prices-and-metering)",
        f"{len(estimates)} published estimates, {len(examples)} worked examples",
        f"{met[0]} and {met[1]} met, {len(adjusted_totals())} of them after correcting the estimate",
        "most unit prices come from the same publisher; usage is given, not derived",
    )


def _simulator(rows: Sequence[ExactRow]) -> Sequence[str]:
    inside, held = sum(row.in_interval for row in rows), sum(row.holds for row in rows)
    return (
        "[simulator](#2-the-simulator-against-exact-results)",
        f"{len({row.case for row in rows})} models with known answers, {len(rows)} quantities",
        f"{percent(inside / len(rows))} in our own 95 % intervals, {held} within tolerance",
        "far tails near saturation need longer runs; autoscaling has no reference",
    )


def _cold_starts(rows: Sequence[PointRow]) -> Sequence[str]:
    error, aim = cold_error(rows), "missed" if cold_error(rows) >= AIM_COLD else "met"
    return (
        "[cold starts](#3-twelve-operating-points-measured-on-aws-lambda)",
        f"{len(rows)} rates measured on AWS Lambda",
        f"{percent(error)} off (aim below 10 %: {aim}; SimFaaS {percent(published_cold_error(rows))}), "
        f"instances {100 * instances_error(rows):.2f} %",
        "one small function, 2020, at most one request per second",
    )


def _stand_in(figures: Sequence[FigureRow]) -> Sequence[str]:
    (walked, every), (measured, driven) = within(figures, "walked"), within(figures, "measured")
    return (
        "[stand-in](#6-the-stand-in-api-measured-over-http)",
        f"a second implementation under the same arrivals, {every} percentiles",
        f"{walked} within 10 % without a machine, {measured} of {driven} over HTTP on a busy one",
        "by the same authors, from the same documents",
    )


def _documents(documents: Sequence[PricedDocument]) -> Sequence[str]:
    totals = [claim for item in documents for stage in item.bills for claim in item.totals(stage)]
    below = sum(claim.verdict == "below our range" for claim in totals)
    return (
        "[documents](#4-the-five-documents-beside-our-prices)",
        "what five design documents claim",
        f"{below} of {len(totals)} stated totals lie below our range",
        "no bill to tell who is right",
    )
